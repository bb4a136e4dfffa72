/** Hosts, what happened to them, and what is forgotten of it. */
import { expect, test } from 'vitest';
import { defaultLimits, TlsFiles, type AgentHost, type PoolEvent } from '#shared/domain/connection.ts';
import { Sketch } from '#shared/lib/sketch.ts';
import { addSession, scratchFolder, scratchStore } from '#test/support/store.ts';

const DAY_MS = 86_400_000;
const host = (id: string): Omit<AgentHost, 'rev'> => ({
  id,
  name: `host ${id}`,
  url: 'ws://127.0.0.1:1/host',
  tls: TlsFiles.parse({}),
  weight: 1,
  limits: defaultLimits,
  admin: 'active',
  addedAt: 1,
});
const event = (at: number, hostId: string): PoolEvent => ({ at, hostId, kind: 'state', from: 'ready', to: 'reconnecting', cause: `at ${at}` });

test('a removed host is off the list and keeps its name; this machine is always there', () => {
  const store = scratchStore();
  store.hosts.insert(host('a'));
  expect(store.hosts.list().map((each) => each.id)).toEqual(['local', 'a']);
  expect(store.hosts.patch('a', { weight: 3, admin: 'draining', limits: { ...defaultLimits, minSockets: 4 } })).toMatchObject({ weight: 3, admin: 'draining' });
  expect(store.hosts.get('a')?.limits.minSockets).toBe(4);
  expect([store.hosts.remove('a', 5), store.hosts.remove('a', 6)]).toEqual([true, false]);
  expect([store.hosts.get('a'), store.hosts.patch('a', { weight: 1 }), store.hosts.nameOf('a'), store.hosts.nameOf('b')]).toEqual([null, null, 'host a', null]);
});

test('the name of the control center is made once', () => {
  const dir = scratchFolder();
  const first = scratchStore({ dir });
  const name = first.hosts.centerId();
  expect(first.hosts.centerId()).toBe(name);
  first.close();
  expect(scratchStore({ dir }).hosts.centerId()).toBe(name);
});

test('events are paged newest first, of one host or all, and forgotten with the minutes when they are old', () => {
  const store = scratchStore();
  const now = 100 * DAY_MS;
  store.hostEvents.append([event(now - 31 * DAY_MS, 'a'), event(now - 1000, 'a'), event(now - 900, 'b'), event(now, 'a')]);
  const counts = { attempted: 1, ready: 1, refused: 0, lost: 0, answered: 0, failed: 0, eventsIn: 0, duplicates: 0, gaps: 0, bytesIn: 0, bytesOut: 0 };
  const body = { ...counts, dial: new Sketch().toJSON(), latency: new Sketch().toJSON() };
  store.connectionMinutes.add('a', (now - 31 * DAY_MS) / 60_000, body);
  store.connectionMinutes.add('a', now / 60_000, body);
  store.connectionMinutes.add('a', now / 60_000, body);
  expect(store.connectionMinutes.list('a', now / 60_000, now)).toMatchObject([{ body: { attempted: 2, ready: 2, lost: 0 } }]);
  const page = store.hostEvents.page({ hostId: 'a', limit: 2 });
  expect(page).toMatchObject({ more: true, events: [{ at: now }, { at: now - 1000 }] });
  expect(store.hostEvents.page({ hostId: 'a', limit: 2, before: page.events[1]?.seq ?? 0 })).toMatchObject({
    more: false,
    events: [{ at: now - 31 * DAY_MS }],
  });
  expect(store.forgetConnections(now - 30 * DAY_MS)).toBe(2);
  expect(store.hostEvents.page({ limit: 10 }).events.map((each) => each.hostId)).toEqual(['a', 'b', 'a']);
  expect(store.connectionMinutes.list('a', 0, now)).toHaveLength(1);
});

test('a host is told where the runs stand that were given to it, and for a while those that were lost', () => {
  const store = scratchStore();
  const [one, two] = [addSession(store), addSession(store)];
  store.runs.begin(one.sessionId, 'e1', 1, 'a');
  store.runs.begin(one.sessionId, 'e2', 2, 'b');
  store.runs.begin(two.sessionId, 'e3', 3, 'a');
  store.runs.end(one.sessionId, 'e1', 100, 'host_lost', null);
  store.runs.end(two.sessionId, 'e3', 100, 'completed', 0);
  expect(store.runs.cursors('a', 50).map((each) => each.epoch)).toEqual(['e1']);
  expect(store.runs.cursors('a', 100)).toEqual([]);
  expect(store.runs.cursors('b', 0)).toEqual([{ sessionId: one.sessionId, epoch: 'e2', seq: 0 }]);
  expect([store.runs.get(one.sessionId, 'e2')?.hostId, store.runs.get(one.sessionId, 'e9')]).toEqual(['b', null]);
});
