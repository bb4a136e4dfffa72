/** The real Claude Code CLI on a scripted model: what it says becomes events, what a person does reaches it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cli, DEADLINE_MS, World } from './harness.ts';

if (!cli.found) console.warn(`SKIPPED test/integration/claude: ${cli.skip}`);

describe.skipIf(!cli.found)('a conversation', { timeout: 2 * DEADLINE_MS }, () => {
  let world: World;
  beforeEach(async () => void (world = await World.open()));
  afterEach(() => world.close());

  test('a plain answer is told in order, with model, version, usage and one end', async () => {
    const session = await world.start('scenario:plain');
    const end = await session.next('turn_ended');
    expect(end).toMatchObject({ ok: true, code: 'done', text: 'This is a plain answer.' });
    await session.run?.stop('finish', 'completed', 20_000);
    const kinds = session.events.map((event) => event.kind);
    expect(kinds.filter((kind) => kind !== 'usage')).toEqual(['message', 'started', 'text', 'turn_ended', 'exited']);
    expect(session.of('started')[0]).toMatchObject({
      cwd: world.repo,
      resumed: false,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      model: expect.any(String),
      pid: expect.any(Number),
    });
    expect(session.of('usage').at(-1)?.usage).toMatchObject({ turns: 1, costUsd: expect.any(Number), contextWindow: expect.any(Number) });
    expect(session.of('usage').at(-1)?.usage.contextTokens).toBeGreaterThan(0);
    expect(session.of('exited')).toEqual([{ kind: 'exited', exitCode: 0, signal: null, reason: 'completed', fault: null }]);
    expect(session.run?.pid).toBeNull();
  });

  test('edits land in the folder and are told as edits', async () => {
    const session = await world.start(`scenario:edit cwd=${world.repo}`, { allow: ['Edit(**)'] });
    await session.next('turn_ended');
    expect(readFileSync(join(world.repo, 'hello.txt'), 'utf8')).toBe('hello\nthere\n');
    expect(session.of('permission_asked')).toEqual([]);
    expect(session.of('tool_call').map((call) => [call.title, call.toolKind, call.edits])).toEqual([
      ['Write hello.txt', 'edit', [{ path: 'hello.txt', oldText: null, newText: 'hello\nworld\n' }]],
      ['Edit hello.txt', 'edit', [{ path: 'hello.txt', oldText: 'world', newText: 'there' }]],
    ]);
    expect(session.of('tool_result').map((result) => result.status)).toEqual(['ok', 'ok']);
  });

  test('text is live before it is a fact, and the fact takes the place of the live block', async () => {
    const session = await world.start('scenario:stream rate=40 seconds=1');
    await session.next('turn_ended');
    const fact = session.of('text')[0];
    const parts = session.parts.filter((part) => part.kind === 'text');
    expect(parts.length).toBeGreaterThan(3);
    expect(new Set(parts.map((part) => part.blockId))).toEqual(new Set([fact?.blockId]));
    let whole = '';
    for (const part of parts) {
      expect(part.offset).toBe(whole.length);
      whole += part.text;
    }
    expect(fact?.text.startsWith(whole)).toBe(true);
    expect(parts.length).toBeLessThan(40);
  });

  test('characters that the stream splits stay whole', async () => {
    const session = await world.start('scenario:unicode');
    await session.next('turn_ended');
    expect(session.said()).toBe('Grüße, 世界 🌍 — naïve café'.repeat(20));
  });

  test('thinking is told apart from text', async () => {
    const session = await world.start('scenario:thinking');
    await session.next('turn_ended');
    expect(session.of('thinking')[0]?.text).toContain('First I weigh');
    expect(session.said()).toBe('The second way is simpler.');
  });

  test('a message in the middle of a turn reaches the model in that turn', async () => {
    const session = await world.start('scenario:bash cmd=sleep+1 times=3');
    await session.next('tool_call');
    expect(await session.run?.send('also note MIDRUN', 'person')).toEqual({ ok: true, value: undefined });
    await session.next('turn_ended');
    expect(world.model.turns.at(-1)?.heard).toContain('also note MIDRUN');
    expect(session.of('message').map((message) => [message.from, message.text])).toEqual([
      ['task', 'scenario:bash cmd=sleep+1 times=3'],
      ['person', 'also note MIDRUN'],
    ]);
    expect(session.of('turn_ended')).toHaveLength(1);
  });

  test('a message while the last words stream is a turn of its own, and only the last end is told', async () => {
    const session = await world.start('scenario:stream rate=20 seconds=2');
    await session.until('live text', () => session.parts.length > 0);
    await session.run?.send('scenario:recall', 'person');
    const end = await session.next('turn_ended');
    expect(end.text).toContain('I heard:');
    expect(session.of('turn_ended')).toHaveLength(1);
    expect(session.of('usage').at(-1)?.usage.turns).toBe(2);
  });

  test('a second turn of the same process adds to usage and cost', async () => {
    const session = await world.start('scenario:plain');
    await session.next('turn_ended');
    const first = session.of('usage').at(-1)?.usage;
    await session.run?.send('scenario:recall', 'person');
    await session.next('turn_ended', 1);
    const second = session.of('usage').at(-1)?.usage;
    expect(second?.turns).toBe(2);
    expect(second?.costUsd ?? 0).toBeGreaterThan(first?.costUsd ?? 0);
    expect(second?.inputTokens ?? 0).toBeGreaterThan(first?.inputTokens ?? 0);
  });

  test('a subagent has a node of its own, and what it does names its parent', async () => {
    const session = await world.start(`scenario:subagent child=edit cwd=${world.repo}`, { allow: ['Edit(**)'] });
    await session.next('turn_ended');
    const agent = session.of('tool_call').find((call) => call.toolKind === 'agent');
    expect(agent?.title).toBe('Look around');
    const states = session.of('subagent');
    expect(states[0]).toMatchObject({ status: 'running', title: 'Look around', callId: agent?.callId });
    expect(states.at(-1)).toMatchObject({ status: 'done', summary: 'I wrote the file and changed one line.' });
    const below = session.of('tool_call').filter((call) => call.parentCallId === agent?.callId);
    expect(below.map((call) => call.title)).toEqual(['Write hello.txt', 'Edit hello.txt']);
    expect(session.of('text').some((text) => text.parentCallId === agent?.callId)).toBe(true);
  });

  test('a turn is over only when a subagent in the background has come back', async () => {
    const session = await world.start('scenario:subagent child=stream background=yes');
    await session.next('turn_ended');
    expect(session.of('subagent').at(-1)).toMatchObject({ status: 'done' });
    expect(session.of('turn_ended')).toHaveLength(1);
    const order = session.events.map((event) => event.kind);
    expect(order.lastIndexOf('subagent')).toBeLessThan(order.indexOf('turn_ended'));
  });

  test('several tools in one message are told each with its result', async () => {
    const session = await world.start(`scenario:parallel cwd=${world.repo} files=a.txt,b.txt,c.txt`, { allow: ['Edit(**)'] });
    await session.next('turn_ended');
    expect(new Set(session.of('tool_call').map((call) => call.callId))).toEqual(new Set(session.of('tool_result').map((result) => result.callId)));
    expect(session.of('tool_call')).toHaveLength(3);
  });

  test('huge output is cut and says how much', async () => {
    const session = await world.start('scenario:huge bytes=1000000');
    await session.next('turn_ended');
    const text = session.of('text')[0];
    expect((text?.text.length ?? 0) + (text?.cut ?? 0)).toBe(1_000_000);
  });
});
