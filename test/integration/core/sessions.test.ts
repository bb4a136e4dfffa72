import { afterEach, expect, test } from 'vitest';
import { refused } from '#test/support/core/scripted-host.ts';
import { scene, type Scene } from '#test/support/core/scene.ts';
import { sessionIn, until } from '#test/support/core/test-core.ts';

let at: Scene;
afterEach(() => at.remove());

const done = { kind: 'turn_ended', ok: true, code: 'done', text: '' } as const;
const retryAtOnce = (settings: Parameters<Parameters<Scene['settings']>[0]>[0]): typeof settings => ({
  ...settings,
  retry: { attempts: 2, backoffSeconds: 0 },
});

test('a task runs in its own worktree, ends when its turn ends, and its change waits for review', async () => {
  at = await scene();
  const { task, sessionId } = await at.running({ acceptance: 'No bug.' });
  const [start] = at.host.starts;
  expect(start?.workspace).toMatchObject({ mode: 'worktree', branch: expect.stringMatching(/^acc\/fix-the-bug-/) });
  expect(start?.prompt).toContain('No bug.');
  at.host.changed = 2;
  at.host.emit(sessionId, { kind: 'text', blockId: 'b', text: 'Fixed it.' }, done);
  const session = await sessionIn(at.client, sessionId, 'finished');
  expect(session.activeMs + session.blockedMs).toBeGreaterThanOrEqual(0);
  const change = await until('the change', async () => (await at.client.review.list({})).changes[0]);
  expect(change).toMatchObject({ status: 'waiting', sessionId, summary: 'Fixed it.', added: 2 });
  expect((await at.client.tasks.get({ id: task.id })).plan.status).toBe('done');
});

test('a session that changed nothing says so and waits for nobody', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.emit(sessionId, done);
  await until('the word', async () => (await at.client.sessions.get({ id: sessionId })).session.statusCode === 'NO_CHANGE');
  expect((await at.client.review.list({})).changes).toEqual([]);
});

test('the steps of a chain work one after the other in one place, and give one change', async () => {
  at = await scene();
  const { task, sessionId } = await at.running({ then: [{ title: 'Then test it', text: 'Write a test.' }] });
  at.host.changed = 1;
  at.host.emit(sessionId, done);
  const second = await until('the second step', () => at.host.starts[1]);
  expect(second).toMatchObject({ prompt: 'Write a test.', base: 'base', resume: null });
  expect(second.workspace.cwd).toBe(at.host.starts[0]?.workspace.cwd);
  expect((await at.client.review.list({})).changes).toEqual([]);
  at.host.emit(second.sessionId, done);
  await until('the change', async () => (await at.client.review.list({})).changes.length === 1);
  const { plan } = await at.client.tasks.get({ id: task.id });
  expect(plan.nodes.map((node) => node.status)).toEqual(['done', 'done']);
});

test('a failed step is tried again in the same place, then fails the task, and what it changed is shown', async () => {
  at = await scene();
  await at.settings(retryAtOnce);
  const { task, sessionId } = await at.running({ then: [{ title: 'Never', text: 'Never.' }] });
  at.host.changed = 1;
  at.host.exit(sessionId, 7);
  const again = await until('the second try', () => at.host.starts[1]);
  expect(again.sessionId).not.toBe(sessionId);
  expect(again.workspace.cwd).toBe(at.host.starts[0]?.workspace.cwd);
  at.host.exit(again.sessionId, 7);
  expect(await sessionIn(at.client, again.sessionId, 'failed')).toMatchObject({ statusText: expect.stringContaining('7') });
  await until('the change', async () => (await at.client.review.list({})).changes.length === 1);
  const { plan } = await at.client.tasks.get({ id: task.id });
  expect(plan).toMatchObject({ status: 'failed', nodes: [{ status: 'failed', attempts: 2 }, { status: 'cancelled' }] });
});

test('a try that waits for its time does not wait longer when the clock is set back, nor after a restart', async () => {
  let back = 0;
  const now = (): number => Date.now() - back;
  at = await scene({ now });
  await at.settings((settings) => ({ ...settings, retry: { attempts: 3, backoffSeconds: 1 } }));
  const { sessionId } = await at.running();
  at.host.exit(sessionId, 7);
  await sessionIn(at.client, sessionId, 'failed');
  back = 3_600_000;
  const again = await until('the second try', () => at.host.starts[1], 20_000);
  at.host.exit(again.sessionId, 7);
  await sessionIn(at.client, again.sessionId, 'failed');
  back *= 2;
  at.host.crash(true);
  at = await at.killed();
  await until('the third try', () => at.host.starts[2], 20_000);
});

test("an agent that cannot be started fails once, in the host's words", async () => {
  at = await scene();
  at.host.refusal = { code: 'AGENT_NOT_FOUND', message: 'claude is not on PATH.', fix: 'Install it.' };
  const { sessionId } = await at.task();
  expect(await sessionIn(at.client, sessionId, 'failed')).toMatchObject({ statusCode: 'AGENT_NOT_FOUND', statusText: 'claude is not on PATH. Install it.' });
  expect(at.host.starts).toHaveLength(1);
});

