/** Agent hosts and the connections to them. */
import { unwrap } from '#shared/lib/fault.ts';
import type { AgentHost } from '#shared/domain/connection.ts';
import type { CallContext } from '../context.ts';
import { createHostActs } from '../hosts/acts.ts';
import { probe } from '../hosts/probe.ts';
import type { Os } from '../os.ts';
import { record } from '../record.ts';
import type { Services } from '../services.ts';

export const connectionHandlers = (os: Os, services: Services) => {
  const { store, room, fleet, poolFeed, loadTests, now } = services;
  const acts = createHostActs({ store, room, fleet, now });
  const done = (context: CallContext, action: string, id: string, detail: string): void => record(services, context, action, 'host', id, detail);
  const told = (host: AgentHost, context: CallContext, action: string, detail = ''): AgentHost => {
    done(context, action, host.id, `${host.name}${detail === '' ? '' : `: ${detail}`}`);
    return host;
  };
  return {
    list: os.connections.list.handler(() => ({ hosts: store.hosts.list() })),
    view: os.connections.view.handler(() => poolFeed.read()),
    watch: os.connections.watch.handler(({ signal }) => poolFeed.watch(signal)),
    events: os.connections.events.handler(({ input }) =>
      store.hostEvents.page({
        limit: input.limit,
        ...(input.hostId === undefined ? {} : { hostId: input.hostId }),
        ...(input.before === undefined ? {} : { before: input.before }),
      }),
    ),
    test: os.connections.test.handler(async ({ input }) => unwrap(await probe(await room.makers(), store.hosts.centerId(), input))),
    add: os.connections.add.handler(({ input, context }) => told(unwrap(acts.add(input)), context, 'host.add', input.url)),
    save: os.connections.save.handler(({ input: { id, ...change }, context }) => {
      const what = Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : [name]));
      return told(unwrap(acts.save(id, change)), context, 'host.save', what.join(', '));
    }),
    remove: os.connections.remove.handler(async ({ input, context }) => {
      const name = store.hosts.nameOf(input.id) ?? input.id;
      unwrap(await acts.remove(input.id, input.force));
      done(context, 'host.remove', input.id, input.force ? `${name}: by force` : name);
      return {};
    }),
    drain: os.connections.drain.handler(({ input, context }) => told(unwrap(acts.setAdmin(input.id, 'draining')), context, 'host.drain')),
    eject: os.connections.eject.handler(({ input, context }) => told(unwrap(acts.setAdmin(input.id, 'ejected')), context, 'host.eject')),
    readmit: os.connections.readmit.handler(async ({ input, context }) => told(unwrap(await acts.readmit(input.id)), context, 'host.readmit')),
    reconnect: os.connections.reconnect.handler(async ({ input, context }) => {
      unwrap(await acts.reconnect(input.id));
      done(context, 'host.reconnect', input.id, store.hosts.nameOf(input.id) ?? '');
      return {};
    }),
    setStrategy: os.connections.setStrategy.handler(({ input, context }) => {
      const settings = store.settings.get();
      store.settings.save({ ...settings, pool: { strategy: input.strategy, health: input.health ?? settings.pool.health } });
      room.configure();
      record(services, context, 'pool.strategy', 'settings', 'settings', input.strategy);
      return {};
    }),
    startLoadTest: os.connections.startLoadTest.handler(async ({ input, context }) => {
      const report = unwrap(await loadTests.start(input));
      record(services, context, 'load-test.start', 'load-test', report.id, `${input.clients} clients, ${input.seconds} s, ${input.host}`);
      return report;
    }),
    cancelLoadTest: os.connections.cancelLoadTest.handler(async ({ input, context }) => {
      const report = unwrap(await loadTests.cancel(input.id));
      record(services, context, 'load-test.cancel', 'load-test', input.id, '');
      return report;
    }),
    loadTests: os.connections.loadTests.handler(() => ({ reports: loadTests.list() })),
    watchLoadTest: os.connections.watchLoadTest.handler(({ input, signal }) => {
      unwrap(loadTests.find(input.id));
      return loadTests.watch(input.id, signal);
    }),
  };
};
