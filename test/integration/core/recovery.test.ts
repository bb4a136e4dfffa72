import { afterEach, expect, test } from 'vitest';
import { refused, ScriptedHost } from '#test/support/core/scripted-host.ts';
import { scene, type Scene } from '#test/support/core/scene.ts';
import { sessionIn, until } from '#test/support/core/test-core.ts';

let at: Scene;
afterEach(() => at.remove());

const command = { kind: 'command' as const, name: '', command: ['make'], model: '' };
const done = { kind: 'turn_ended', ok: true, code: 'done', text: '' } as const;
const live = async (): Promise<number> => (await at.client.sessions.list({ status: ['starting', 'running', 'waiting'] })).sessions.length;

test('after a kill an agent goes on where it stopped, a command is interrupted with what is known', async () => {
  at = await scene();
  const agent = await at.running();
  const make = await at.running({ title: 'Make', agent: command });
  at.host.crash(true);
  at = await at.killed();
  const session = await sessionIn(at.client, make.sessionId, 'interrupted');
  expect(session).toMatchObject({ statusCode: 'RUN_LOST', endedAt: expect.any(Number) });
  await sessionIn(at.client, agent.sessionId, 'running');
  expect(at.host.starts).toHaveLength(3);
  expect(at.host.starts[2]).toMatchObject({ sessionId: agent.sessionId, resume: `agent-${agent.sessionId}`, prompt: 'Go on where you stopped.', base: 'base' });
});

test('a conversation that is gone is begun again once, with the task and the message that waited', async () => {
  at = await scene();
  const gone = { code: 'AGENT_SESSION_LOST', message: 'The conversation is gone.' };
  const { sessionId } = await at.running();
  const lose = (): void => at.host.emit(sessionId, { kind: 'exited', exitCode: 1, signal: null, reason: 'failed', fault: gone });
  at.host.emit(sessionId, done);
  at.host.exit(sessionId);
  await sessionIn(at.client, sessionId, 'finished');
  at.host.silent = true;
  await at.client.sessions.resume({ id: sessionId, text: 'Mind the tests.' });
  await until('the resume', () => at.host.starts.length === 2);
  expect(at.host.starts[1]).toMatchObject({ resume: `agent-${sessionId}`, prompt: 'Mind the tests.', promptFrom: 'person' });
  lose();
  await until('the new beginning', () => at.host.starts.length === 3);
  expect(at.host.starts[2]).toMatchObject({ sessionId, resume: null, promptFrom: 'app', base: 'base' });
  expect(at.host.starts[2]?.prompt).toMatch(/^There is a bug\.[^]*conversation is gone[^]*Mind the tests\.$/);
  await at.settings((settings) => ({ ...settings, retry: { attempts: 1, backoffSeconds: 0 } }));
  lose();
  expect(await sessionIn(at.client, sessionId, 'failed')).toMatchObject({ statusCode: 'AGENT_SESSION_LOST' });
  expect(at.host.starts).toHaveLength(3);
});

test('a host that knows nothing of the run any more leaves nothing alive', async () => {
  at = await scene();
  const make = await at.running({ agent: command });
  at = await at.killed(new ScriptedHost());
  await sessionIn(at.client, make.sessionId, 'interrupted');
  expect(await live()).toBe(0);
});

test('what the host kept is told first: work that was done while nobody listened is done, not repeated', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.changed = 1;
  at.host.disconnect();
  at.host.emit(sessionId, { kind: 'text', blockId: 'b', text: 'All done.' }, done);
  at.host.exit(sessionId);
  at = await at.killed();
  await sessionIn(at.client, sessionId, 'finished');
  await until('the change', async () => (await at.client.review.list({})).changes.length === 1);
  expect(at.host.starts).toHaveLength(1);
  const { events } = await at.client.sessions.events({ id: sessionId });
  expect(events.map((each) => each.seq)).toEqual([1, 2, 3, 4, 5]);
});

test('a change that was not collected before the kill is collected after it, once', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.changed = 1;
  let release = (): void => undefined;
  const stuck = new Promise<void>((resolve) => (release = resolve));
  at.host.delay = (name) => (name === 'workspace.snapshot' ? stuck : null);
  at.host.exit(sessionId);
  await sessionIn(at.client, sessionId, 'finished');
  const killing = at.killed(new ScriptedHost());
  release();
  at = await killing;
  at.host.changed = 1;
  await until('the change', async () => (await at.client.review.list({})).changes.length === 1);
  at = await at.killed();
  expect((await at.client.review.list({})).changes).toHaveLength(1);
});