test('a message goes to the running agent, to a queued one with its start, to an ended one as a resume', async () => {
  at = await scene();
  await at.settings((settings) => ({ ...settings, governor: { ...settings.governor, global: 1 } }));
  const first = await at.running();
  const second = await at.task({ title: 'Another' });
  await at.client.sessions.send({ id: first.sessionId, text: 'Also the docs.' });
  await at.client.sessions.send({ id: second.sessionId, text: 'Be brief.' });
  expect(at.host.called('session.send')).toMatchObject([{ sessionId: first.sessionId, text: 'Also the docs.' }]);
  at.host.exit(first.sessionId);
  await sessionIn(at.client, second.sessionId, 'running');
  expect(at.host.starts[1]?.prompt).toContain('There is a bug.');
  expect(at.host.starts[1]?.prompt).toContain('Be brief.');
  at.host.exit(second.sessionId);
  await sessionIn(at.client, second.sessionId, 'finished');
  await at.client.sessions.send({ id: first.sessionId, text: 'One more thing.' });
  await until('the resume', () => at.host.starts.length === 3);
  expect(at.host.starts[2]).toMatchObject({ sessionId: first.sessionId, resume: `agent-${first.sessionId}`, prompt: 'One more thing.', promptFrom: 'person' });
  await sessionIn(at.client, first.sessionId, 'running');
});

test('an interrupted turn waits for a word; a stop is final until a resume', async () => {
  at = await scene();
  const { task, sessionId } = await at.running();
  at.host.emit(sessionId, { kind: 'turn_ended', ok: false, code: 'interrupted', text: '' });
  expect((await sessionIn(at.client, sessionId, 'waiting')).statusCode).toBe('TURN_INTERRUPTED');
  await at.client.sessions.send({ id: sessionId, text: 'Other way round.' });
  await sessionIn(at.client, sessionId, 'running');
  expect(await at.client.sessions.stop({ id: sessionId })).toMatchObject({ status: 'stopped', statusText: 'Stopped by a person.' });
  expect((await at.client.tasks.get({ id: task.id })).plan.status).toBe('cancelled');
  await at.client.sessions.resume({ id: sessionId });
  await sessionIn(at.client, sessionId, 'running');
  expect((await at.client.tasks.get({ id: task.id })).plan).toMatchObject({ status: 'active', nodes: [{ status: 'active' }] });
  await expect(at.client.sessions.resume({ id: sessionId })).rejects.toMatchObject({ code: 'SESSION_LIVE' });
  await expect(at.client.sessions.archive({ ids: [sessionId], archived: true })).rejects.toMatchObject({ code: 'SESSION_LIVE' });
});

test('a pause stops the agent, holds what waits, and a resume goes on; a cancel ends all of it', async () => {
  at = await scene();
  const { task, sessionId } = await at.running({ then: [{ title: 'Next', text: 'Next.' }] });
  const paused = await at.client.tasks.pause({ id: task.id });
  expect(paused.plan).toMatchObject({ status: 'paused', nodes: [{ status: 'paused' }, { status: 'blocked' }] });
  expect(await sessionIn(at.client, sessionId, 'queued')).toMatchObject({ statusCode: 'PAUSED' });
  await at.client.tasks.resume({ id: task.id });
  await sessionIn(at.client, sessionId, 'running');
  expect(at.host.starts[1]).toMatchObject({ sessionId, resume: `agent-${sessionId}` });
  const cancelled = await at.client.tasks.cancel({ id: task.id });
  expect(cancelled.plan).toMatchObject({ status: 'cancelled', nodes: [{ status: 'cancelled' }, { status: 'cancelled' }] });
  await expect(at.client.tasks.cancel({ id: task.id })).rejects.toMatchObject({ code: 'TASK_ENDED' });
});

test('asking for changes resumes the session with the note, and the change comes back', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.changed = 1;
  at.host.emit(sessionId, done);
  const change = await until('the change', async () => (await at.client.review.list({})).changes[0]);
  await sessionIn(at.client, sessionId, 'finished');
  await at.client.review.askForChanges({ id: change.id, note: 'Not like this.' });
  await until('the resume', () => at.host.starts.length === 2);
  expect(at.host.starts[1]).toMatchObject({ promptFrom: 'review', prompt: 'Not like this.', base: 'base' });
  at.host.changed = 2;
  at.host.emit(sessionId, done);
  const again = await until('the change again', async () => (await at.client.review.list({})).changes.find((each) => each.status === 'waiting'));
  expect(again).toMatchObject({ id: change.id, rounds: 1, added: 2 });
});

test('a host that cannot be reached puts the session back into the queue, and a reconnect starts it', async () => {
  at = await scene();
  at.host.script = (name) => (name === 'session.start' ? refused('HOST_UNREACHABLE') : null);
  at.host.disconnect();
  const { sessionId } = await at.task();
  await until('the reason', async () => (await at.client.sessions.get({ id: sessionId })).session.statusCode === 'HOST_UNREACHABLE');
  at.host.script = () => null;
  at.host.connect();
  await sessionIn(at.client, sessionId, 'running');
  expect(at.host.starts).toHaveLength(1);
});

test('the same key makes one task', async () => {
  at = await scene();
  const body = { repositoryId: at.repositoryId, title: 'Once', text: 'Once.', agent: { kind: 'claude-code' as const }, key: 'k' };
  const first = await at.client.tasks.create(body);
  expect(await at.client.tasks.create(body)).toMatchObject({ sessionId: first.sessionId, task: { id: first.task.id } });
  expect((await at.client.sessions.list({})).sessions).toHaveLength(1);
});
