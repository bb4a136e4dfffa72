/** A life of a fleet from a seed, on a real core over a scripted host: sessions with turns, tools, questions, failures, retries, reviews and checks. */
import { RepositorySettings } from '#shared/domain/repository.ts';
import type { SessionEvent, Usage } from '#shared/domain/session-event.ts';
import { ENDED_SESSION } from '#shared/domain/status.ts';
import { ok } from '#shared/lib/fault.ts';
import { randomFrom, type Random } from '#test/support/random.ts';
import { scene, type Scene } from '#test/support/core/scene.ts';
import { until } from '#test/support/core/test-core.ts';

export type Clock = { at: number };

/** A scene whose clock goes only when it is moved. */
export async function quietScene(clock: Clock): Promise<Scene> {
  const here = await scene({ now: () => clock.at });
  here.host.at = () => clock.at;
  await here.settings((settings) => ({ ...settings, retry: { ...settings.retry, attempts: 2, backoffSeconds: 0 } }));
  const checks = ['lint', 'test'].map((name) => ({ name, command: ['true'] }));
  await here.client.repositories.save({ id: here.repositoryId, name: 'shop', settings: RepositorySettings.parse({ checks }) });
  return here;
}

const nothing: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: null,
  turns: 0,
  contextTokens: null,
  contextWindow: null,
};

/** Lives through so many tasks, one after the other. */
export async function live(here: Scene, clock: Clock, seed: number, tasks: number): Promise<void> {
  const random = randomFrom(seed);
  here.host.script = (name) => {
    if (name === 'workspace.merge') return ok({ merged: true, sha: 'new', before: 'old' });
    if (name === 'check.run') return ok({ outcome: random.pick(['passed', 'passed', 'failed', 'timeout', 'error']), exitCode: 0, output: '', cut: 0 });
    return null;
  };
  for (let n = 0; n < tasks; n++) await task(here, clock, random);
}

async function task(here: Scene, clock: Clock, random: Random): Promise<void> {
  const { client, host } = here;
  host.changed = random.between(0, 2);
  const more = random.next() < 0.4 ? { then: [{ title: 'Then', text: 'More.' }] } : {};
  const created = await here.running(more);
  const worked = new Set<string>();
  for (;;) {
    const { plan } = await client.tasks.get({ id: created.task.id });
    const { sessions } = await client.sessions.list({ limit: 500 });
    const mine = sessions.filter(({ taskId }) => taskId === created.task.id);
    const running = mine.find(({ id, status }) => status === 'running' && !worked.has(id));
    if (running) {
      worked.add(running.id);
      await session(here, clock, random, running.id);
    } else if (plan.status !== 'active' || plan.nodes.every(({ status }) => status !== 'ready' && status !== 'active')) break;
    else await new Promise((resolve) => setTimeout(resolve, 5));
  }
  for (const change of (await client.review.list({})).changes) {
    if (change.taskId === created.task.id && change.status === 'waiting') await review(here, clock, random, change.id);
  }
}

async function session(here: Scene, clock: Clock, random: Random, id: string): Promise<void> {
  const { client, host } = here;
  const pass = (most: number): void => void (clock.at += random.between(1, most));
  let used = nothing;
  for (let step = random.between(1, 6); step > 0; step--) {
    pass(60_000);
    const callId = `c${step}`;
    const tool = random.pick(['Bash', 'Edit', 'Read']);
    host.emit(id, { kind: 'tool_call', callId, tool, toolKind: 'run', title: tool, input: '{}', edits: [] });
    pass(3000);
    host.emit(id, { kind: 'tool_result', callId, status: random.pick(['ok', 'ok', 'ok', 'failed']), output: '', edits: [] });
    used = more(random, used);
    host.emit(id, { kind: 'usage', usage: used });
    if (random.next() < 0.4) await question(here, clock, random, id, `r${step}`);
  }
  pass(60_000);
  const end = random.next();
  if (end < 0.15) await client.sessions.stop({ id });
  else if (end < 0.4) host.emit(id, { kind: 'notice', level: 'error', code: 'AGENT_TROUBLE', text: 'Trouble.' }, exit);
  else host.emit(id, { kind: 'turn_ended', ok: true, code: 'done', text: '' });
  await until('the end of a session', async () => {
    const { session: now } = await client.sessions.get({ id });
    return ENDED_SESSION.some((status) => status === now.status) && now.settled;
  });
}

const exit: SessionEvent = { kind: 'exited', exitCode: 1, signal: null, reason: 'failed', fault: null };

function more(random: Random, used: Usage): Usage {
  return {
    ...used,
    inputTokens: used.inputTokens + random.between(0, 900),
    outputTokens: used.outputTokens + random.between(0, 400),
    cacheReadTokens: used.cacheReadTokens + random.between(0, 5000),
    cacheWriteTokens: used.cacheWriteTokens + random.between(0, 700),
    // Whole 1/1024 of a dollar: their sums are exact in any order.
    costUsd: (used.costUsd ?? 0) + random.between(0, 512) / 1024,
    turns: used.turns + 1,
  };
}

async function question({ client, host }: Scene, clock: Clock, random: Random, sessionId: string, requestId: string): Promise<void> {
  host.ask(sessionId, requestId, 'npm test');
  const asked = await until('the question', async () =>
    (await client.permissions.list({})).permissions.find((each) => each.sessionId === sessionId && each.status === 'waiting'),
  );
  clock.at += random.between(100, 100_000);
  await client.permissions.answer({ id: asked.id, answer: random.next() < 0.7 ? { kind: 'allow-once' } : { kind: 'deny', note: 'no' } });
}

async function review({ client, host }: Scene, clock: Clock, random: Random, id: string): Promise<void> {
  const pass = (): void => void (clock.at += random.between(1000, 500_000));
  if (random.next() < 0.6) {
    await client.review.runChecks({ id });
    await until('the checks', async () => (await client.review.get({ id })).checks.every(({ status }) => status !== 'running'));
  }
  pass();
  if (random.next() < 0.25) {
    const { sessionId } = await client.review.askForChanges({ id, note: 'Again, please.' });
    await until('the session again', async () => (await client.sessions.get({ id: sessionId })).session.status === 'running');
    clock.at += random.between(1000, 100_000);
    host.emit(sessionId, { kind: 'turn_ended', ok: true, code: 'done', text: '' });
    await until('the change again', async () => (await client.review.get({ id })).change.status === 'waiting');
    pass();
  }
  if (random.next() < 0.3) await client.review.reject({ id });
  else await client.review.approve({ id });
  pass();
  if (random.next() < 0.2) {
    await client.review.undo({ id });
    pass();
    if (random.next() < 0.5) await client.review.reject({ id });
  }
}
