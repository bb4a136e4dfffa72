import { afterEach, expect, test } from 'vitest';
import { usage } from '#test/support/core/scripted-host.ts';
import { scene, type Scene } from '#test/support/core/scene.ts';
import { sessionIn, until } from '#test/support/core/test-core.ts';

let at: Scene;
afterEach(() => at.remove());

test('a task that has spent its money is stopped with a sentence, and cannot go on', async () => {
  at = await scene();
  const { task, sessionId } = await at.running({ limits: { maxUsd: 1 } });
  expect(at.host.starts[0]?.limits.maxUsd).toBe(1);
  at.host.emit(sessionId, usage({ costUsd: 0.4 }), usage({ costUsd: 1.2 }));
  const session = await sessionIn(at.client, sessionId, 'limited');
  expect(session).toMatchObject({ statusCode: 'BUDGET_TASK', statusText: expect.stringContaining('$1.20') });
  expect((await at.client.tasks.get({ id: task.id })).plan.status).toBe('failed');
  await expect(at.client.sessions.resume({ id: sessionId })).rejects.toMatchObject({ code: 'BUDGET_TASK' });
});

test('the budget of the day stops what spends, holds the queue with the reason, lets commands through, and ends at midnight', async () => {
  const noon = new Date(2026, 4, 5, 12).getTime();
  let now = noon;
  at = await scene({ now: () => now });
  await at.settings((settings) => ({ ...settings, budget: { perDayUsd: 2 } }));
  const first = await at.running();
  const other = await at.running({ title: 'Other' });
  const command = await at.running({ title: 'Command', agent: { kind: 'command', name: '', command: ['true'], model: '' } });
  at.host.at = () => now;
  at.host.emit(first.sessionId, usage({ costUsd: 2.5 }));
  for (const { sessionId } of [first, other]) expect(await sessionIn(at.client, sessionId, 'limited')).toMatchObject({ statusCode: 'BUDGET_DAY' });
  expect((await at.client.sessions.get({ id: command.sessionId })).session.status).toBe('running');
  const next = await at.task({ title: 'Next' });
  await until('the reason', async () => (await at.client.sessions.get({ id: next.sessionId })).session.statusCode === 'BUDGET_DAY');
  now = noon + 86_400_000;
  await at.settings((settings) => settings); // any look at the queue
  await sessionIn(at.client, next.sessionId, 'running');
});

test('working time is limited, time spent waiting for a person is not counted', async () => {
  let now = 1_000_000_000_000;
  at = await scene({ now: () => now });
  const { sessionId } = await at.running({ limits: { maxMinutes: 10 } });
  at.host.ask(sessionId, 'a', 'make');
  await sessionIn(at.client, sessionId, 'waiting');
  now += 3_600_000;
  const request = await until('the request', async () => (await at.client.permissions.list({})).permissions[0]);
  await at.client.permissions.answer({ id: request.id, answer: { kind: 'allow-once' } });
  const { session } = await at.client.sessions.get({ id: sessionId });
  expect(session).toMatchObject({ status: 'running', blockedMs: 3_600_000 });
  now += 600_000;
  expect(await sessionIn(at.client, sessionId, 'limited')).toMatchObject({ statusCode: 'MAX_MINUTES', activeMs: 600_000 });
});

test('turns are limited also for agents that do not count them', async () => {
  at = await scene();
  const { sessionId } = await at.running({ limits: { maxTurns: 2 } });
  at.host.emit(sessionId, usage({ turns: 2 }));
  at.host.emit(sessionId, usage({ turns: 3 }));
  expect(await sessionIn(at.client, sessionId, 'limited')).toMatchObject({ statusCode: 'MAX_TURNS' });
});

test('limits count over the runs of a session: the next one is told what is left, and the end of it stays', async () => {
  at = await scene();
  const { sessionId } = await at.running({ limits: { maxTurns: 5, maxUsd: 1 } });
  at.host.emit(sessionId, usage({ turns: 2, costUsd: 0.25 }));
  at.host.crash(true);
  at.host.connect();
  await until('the resume', () => at.host.starts.length === 2);
  expect(at.host.starts[1]?.limits).toEqual({ maxTurns: 3, maxUsd: 0.75 });
  await sessionIn(at.client, sessionId, 'running');
  at.host.emit(sessionId, usage({ turns: 3, costUsd: 0.25 }));
  expect((await at.client.sessions.get({ id: sessionId })).session).toMatchObject({ status: 'running', turns: 5 });
  at.host.emit(sessionId, usage({ turns: 4, costUsd: 0.25 }));
  expect(await sessionIn(at.client, sessionId, 'limited')).toMatchObject({ statusCode: 'MAX_TURNS', turns: 6 });
  await expect(at.client.sessions.resume({ id: sessionId })).rejects.toMatchObject({ code: 'MAX_TURNS', data: { fix: expect.any(String) } });
});

test('a provider that limits the rate slows its queue only, and the health says so', async () => {
  at = await scene();
  const first = await at.running();
  const second = await at.running({ title: 'Second' });
  at.host.emit(first.sessionId, { kind: 'rate_limit', provider: 'anthropic', status: 'limited', resetsAt: null, text: 'Too many requests.' });
  at.host.exit(second.sessionId);
  const third = await at.task({ title: 'Third' });
  await until('the reason', async () => (await at.client.sessions.get({ id: third.sessionId })).session.statusCode === 'PROVIDER_SLOWED');
  const command = await at.running({ title: 'Command', agent: { kind: 'command', name: '', command: ['true'], model: '' } });
  expect(command.sessionId).not.toBe('');
  const stop = new AbortController();
  for await (const delta of await at.client.live.watch({}, { signal: stop.signal })) {
    expect(delta.health?.slowed).toMatchObject([{ provider: 'anthropic', why: 'Too many requests.' }]);
    break;
  }
  stop.abort();
});

test('two repositories share the places fairly, and review counts as work in progress', async () => {
  at = await scene();
  const other = await at.client.repositories.add({ path: '/other' });
  expect(other.id).not.toBe(at.repositoryId);
  await at.settings((settings) => ({ ...settings, governor: { ...settings.governor, global: 2 } }));
  const mine = [];
  for (const title of ['A1', 'A2', 'A3']) mine.push(await at.task({ title }));
  const theirs = await at.task({ title: 'B1', repositoryId: other.id });
  await sessionIn(at.client, mine[0]?.sessionId ?? '', 'running');
  at.host.exit(mine[0]?.sessionId ?? '');
  await sessionIn(at.client, theirs.sessionId, 'running');
  await at.client.repositories.save({ id: other.id, name: 'other', settings: { ...other.settings, wipLimit: 1 } });
  at.host.changed = 1;
  at.host.exit(theirs.sessionId);
  const change = await until('the change', async () => (await at.client.review.list({})).changes.find((each) => each.repositoryId === other.id));
  for (const { sessionId } of mine.slice(1)) if ((await at.client.sessions.get({ id: sessionId })).session.status === 'running') at.host.exit(sessionId);
  const blocked = await at.task({ title: 'B2', repositoryId: other.id });
  await until('the reason', async () => (await at.client.sessions.get({ id: blocked.sessionId })).session.statusCode === 'LIMIT_WIP');
  await at.client.review.reject({ id: change.id });
  await sessionIn(at.client, blocked.sessionId, 'running');
});