test('the app resumes by itself at most twice in ten minutes', async () => {
  let now = 1_000_000_000_000;
  at = await scene({ now: () => now });
  const { sessionId } = await at.running();
  for (const starts of [2, 3]) {
    at.host.crash(true);
    at.host.connect();
    await until(`start ${starts}`, () => at.host.starts.length === starts);
    await sessionIn(at.client, sessionId, 'running');
  }
  at.host.crash(true);
  at.host.connect();
  expect(await sessionIn(at.client, sessionId, 'interrupted')).toMatchObject({ statusCode: 'RESUME_LOOP' });
  now += 700_000;
  await at.client.sessions.resume({ id: sessionId });
  await sessionIn(at.client, sessionId, 'running');
  at.host.crash(true);
  at.host.connect();
  await until('the next automatic resume', () => at.host.starts.length === 5);
});

test('what a person stopped stays stopped, though the app was killed before the agent ended', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.deaf = true;
  const stopping = at.client.sessions.stop({ id: sessionId }).catch(() => undefined);
  await until('the intent', async () => (await at.client.sessions.get({ id: sessionId })).session.statusCode === 'STOPPING');
  at.host.crash(true);
  const killing = at.killed();
  at = await killing;
  await stopping;
  await sessionIn(at.client, sessionId, 'stopped');
  expect(at.host.starts).toHaveLength(1);
});

test('a lost connection is not a lost run', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.disconnect();
  at.host.emit(sessionId, { kind: 'text', blockId: 'b', text: 'Said meanwhile.' });
  at.host.connect();
  expect((await at.client.sessions.get({ id: sessionId })).session.status).toBe('running');
  expect(at.host.starts).toHaveLength(1);
  const { items } = await at.client.sessions.items({ id: sessionId, from: 0, count: 10 });
  expect(items.map((each) => each.item.kind)).toEqual(['message', 'text']);
});

test('events that are gone for good end their run and hold up nobody else', async () => {
  at = await scene();
  const lost = await at.running();
  const other = await at.running({ title: 'Other' });
  const said = { kind: 'text', blockId: 'b', text: 'Said.' } as const;
  at.host.lose(lost.sessionId);
  // The link of the real host answers a refused batch by connecting again.
  expect(() => at.host.emit(lost.sessionId, said)).toThrow('missing');
  at.host.emit(lost.sessionId, said);
  await until('the resume', () => at.host.starts.length === 3);
  expect(at.host.starts[2]?.sessionId).toBe(lost.sessionId);
  at.host.emit(other.sessionId, said);
  expect((await at.client.sessions.get({ id: other.sessionId })).session).toMatchObject({ status: 'running', events: 3 });
});

test('a host that is still busy with the last run gets the session again in a moment', async () => {
  at = await scene();
  let busy = 2;
  at.host.script = (name) => (name === 'session.start' && busy-- > 0 ? refused('SESSION_BUSY') : null);
  const { sessionId } = await at.task();
  await sessionIn(at.client, sessionId, 'running');
  expect(busy).toBe(-1);
});

test('looking twice finds nothing to do the second time', async () => {
  at = await scene();
  const { sessionId } = await at.running({ agent: command });
  at.host.crash(true);
  at = await at.killed();
  const first = await sessionIn(at.client, sessionId, 'interrupted');
  const task = await at.client.tasks.get({ id: first.taskId });
  at.host.connect();
  at.host.connect();
  at = await at.killed();
  expect((await at.client.sessions.get({ id: sessionId })).session).toEqual(first);
  expect(await at.client.tasks.get({ id: first.taskId })).toEqual(task);
});

test('closing the app stops its agents; they go on at the next start, commands do not', async () => {
  at = await scene();
  const agent = await at.running();
  const make = await at.running({ title: 'Make', agent: command });
  const { host } = at;
  await at.close();
  expect(
    host
      .called('session.stop')
      .map((each) => each.sessionId)
      .toSorted(),
  ).toEqual([agent.sessionId, make.sessionId].toSorted());
  at = await scene({ dataDir: at.dataDir, host });
  await sessionIn(at.client, agent.sessionId, 'running');
  expect((await at.client.sessions.get({ id: make.sessionId })).session).toMatchObject({ status: 'interrupted', statusCode: 'CLOSED' });
});
