/** Agent hosts the lead registered, beside this machine. Their tokens are files of their own, never rows. */
import { AgentHost, PoolLimits, TlsFiles } from '#shared/domain/connection.ts';
import { newId } from '#shared/lib/id.ts';
import { asJson, assignments, plain, type Codec, type Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { HostPatch, Store } from '../store.ts';

const codec: Codec<HostPatch> = {
  name: plain('name'),
  url: plain('url'),
  tls: asJson('tls'),
  weight: plain('weight'),
  limits: asJson('limits'),
  admin: plain('admin'),
};

const read = (row: Columns): AgentHost => ({
  id: row.text('id'),
  name: row.text('name'),
  url: row.text('url'),
  tls: row.json('tls', TlsFiles),
  weight: row.num('weight'),
  limits: row.json('limits', PoolLimits),
  admin: row.word('admin', AgentHost.shape.admin),
  addedAt: row.num('added_at'),
  rev: row.num('rev'),
});

export function hostsTable(sql: Sql): Store['hosts'] {
  const centerId = (): string | null => sql.get((row) => row.text('value'), "select value from meta where key = 'center_id'");
  const get = (id: string): AgentHost | null => sql.get(read, 'select * from hosts where id = ? and removed_at is null', id);
  return {
    get,
    list: () => sql.all(read, "select * from hosts where removed_at is null order by id <> 'local', added_at, id"),
    insert: (host) =>
      sql.transaction(() => {
        const rev = sql.nextRev();
        const { id, name, url, tls, weight, limits, admin, addedAt } = host;
        sql.run(
          'insert into hosts (id, name, url, tls, weight, limits, admin, added_at, rev) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
          id,
          name,
          url,
          JSON.stringify(tls),
          weight,
          JSON.stringify(limits),
          admin,
          addedAt,
          rev,
        );
        return { ...host, rev };
      }),
    patch: (id, patch) =>
      sql.transaction(() => {
        const { sets, values } = assignments(patch, codec);
        return sql.get(
          read,
          `update hosts set ${[...sets, 'rev = ?'].join(', ')} where id = ? and removed_at is null returning *`,
          ...values,
          sql.nextRev(),
          id,
        );
      }),
    remove: (id, at) =>
      sql.transaction(() => sql.run('update hosts set removed_at = ?, rev = ? where id = ? and removed_at is null', at, sql.nextRev(), id) > 0),
    nameOf: (id) => sql.get((row) => row.text('name'), 'select name from hosts where id = ?', id),
    centerId: () =>
      centerId() ??
      sql.transaction(() => {
        const made = newId('ctr');
        sql.run("insert into meta values ('center_id', ?)", made);
        return made;
      }),
  };
}
