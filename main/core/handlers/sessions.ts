/** Sessions: list, open, follow, steer. */
import { fail, unwrap } from '#shared/lib/fault.ts';
import type { SessionRow } from '#store/store.ts';
import type { Os } from '../os.ts';
import { record } from '../record.ts';
import type { Services } from '../services.ts';

export const sessionHandlers = (os: Os, services: Services) => {
  const { fleet, store } = services;
  const find = (id: string): SessionRow => store.sessions.get(id) ?? unwrap(fail('SESSION_NOT_FOUND', 'There is no such session.'));
  return {
    list: os.sessions.list.handler(({ input }) =>
      store.sessions.list({
        archived: input.archived,
        limit: input.limit,
        ...(input.status ? { status: input.status } : {}),
        ...(input.repositoryId === undefined ? {} : { repositoryId: input.repositoryId }),
        ...(input.before === undefined ? {} : { before: input.before }),
      }),
    ),
    get: os.sessions.get.handler(({ input }) => {
      const session = find(input.id);
      return { session, task: store.tasks.get(session.taskId) ?? unwrap(fail('TASK_NOT_FOUND', 'The task of this session is gone.')) };
    }),
    items: os.sessions.items.handler(({ input }) => {
      find(input.id);
      return store.events.items(input.id, input.from, input.count);
    }),
    watch: os.sessions.watch.handler(({ input, signal }) => {
      find(input.id);
      return services.sessions.watch(input.id, input.since, signal);
    }),
    files: os.sessions.files.handler(async ({ input }) => {
      const { place, base, hostId } = find(input.id);
      if (!place || base === null) return { files: [] };
      const host = services.hosts.of(hostId);
      const { tree } = unwrap(await host.call('workspace.snapshot', place));
      return unwrap(await host.call('workspace.files', { ...place, base, snapshot: tree }));
    }),
    send: os.sessions.send.handler(async ({ input, context }) => {
      unwrap(await fleet.sessions.send(input.id, input.text));
      record(services, context, 'session.send', 'session', input.id, input.text);
      return {};
    }),
    interrupt: os.sessions.interrupt.handler(async ({ input, context }) => {
      unwrap(await fleet.sessions.interrupt(input.id));
      record(services, context, 'session.interrupt', 'session', input.id, '');
      return {};
    }),
    stop: os.sessions.stop.handler(async ({ input, context }) => {
      const session = unwrap(await fleet.sessions.stop(input.id));
      record(services, context, 'session.stop', 'session', input.id, session.title);
      return session;
    }),
    resume: os.sessions.resume.handler(async ({ input, context }) => {
      const session = unwrap(await fleet.sessions.resume(input.id, input.text));
      record(services, context, 'session.resume', 'session', input.id, input.text);
      return session;
    }),
    archive: os.sessions.archive.handler(({ input, context }) => {
      unwrap(fleet.sessions.archive(input.ids, input.archived));
      for (const id of input.ids) record(services, context, input.archived ? 'session.archive' : 'session.unarchive', 'session', id, '');
      return {};
    }),
    events: os.sessions.events.handler(({ input }) => {
      find(input.id);
      return { events: store.events.page(input.id, input.after, input.limit) };
    }),
  };
};
