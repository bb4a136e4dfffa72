/** How sessions of the real CLI end or go on: interrupt, stop, kill and resume, limits, errors of the API, a model that hangs. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alive, cli, DEADLINE_MS, World } from './harness.ts';

describe.skipIf(!cli.found)('ends', { timeout: 2 * DEADLINE_MS }, () => {
  let world: World;
  beforeEach(async () => void (world = await World.open()));
  afterEach(() => world.close());

  test('an interrupt ends the turn, keeps what was said, and the session goes on', async () => {
    const session = await world.start('scenario:stream rate=20 seconds=30');
    await session.until('live text', () => session.parts.length > 2);
    expect(await session.run?.interrupt()).toEqual({ ok: true, value: undefined });
    expect(await session.next('turn_ended')).toEqual({ kind: 'turn_ended', ok: false, code: 'interrupted', text: '' });
    expect(session.said()).toContain('streamed words');
    await session.run?.send('scenario:plain', 'person');
    expect(await session.next('turn_ended', 1)).toMatchObject({ ok: true, code: 'done' });
    await session.run?.stop('finish', 'completed', 20_000);
    expect(session.events.at(-1)).toMatchObject({ kind: 'exited', reason: 'completed', fault: null });
  });

  test('finishing after an interrupt is no failure, though the CLI ends with code 1', async () => {
    const session = await world.start('scenario:hang after=start');
    await session.until('live text', () => session.parts.length > 0);
    await session.run?.interrupt();
    await session.next('turn_ended');
    await session.run?.stop('finish', 'completed', 20_000);
    expect(session.events.at(-1)).toEqual({ kind: 'exited', exitCode: 1, signal: null, reason: 'completed', fault: null });
  });

  test('a stop ends a model that hangs, with every process of the tree', async () => {
    const session = await world.start('scenario:hang');
    await session.until('the request', () => world.model.turns.length > 0);
    const pid = session.run?.pid ?? 0;
    await session.run?.stop('stop', 'limit', 3000);
    expect(session.events.at(-1)).toMatchObject({ kind: 'exited', reason: 'limit', fault: null });
    expect(alive(pid)).toBe(false);
    expect(await session.run?.send('too late', 'person')).toMatchObject({ ok: false, fault: { code: 'SESSION_NOT_RUNNING' } });
  });

  test('a command that runs ends with the session', async () => {
    const session = await world.start("scenario:bash cmd=sh+-c+'echo+$$>pid.txt;exec+sleep+987'", { allow: ['Bash'] });
    const file = join(world.repo, 'pid.txt');
    const pid = await session.until('the command', () => existsSync(file) && Number(readFileSync(file, 'utf8')));
    expect(alive(pid)).toBe(true);
    await session.run?.stop('stop', 'stopped', 3000);
    // Dead at once; its entry goes when the system's first process collects it.
    await session.until('the end of the command', () => !alive(pid));
    expect(session.of('exited')).toHaveLength(1);
  });

  test('after SIGKILL the conversation goes on with a resume, and the cost of the new run starts at its own zero', async () => {
    const first = await world.start('scenario:bash cmd=touch+never my word is BANANA');
    await first.next('permission_asked');
    const agentSessionId = first.of('started')[0]?.agentSessionId ?? null;
    process.kill(first.run?.pid ?? 0, 'SIGKILL');
    const exit = await first.next('exited');
    expect(exit).toMatchObject({ reason: 'failed', signal: 'SIGKILL', fault: { code: 'AGENT_EXITED' } });
    expect(first.of('permission_closed')[0]).toMatchObject({ outcome: 'withdrawn' });

    const second = await world.start('scenario:recall', { resume: agentSessionId });
    const end = await second.next('turn_ended');
    expect(end.text).toContain('my word is BANANA');
    expect(second.of('started')[0]).toMatchObject({ agentSessionId, resumed: true });
    await second.run?.stop('finish', 'completed', 20_000);
    const third = await world.start('scenario:plain', { resume: agentSessionId });
    await third.next('turn_ended');
    const cost = (session: typeof second): number => session.of('usage').at(-1)?.usage.costUsd ?? 0;
    // One answer each over nearly the same context: were the earlier run counted in, it would be about twice as much.
    expect(cost(third)).toBeGreaterThan(0);
    expect(cost(third)).toBeLessThan(cost(second) * 1.5);
  });

  test('a resume without its conversation says so', async () => {
    const session = await world.start('scenario:plain', { resume: '00000000-0000-4000-8000-000000000000' });
    expect(await session.next('exited')).toMatchObject({ reason: 'failed', fault: { code: 'AGENT_SESSION_LOST' } });
    expect(session.of('exited')).toHaveLength(1);
    // The turn that failed is told before the exit: a center that ends the session on that word hears the same.
    const ended = await world.start('scenario:plain', { resume: '00000000-0000-4000-8000-000000000000' });
    await ended.next('turn_ended');
    await ended.run?.stop('finish', 'completed', 20_000);
    expect(await ended.next('exited')).toMatchObject({ reason: 'failed', fault: { code: 'AGENT_SESSION_LOST' } });
  });

  test('the limit of turns ends the turn with its own code', async () => {
    const session = await world.start('scenario:loop', { limits: { maxTurns: 2 } });
    expect(await session.next('turn_ended')).toMatchObject({ ok: false, code: 'max_turns' });
    expect(session.of('usage').at(-1)?.usage.turns).toBe(2);
  });

  test('the budget ends the turn with its own code, and the cost is told', async () => {
    const session = await world.start('scenario:dear', { limits: { maxUsd: 0.5 } });
    expect(await session.next('turn_ended')).toMatchObject({ ok: false, code: 'max_usd' });
    expect(session.of('usage').at(-1)?.usage.costUsd).toBeGreaterThan(0.5);
  });

  test('an API that fails twice is retried in sight of the person', async () => {
    const session = await world.start('scenario:api-error times=2');
    expect(await session.next('turn_ended')).toMatchObject({ ok: true, text: 'It works again.' });
    expect(session.of('notice').map((notice) => notice.code)).toEqual(['API_RETRY', 'API_RETRY']);
  });

  test('an API that refuses ends the turn as an error, though the CLI calls it success', async () => {
    const session = await world.start('scenario:invalid');
    expect(await session.next('turn_ended')).toMatchObject({ ok: false, code: 'error', text: expect.stringContaining('the request is invalid') });
    expect(session.of('notice').at(-1)).toMatchObject({ level: 'error', code: 'AGENT_API_ERROR' });
    expect(session.said()).toBe('');
  });

  test('429 is a rate limit until the model answers again', async () => {
    const session = await world.start('scenario:rate-limit after=1 times=1');
    await session.next('turn_ended');
    const limits = session.of('rate_limit');
    expect(limits.map((limit) => limit.status)).toEqual(['limited', 'ok']);
    expect(limits[0]?.resetsAt).toBeGreaterThan(Date.now() - DEADLINE_MS);
  });

  test('a stream that is no stream is an error, not silence', async () => {
    const session = await world.start('scenario:garbage');
    expect(await session.next('turn_ended')).toMatchObject({ ok: false, code: 'error' });
  });

  test('without a login it says so and how to change it', async () => {
    const session = await world.start('scenario:plain', { env: { ANTHROPIC_API_KEY: '' } });
    await session.next('turn_ended');
    expect(session.of('notice').at(-1)).toMatchObject({ code: 'AGENT_NOT_LOGGED_IN', fix: expect.stringContaining('log in') });
    await session.run?.stop('finish', 'completed', 20_000);
    expect(session.events.at(-1)).toMatchObject({ kind: 'exited', fault: { code: 'AGENT_NOT_LOGGED_IN' } });
  });

  test('a program that is not there or not executable is an end with a fault, not a throw', async () => {
    const missing = await world.start('hello', { program: [join(world.root, 'no-such-claude')] });
    expect(missing.events.at(-1)).toMatchObject({ kind: 'exited', reason: 'spawn_failed', fault: { code: 'AGENT_NOT_FOUND' } });
    const file = join(world.root, 'text');
    writeFileSync(file, 'not a program');
    chmodSync(file, 0o644);
    const locked = await world.start('hello', { program: [file] });
    expect(locked.events.at(-1)).toMatchObject({ kind: 'exited', reason: 'spawn_failed', fault: { code: 'AGENT_NOT_EXECUTABLE' } });
    expect(await locked.run?.send('x', 'person')).toMatchObject({ ok: false, fault: { code: 'SESSION_NOT_RUNNING' } });
  });
});
