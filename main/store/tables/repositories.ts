/** Registered repositories. */
import { z } from 'zod';
import { Repository, RepositorySettings } from '#shared/domain/repository.ts';
import { asBit, asJson, assignments, plain, type Codec, type Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { Store } from '../store.ts';

type Patch = Parameters<Store['repositories']['patch']>[1];

const codec: Codec<Patch> = { name: plain('name'), settings: asJson('settings'), present: asBit('present'), archivedAt: plain('archived_at') };
const Vcs = z.enum(['git', 'none']);

const read = (row: Columns): Repository => ({
  id: row.text('id'),
  path: row.text('path'),
  name: row.text('name'),
  vcs: row.word('vcs', Vcs),
  settings: row.json('settings', RepositorySettings),
  present: row.bool('present'),
  addedAt: row.num('added_at'),
  archivedAt: row.numOrNull('archived_at'),
  rev: row.num('rev'),
});

export function repositoriesTable(sql: Sql): Store['repositories'] {
  return {
    get: (id) => sql.get(read, 'select * from repositories where id = ?', id),
    byPath: (path) => sql.get(read, 'select * from repositories where path = ?', path),
    list: () => sql.all(read, 'select * from repositories order by name, id'),
    since: (rev) => sql.all(read, 'select * from repositories where rev > ? order by rev', rev),
    insert: (repository) =>
      sql.transaction(() => {
        const rev = sql.nextRev();
        const { id, path, name, vcs, settings, present, addedAt, archivedAt } = repository;
        sql.run(
          'insert into repositories (id, path, name, vcs, settings, present, added_at, archived_at, rev) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
          id,
          path,
          name,
          vcs,
          JSON.stringify(settings),
          present ? 1 : 0,
          addedAt,
          archivedAt,
          rev,
        );
        return { ...repository, rev };
      }),
    patch: (id, patch) =>
      sql.transaction(() => {
        const { sets, values } = assignments(patch, codec);
        return sql.get(read, `update repositories set ${[...sets, 'rev = ?'].join(', ')} where id = ? returning *`, ...values, sql.nextRev(), id);
      }),
  };
}
