/** Permission requests of the real CLI: asked, allowed, denied with words that reach the agent, remembered, withdrawn. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cli, DEADLINE_MS, World } from './harness.ts';

describe.skipIf(!cli.found)('permissions', { timeout: 2 * DEADLINE_MS }, () => {
  let world: World;
  beforeEach(async () => void (world = await World.open()));
  afterEach(() => world.close());

  test('a request names the act and rules for it, narrowest first; allowing it once runs it once', async () => {
    const session = await world.start('scenario:bash cmd=touch+once times=2');
    const asked = await session.next('permission_asked');
    expect(asked).toMatchObject({ tool: 'Bash', title: 'touch once', callId: session.of('tool_call')[0]?.callId });
    expect(asked.rules.slice(0, 2)).toEqual(['Bash(touch once)', 'Bash(touch once *)']);
    expect(existsSync(join(world.repo, 'once'))).toBe(false);
    expect(await session.run?.answer({ requestId: asked.requestId, allow: true, note: '', remember: [] })).toMatchObject({ ok: true });
    const again = await session.next('permission_asked', 1);
    expect(existsSync(join(world.repo, 'once'))).toBe(true);
    expect(session.of('permission_closed')).toEqual([{ kind: 'permission_closed', requestId: asked.requestId, outcome: 'allowed', note: null }]);
    await session.run?.answer({ requestId: again.requestId, allow: true, note: '', remember: [] });
    await session.next('turn_ended');
  });

  test('the note of a denial is what the model reads next', async () => {
    const session = await world.start('scenario:bash cmd=npm+install+left-pad@1.3.0');
    const asked = await session.next('permission_asked');
    expect(asked.rules).toEqual(['Bash(npm install left-pad@1.3.0)', 'Bash(npm install *)']);
    await session.run?.answer({ requestId: asked.requestId, allow: false, note: 'No new dependencies, please.', remember: [] });
    await session.next('turn_ended');
    expect(world.model.turns.at(-1)?.results).toEqual(['No new dependencies, please.']);
    expect(session.of('permission_closed')[0]).toMatchObject({ outcome: 'denied', note: 'No new dependencies, please.' });
    expect(session.of('tool_result')[0]).toMatchObject({ status: 'failed', output: 'No new dependencies, please.' });
  });

  test('a question of the agent is asked with its choices; the reply reaches the model', async () => {
    const session = await world.start('scenario:question');
    const asked = await session.next('permission_asked');
    expect(asked).toMatchObject({ tool: 'AskUserQuestion', title: 'Which port shall it use?', rules: [] });
    expect(asked.questions).toEqual([
      {
        question: 'Which port shall it use?',
        header: 'Port',
        multiple: false,
        options: [
          { label: '80', description: 'The usual one' },
          { label: '8080', description: 'The other one' },
        ],
      },
    ]);
    await session.run?.answer({ requestId: asked.requestId, allow: true, note: '', remember: [], answers: { 'Which port shall it use?': '8080' } });
    await session.next('turn_ended');
    expect(session.said()).toMatch(/You said: .*8080/s);
    expect(session.of('permission_closed')[0]).toMatchObject({ outcome: 'allowed', note: '8080' });
  });

  test('a rule that is remembered holds for the rest of the session', async () => {
    const session = await world.start('scenario:bash cmd=touch+remembered times=3');
    const asked = await session.next('permission_asked');
    await session.run?.answer({ requestId: asked.requestId, allow: true, note: '', remember: [asked.rules[0] ?? ''] });
    await session.next('turn_ended');
    expect(session.of('permission_asked')).toHaveLength(1);
    expect(session.of('tool_result').map((result) => result.status)).toEqual(['ok', 'ok', 'ok']);
  });

  test('each rule offered for an edit allows the edits after it', async () => {
    for (const [n, expected] of ['Edit(src/file.txt)', 'Edit(src/**)', 'Edit(**)'].entries()) {
      const session = await world.start(`scenario:edit cwd=${world.repo} file=src/file.txt`);
      const asked = await session.next('permission_asked');
      expect(asked.rules[n]).toBe(expected);
      await session.run?.answer({ requestId: asked.requestId, allow: true, note: '', remember: [expected] });
      await session.next('turn_ended');
      expect(session.of('permission_asked')).toHaveLength(1);
      await session.end();
    }
  });

  test('an edit over a file tells the old text', async () => {
    const first = await world.start(`scenario:edit cwd=${world.repo}`, { allow: ['Edit(**)'] });
    await first.next('turn_ended');
    await first.run?.send(`scenario:edit cwd=${world.repo}`, 'person');
    await first.next('turn_ended', 1);
    const overwritten = first.of('tool_result').find((result) => result.edits.length > 0);
    expect(overwritten?.edits).toEqual([{ path: 'hello.txt', oldText: 'hello\nthere\n', newText: 'hello\nworld\n' }]);
  });

  test('a subagent asks through the same desk', async () => {
    const session = await world.start('scenario:subagent child=bash');
    const asked = await session.next('permission_asked');
    expect(session.of('tool_call').find((call) => call.callId === asked.callId)?.parentCallId).toBeDefined();
    await session.run?.answer({ requestId: asked.requestId, allow: true, note: '', remember: [] });
    expect(await session.next('turn_ended')).toMatchObject({ ok: true });
    expect(existsSync(join(world.repo, 'made-by-bash'))).toBe(true);
  });

  test('a request is answered once: the second answer is told that nobody waits', async () => {
    const session = await world.start('scenario:bash');
    const asked = await session.next('permission_asked');
    await session.run?.answer({ requestId: asked.requestId, allow: false, note: '', remember: [] });
    expect(await session.run?.answer({ requestId: asked.requestId, allow: true, note: '', remember: [] })).toMatchObject({
      ok: false,
      fault: { code: 'PERMISSION_GONE' },
    });
    await session.next('turn_ended');
    expect(existsSync(join(world.repo, 'made-by-bash'))).toBe(false);
  });

  test('an interrupt withdraws what waits', async () => {
    const session = await world.start('scenario:bash');
    const asked = await session.next('permission_asked');
    expect(await session.run?.interrupt()).toEqual({ ok: true, value: undefined });
    expect(await session.next('permission_closed')).toMatchObject({ requestId: asked.requestId, outcome: 'withdrawn' });
    expect(await session.next('turn_ended')).toMatchObject({ ok: false, code: 'interrupted' });
  });

  test('a stop withdraws what waits before the end is told', async () => {
    const session = await world.start('scenario:bash');
    const asked = await session.next('permission_asked');
    await session.end();
    expect(session.of('permission_closed')).toEqual([{ kind: 'permission_closed', requestId: asked.requestId, outcome: 'withdrawn', note: null, ended: true }]);
    expect(session.events.at(-1)).toMatchObject({ kind: 'exited', reason: 'stopped' });
  });
});
