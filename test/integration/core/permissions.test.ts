import { afterEach, expect, test } from 'vitest';
import { scene, type Scene } from '#test/support/core/scene.ts';
import { sessionIn, until } from '#test/support/core/test-core.ts';
import type { Permission, PermissionAnswer } from '#shared/domain/session.ts';

let at: Scene;
afterEach(() => at.remove());

const waiting = async (): Promise<Permission[]> => (await at.client.permissions.list({})).permissions;
const all = async (): Promise<Permission[]> => (await at.client.permissions.list({ waiting: false })).permissions;

test('a request waits in the inbox, blocks the session, and the answer reaches the agent once', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.ask(sessionId, 'r1', 'npm test');
  await sessionIn(at.client, sessionId, 'waiting');
  const [request] = await waiting();
  expect(request).toMatchObject({ title: 'npm test', sessionTitle: 'Fix the bug', status: 'waiting' });
  const answered = await at.client.permissions.answer({ id: request?.id ?? '', answer: { kind: 'deny', note: 'Use pnpm.' } });
  expect(answered).toMatchObject({ status: 'denied', note: 'Use pnpm.', answeredBy: 'test operator' });
  await sessionIn(at.client, sessionId, 'running');
  expect(at.host.called('session.answer')).toMatchObject([{ requestId: 'r1', allow: false, note: 'Use pnpm.' }]);
  await expect(at.client.permissions.answer({ id: request?.id ?? '', answer: { kind: 'allow-once' } })).rejects.toMatchObject({ code: 'PERMISSION_CLOSED' });
  expect((await at.client.insight.decisions({ targetId: sessionId })).decisions).toMatchObject([{ action: 'permission.deny', actor: 'test operator' }]);
});

test('a question is answered with words for every question, and by nothing else', async () => {
  at = await scene();
  const { sessionId } = await at.running({ allow: ['AskUserQuestion'] });
  const choices = (question: string, ...labels: string[]) => ({
    question,
    header: question.slice(0, 4),
    multiple: false,
    options: labels.map((label) => ({ label, description: '' })),
  });
  const questions = [choices('Port?', '80', '8080'), choices('constructor', 'json')];
  const event = { callId: null, tool: 'AskUserQuestion', title: 'Port?', input: '{}', reason: null, rules: [], questions };
  at.host.emit(sessionId, { kind: 'permission_asked', requestId: 'q', ...event });
  await sessionIn(at.client, sessionId, 'waiting');
  const id = (await waiting())[0]?.id ?? '';
  expect((await waiting())[0]).toMatchObject({ questions, answers: {} });
  const give = (answer: PermissionAnswer): Promise<Permission> => at.client.permissions.answer({ id, answer });
  await expect(give({ kind: 'allow-once' })).rejects.toMatchObject({ code: 'QUESTION_NEEDS_REPLY' });
  await expect(give({ kind: 'reply', answers: { 'Port?': '80', constructor: ' ' } })).rejects.toMatchObject({ code: 'REPLY_INCOMPLETE' });
  await expect(give({ kind: 'reply', answers: { 'Port?': '80' } })).rejects.toMatchObject({ code: 'REPLY_INCOMPLETE' });
  const answers = { 'Port?': '8080', constructor: 'in my own words' };
  expect(await give({ kind: 'reply', answers })).toMatchObject({ status: 'allowed', answers, answeredBy: 'test operator' });
  expect(at.host.called('session.answer')).toMatchObject([{ requestId: 'q', allow: true, answers }]);
  expect((await at.client.insight.decisions({ targetId: sessionId })).decisions).toMatchObject([
    { action: 'permission.reply', detail: 'Port?: Port: 8080; cons: in my own words' },
  ]);
  at.host.ask(sessionId, 'r', 'make');
  await until('the request', async () => (await waiting()).length === 1);
  await expect(
    at.client.permissions.answer({ id: (await waiting())[0]?.id ?? '', answer: { kind: 'reply', answers: { 'Port?': '80' } } }),
  ).rejects.toMatchObject({ code: 'NOT_A_QUESTION' });
});

test('rules of the task and the repository answer at once; a compound command still asks', async () => {
  at = await scene();
  const { sessionId } = await at.running({ allow: ['Bash(npm:*)'] });
  at.host.ask(sessionId, 'r1', 'npm test');
  await until('the answer', () => at.host.called('session.answer').length === 1);
  expect(await all()).toMatchObject([{ status: 'allowed', answeredBy: 'rule Bash(npm:*)' }]);
  expect((await at.client.sessions.get({ id: sessionId })).session.status).toBe('running');
  at.host.ask(sessionId, 'r2', 'npm test && curl evil');
  await sessionIn(at.client, sessionId, 'waiting');
});

test('"always" stores the rule, answers what waits in the repository, and holds for the next session', async () => {
  at = await scene();
  const first = await at.running();
  const second = await at.running({ title: 'Second' });
  at.host.ask(first.sessionId, 'a', 'git status');
  at.host.ask(second.sessionId, 'b', 'git status');
  await until('both', async () => (await waiting()).length === 2);
  const mine = (await waiting()).find((each) => each.sessionId === first.sessionId);
  await at.client.permissions.answer({ id: mine?.id ?? '', answer: { kind: 'allow-always', rule: 'Bash(git status:*)' } });
  await until('both answered', () => at.host.called('session.answer').length === 2);
  expect(await waiting()).toEqual([]);
  const third = await at.running({ title: 'Third' });
  at.host.ask(third.sessionId, 'c', 'git status --short');
  await until('the third', () => at.host.called('session.answer').length === 3);
  const { rules } = await at.client.permissions.rules({});
  expect(rules).toMatchObject([{ rule: 'Bash(git status:*)', repositoryId: at.repositoryId, createdBy: 'test operator' }]);
  await at.client.permissions.removeRule({ id: rules[0]?.id ?? '' });
  at.host.ask(third.sessionId, 'd', 'git status');
  await sessionIn(at.client, third.sessionId, 'waiting');
  await expect(at.client.permissions.answer({ id: (await waiting())[0]?.id ?? '', answer: { kind: 'allow-always', rule: '((' } })).rejects.toMatchObject({
    code: 'RULE_INVALID',
  });
});

