/** What becomes of work on a host that is away, and on one that is gone. */
import { afterEach, expect, test } from 'vitest';
import type { Session } from '#shared/domain/session.ts';
import { ScriptedHost } from '#test/support/core/scripted-host.ts';
import { scene, type Scene } from '#test/support/core/scene.ts';
import { sessionIn, until } from '#test/support/core/test-core.ts';

let at: Scene;
afterEach(() => at.remove());

const done = { kind: 'turn_ended', ok: true, code: 'done', text: '' } as const;
const session = async (id: string): Promise<Session> => (await at.client.sessions.get({ id })).session;
const all = async (): Promise<Session[]> => (await at.client.sessions.list({ limit: 100 })).sessions;
const texts = async (id: string): Promise<string[]> =>
  (await at.client.sessions.items({ id, from: 0, count: 100 })).items.flatMap(({ item }) => (item.kind === 'text' ? [item.text] : []));

/** A scene in which sessions go to two hosts elsewhere only, first to `a`. */
async function two(now?: () => number): Promise<{ a: ScriptedHost; b: ScriptedHost }> {
  const [a, b] = [new ScriptedHost('wss://a.test'), new ScriptedHost('wss://b.test')];
  at = await scene({ others: [a, b], ...(now ? { now } : {}) });
  const { id, name, settings } = await at.client.repositories.add({ path: '/r' });
  await at.client.repositories.save({ id, name, settings: { ...settings, onThisMachine: false } });
  await at.client.connections.setStrategy({ strategy: 'round-robin' });
  return { a, b };
}

test('a host that is away for a moment loses nothing: everything it said meanwhile arrives in order, once, and the run goes on', async () => {
  const { a, b } = await two();
  const { sessionId } = await at.running();
  a.disconnect();
  for (let n = 0; n < 50; n++) a.emit(sessionId, { kind: 'text', blockId: `b${n}`, text: `said ${n}` });
  expect(await texts(sessionId)).toEqual([]);
  const view = await at.client.connections.view({});
  expect(view.hosts.find((host) => host.id === a.id)).toMatchObject({ state: 'reconnecting', cause: 'down for the test' });
  expect(await session(sessionId)).toMatchObject({ status: 'running', hostId: a.id });
  a.reconnect();
  a.reconnect();
  expect(await texts(sessionId)).toEqual(Array.from({ length: 50 }, (_, n) => `said ${n}`));
  expect([a.starts.length, b.starts.length]).toEqual([1, 0]);
});

test('work on a host that is dead begins anew on another, in a new worktree from its base; the old one is told to stop when it is back', async () => {
  const { a, b } = await two();
  const { task, sessionId } = await at.running();
  a.emit(sessionId, { kind: 'text', blockId: 'x', text: 'Half done.' });
  const [first] = a.starts;
  // Nothing listens at its address any more; the agent, though, still runs there.
  a.die();
  const old = await sessionIn(at.client, sessionId, 'interrupted');
  expect(old).toMatchObject({ statusCode: 'HOST_GONE', hostId: a.id, statusText: expect.stringContaining('"a.test"') });
  await until('a start on the other host', () => b.starts.length === 1);
  const [anew] = b.starts;
  expect(anew).toMatchObject({ resume: null, base: null, prompt: 'There is a bug.', promptFrom: 'task', workspace: { repository: '/far/b.test', base: '' } });
  expect(anew?.sessionId).not.toBe(sessionId);
  expect(anew?.workspace.cwd).not.toBe(first?.workspace.cwd);
  const next = await sessionIn(at.client, anew?.sessionId ?? '', 'running');
  expect(next).toMatchObject({ hostId: b.id, branch: `${old.branch}-2` });

  a.reconnect();
  await until('the order to stop', () => a.called('session.stop').length === 1);
  expect(a.called('session.stop')).toMatchObject([{ sessionId }]);
  await until('its end', () => a.liveSessions().length === 0);
  expect(await session(sessionId)).toMatchObject({ status: 'interrupted', hostId: a.id, cwd: first?.workspace.cwd });
  b.emit(next.id, done);
  b.exit(next.id);
  await until('the end of the task', async () => (await at.client.tasks.get({ id: task.id })).plan.status === 'done');
  expect((await at.client.tasks.get({ id: task.id })).plan.nodes).toMatchObject([{ attempts: 2, sessionId: next.id }]);
});

test('a message that waited for the lost run goes with the task to the next host', async () => {
  const { a, b } = await two();
  const { sessionId } = await at.running();
  a.emit(sessionId, done);
  await sessionIn(at.client, sessionId, 'finished');
  a.script = (name) => (name === 'session.start' ? { ok: false, fault: { code: 'HOST_TIMEOUT', message: 'No answer.' } } : null);
  await at.client.sessions.resume({ id: sessionId, text: 'Mind the tests.' });
  await until('it waits', async () => (await session(sessionId)).statusCode === 'HOST_TIMEOUT');
  a.die();
  await until('a start on the other host', () => b.starts.length === 1);
  expect(b.starts[0]).toMatchObject({ resume: null, prompt: 'There is a bug.\n\nMind the tests.', promptFrom: 'person' });
});

