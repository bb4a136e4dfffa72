/** Repositories, their settings, and the worktrees that sessions left behind. */
import path from 'node:path';
import { RepositorySettings, type Repository } from '#shared/domain/repository.ts';
import { fail, unwrap } from '#shared/lib/fault.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { newId } from '#shared/lib/id.ts';
import type { Os } from '../os.ts';
import { record } from '../record.ts';
import type { Services } from '../services.ts';
import { checkPlaces } from '../places.ts';
import { cleanWorktrees, listSpares, listWorktrees } from '../worktrees.ts';

export const repositoryHandlers = (os: Os, services: Services) => {
  const { store, hosts, fleet, now } = services;
  const host = hosts.of(LOCAL_HOST);
  const find = (id: string): Repository => store.repositories.get(id) ?? unwrap(fail('REPOSITORY_NOT_FOUND', 'There is no such repository.'));
  return {
    inspect: os.repositories.inspect.handler(async ({ input }) => unwrap(await host.call('workspace.inspect', { path: input.path }))),
    add: os.repositories.add.handler(async ({ input, context }) => {
      const facts = unwrap(await host.call('workspace.inspect', { path: path.resolve(input.path) }));
      const added = store.transaction(() => {
        const known = store.repositories.byPath(facts.root);
        if (known) return store.repositories.patch(known.id, { archivedAt: null, present: true }) ?? known;
        return store.repositories.insert({
          id: newId('rep', now()),
          path: facts.root,
          name: input.name ?? path.basename(facts.root),
          vcs: facts.vcs,
          settings: RepositorySettings.parse(input.settings ?? {}),
          present: true,
          addedAt: now(),
          archivedAt: null,
        });
      });
      record(services, context, 'repository.add', 'repository', added.id, added.path);
      return added;
    }),
    save: os.repositories.save.handler(async ({ input, context }) => {
      const before = find(input.id);
      const { worktreeRoot } = input.settings;
      if (worktreeRoot !== '' && !path.isAbsolute(worktreeRoot))
        return unwrap(fail('PATH_NOT_ABSOLUTE', 'The folder for worktrees must be an absolute path.', { why: worktreeRoot }));
      const places = unwrap(await checkPlaces(services, before, input.settings.hosts));
      const saved = store.repositories.patch(input.id, { name: input.name, settings: { ...input.settings, hosts: places } });
      record(services, context, 'repository.save', 'repository', input.id, input.name);
      fleet.wake();
      return saved ?? find(input.id);
    }),
    archive: os.repositories.archive.handler(({ input, context }) => {
      find(input.id);
      store.repositories.patch(input.id, { archivedAt: input.archived ? now() : null });
      record(services, context, input.archived ? 'repository.archive' : 'repository.unarchive', 'repository', input.id, '');
      return {};
    }),
    facts: os.repositories.facts.handler(async ({ input }) => {
      const repository = find(input.id);
      const facts = await host.call('workspace.inspect', { path: repository.path });
      const present = facts.ok || facts.fault.code.startsWith('HOST_') ? repository.present || facts.ok : false;
      if (present !== repository.present) store.repositories.patch(repository.id, { present });
      return unwrap(facts);
    }),
    worktrees: os.repositories.worktrees.handler(async () => {
      const worktrees = unwrap(await listWorktrees(services));
      const spares = worktrees.length === 0 ? [] : unwrap(await listSpares(services));
      return { worktrees, spares, totalBytes: [...worktrees, ...spares].reduce((sum, each) => sum + (each.bytes ?? 0), 0) };
    }),
    cleanWorktrees: os.repositories.cleanWorktrees.handler(async ({ input, context }) => {
      const cleaned = unwrap(await cleanWorktrees(services, input.sessionIds, input));
      for (const { sessionId, cwd, orphan } of cleaned.removed) {
        if (orphan) record(services, context, 'worktree.remove-orphan', 'session', sessionId, `${cwd}: its repository was gone`);
        else record(services, context, 'worktree.remove', 'session', sessionId, input.branches ? 'with its branch' : '');
      }
      return { removed: cleaned.removed.map((each) => each.sessionId), kept: cleaned.kept };
    }),
  };
};