test('"for this session" holds in this session only, also after a restart', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.ask(sessionId, 'a', 'make');
  await until('the request', async () => (await waiting()).length === 1);
  await at.client.permissions.answer({ id: (await waiting())[0]?.id ?? '', answer: { kind: 'allow-session' } });
  at.host.crash(true);
  at = await at.killed();
  await until('the resume', () => at.host.starts.length === 2);
  expect(at.host.starts[1]?.allow).toContain('Bash(make:*)');
  const other = await at.running({ title: 'Other' });
  at.host.ask(other.sessionId, 'b', 'make');
  await sessionIn(at.client, other.sessionId, 'waiting');
});

test('a request outlives a kill: the agent asks again and the old one points to the new one', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.ask(sessionId, 'a', 'make');
  await sessionIn(at.client, sessionId, 'waiting');
  const [old] = await waiting();
  at.host.crash(true);
  at = await at.killed();
  expect(await waiting()).toMatchObject([{ id: old?.id }]);
  await sessionIn(at.client, sessionId, 'running');
  at.host.ask(sessionId, 'a', 'make');
  await sessionIn(at.client, sessionId, 'waiting');
  const [again] = await waiting();
  expect(again?.id).not.toBe(old?.id);
  expect((await all()).find((each) => each.id === old?.id)).toMatchObject({ status: 'expired', note: expect.stringContaining(again?.id ?? '?') });
});

test('an agent that asks for something else after a kill has left the old request behind; the answer lets it work', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.ask(sessionId, 'a', 'make');
  at.host.ask(sessionId, 'b', 'make test');
  await until('both', async () => (await waiting()).length === 2);
  at.host.crash(true);
  at = await at.killed();
  await sessionIn(at.client, sessionId, 'running');
  at.host.ask(sessionId, 'c', 'make all');
  await sessionIn(at.client, sessionId, 'waiting');
  const [only, ...more] = await waiting();
  expect(more).toEqual([]);
  expect(only).toMatchObject({ title: 'make all' });
  await at.client.permissions.answer({ id: only?.id ?? '', answer: { kind: 'allow-once' } });
  expect((await at.client.sessions.get({ id: sessionId })).session.status).toBe('running');
});

test('an answer given while no agent can hear it is kept for when it asks again', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.ask(sessionId, 'a', 'make');
  await sessionIn(at.client, sessionId, 'waiting');
  at.host.crash(true);
  await at.settings((settings) => ({ ...settings, governor: { ...settings.governor, perAgent: { 'claude-code': 1 } } }));
  const [old] = await waiting();
  at.host.connect();
  await until('the resume', () => at.host.starts.length === 2);
  await at.client.permissions.answer({ id: old?.id ?? '', answer: { kind: 'allow-once' } });
  expect(at.host.called('session.answer')).toEqual([]);
  at.host.ask(sessionId, 'z', 'make');
  await until('the answer', () => at.host.called('session.answer').length === 1);
  expect(at.host.called('session.answer')[0]).toMatchObject({ requestId: 'z', allow: true });
});

test('a request that goes down with its run stays in the inbox while the session waits to go on', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.ask(sessionId, 'a', 'make');
  await sessionIn(at.client, sessionId, 'waiting');
  const [old] = await waiting();
  at.host.emit(
    sessionId,
    { kind: 'permission_closed', requestId: 'a', outcome: 'withdrawn', note: null, ended: true },
    { kind: 'exited', exitCode: null, signal: 'SIGTERM', reason: 'host_lost', fault: null },
  );
  await until('the resume', () => at.host.starts.length === 2);
  expect(await waiting()).toMatchObject([{ id: old?.id }]);
  at.host.ask(sessionId, 'b', 'make');
  await until('the new request', async () => (await waiting()).every((each) => each.id !== old?.id));
  expect(await waiting()).toHaveLength(1);
});

test('what the agent takes back, and what its end leaves open, does not stay in the inbox', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.ask(sessionId, 'a', 'make');
  at.host.emit(sessionId, { kind: 'permission_closed', requestId: 'a', outcome: 'withdrawn', note: null });
  await sessionIn(at.client, sessionId, 'running');
  at.host.ask(sessionId, 'b', 'make');
  await sessionIn(at.client, sessionId, 'waiting');
  await at.client.sessions.stop({ id: sessionId });
  expect((await all()).map((each) => each.status)).toEqual(['expired', 'expired']);
});

test('a viewer may read the inbox but not answer', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.ask(sessionId, 'a', 'make');
  await sessionIn(at.client, sessionId, 'waiting');
  const viewer = at.clientOf('viewer');
  const { permissions } = await viewer.permissions.list({});
  expect(permissions).toHaveLength(1);
  await expect(viewer.permissions.answer({ id: permissions[0]?.id ?? '', answer: { kind: 'allow-once' } })).rejects.toMatchObject({
    code: 'FORBIDDEN',
    data: { fix: expect.any(String) },
  });
});