test('without another host that has the repository, or with earlier steps’ files on the old one, work waits for its host', async () => {
  const { a, b } = await two();
  const steps = await at.running({ then: [{ title: 'Second', text: 'Then this.' }] });
  a.emit(steps.sessionId, done);
  a.exit(steps.sessionId);
  const second = await until('the second step', () => a.starts[1]);
  await sessionIn(at.client, second.sessionId, 'running');
  a.die();
  const held = await until('it is held', async () => {
    const row = await session(second.sessionId);
    return row.status === 'queued' && row.statusCode === 'HOST_UNREACHABLE' ? row : null;
  });
  expect(held.statusText).toContain('"a.test"');
  expect(b.starts).toEqual([]);
  a.reconnect();
  await until('it goes on there', () => a.starts.length === 3);
  expect(a.starts[2]).toMatchObject({ sessionId: second.sessionId, resume: `agent-${second.sessionId}`, base: 'base' });
});

test('a command is not begun twice by itself, wherever', async () => {
  const { a, b } = await two();
  const { sessionId } = await at.running({ agent: { kind: 'command', name: '', command: ['make'], model: '' } });
  a.die();
  expect(await sessionIn(at.client, sessionId, 'interrupted')).toMatchObject({ statusCode: 'RUN_LOST' });
  expect(b.starts).toEqual([]);
});

test('a host that was silent for too long counts as gone, by a clock that cannot be set', async () => {
  let back = 0;
  const { a, b } = await two(() => Date.now() + back);
  await at.settings((settings) => ({ ...settings, failover: { afterSeconds: 5 } }));
  const { sessionId } = await at.running();
  a.disconnect();
  back = 3_600_000;
  await at.settings((settings) => settings);
  expect(await session(sessionId)).toMatchObject({ status: 'running' });
  const since = performance.now();
  await sessionIn(at.client, sessionId, 'interrupted');
  expect(performance.now() - since).toBeGreaterThan(4000);
  await until('a start on the other host', () => b.starts.length === 1);
});

test('a step that takes its hosts down does not take all of them', async () => {
  const { a, b } = await two();
  await at.running();
  for (const [dying, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const before = other.starts.length;
    dying.die();
    await until('a start on the other host', () => other.starts.length > before);
    await sessionIn(at.client, other.starts.at(-1)?.sessionId ?? '', 'running');
    dying.reconnect();
    await until('no leftover', () => dying.liveSessions().length === 0);
  }
  const last = a.starts.at(-1)?.sessionId ?? '';
  a.die();
  await until('it waits', async () => (await session(last)).statusCode === 'HOST_UNREACHABLE');
  expect(b.starts).toHaveLength(1);
});

/** The places where a kill may come, in order; each names what had been stored then. */
const kills = ['the host is lost, nothing was done', 'the run is lost, the session queued', 'the new attempt is queued', 'the new attempt starts'] as const;

test.each(kills)('killed when %s, the core ends at one attempt elsewhere, none twice', async (when) => {
  const { a, b } = await two();
  const { sessionId } = await at.running();
  a.away = true;
  if (when === kills[0]) a.goSilently();
  else {
    b.disconnect();
    a.die();
    await until('the session is queued', async () => (await session(sessionId)).status === 'queued');
  }
  if (when === kills[2] || when === kills[3]) {
    let release = (): void => undefined;
    const stuck = new Promise<void>((resolve) => (release = resolve));
    b.delay = (name) => (name === 'session.start' ? stuck : null);
    if (when === kills[2]) await at.client.connections.drain({ id: b.id });
    b.reconnect();
    if (when === kills[2]) await until('the new attempt waits', async () => (await all()).length === 2);
    else await until('the new attempt starts', async () => (await all()).some((each) => each.status === 'starting'));
    b.delay = () => null;
    const killing = at.killed();
    release();
    at = await killing;
    await at.client.connections.readmit({ id: b.id });
  } else {
    at = await at.killed();
  }
  a.die();
  const next = await until('the new attempt', async () => (await all()).find((each) => each.id !== sessionId && each.status === 'running'));
  expect(next.hostId).toBe(b.id);
  expect(await session(sessionId)).toMatchObject({ status: 'interrupted', statusCode: 'HOST_GONE' });
  expect(await all()).toHaveLength(2);
  expect(b.liveSessions()).toEqual([next.id]);
  const { plan } = await at.client.tasks.get({ id: next.taskId });
  expect(plan).toMatchObject({ status: 'active', nodes: [{ status: 'active', attempts: 2, sessionId: next.id }] });
  a.reconnect();
  await until('no leftover', () => a.liveSessions().length === 0);
});
