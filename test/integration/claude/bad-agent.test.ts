/** Programs in the CLI's place that break its protocol: each is met with a clear word, one end, and bounded memory. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alive, fakeEnv, DEADLINE_MS, World, type Session } from './harness.ts';

const INIT = { type: 'system', subtype: 'init', session_id: 's', model: 'm', claude_code_version: '0' };

describe('an agent that breaks the protocol', { timeout: 2 * DEADLINE_MS }, () => {
  let world: World;
  let count = 0;
  beforeEach(async () => void (world = await World.open()));
  afterEach(() => world.close());

  /** Runs `script` with Node as if it were the CLI; `say` prints a message, `rest` keeps it alive. */
  const fake = (script: string): Promise<Session> => {
    const file = join(world.root, `fake-${count++}.mjs`);
    writeFileSync(
      file,
      `const say = (m) => process.stdout.write(JSON.stringify(m) + '\\n');\nconst rest = () => setInterval(() => undefined, 1000);\n${script}\n`,
    );
    return world.startProgram([process.execPath, file], fakeEnv());
  };

  test('it exits at once: the end names code and last words', async () => {
    const session = await fake(`process.stderr.write('cannot open the vault\\n'); process.exitCode = 3;`);
    const exit = await session.next('exited');
    expect(exit).toMatchObject({ exitCode: 3, reason: 'failed', fault: { code: 'AGENT_EXITED', why: 'cannot open the vault' } });
    expect(session.of('output')).toEqual([{ kind: 'output', stream: 'stderr', source: 'agent', text: 'cannot open the vault\n' }]);
    expect(session.of('exited')).toHaveLength(1);
  });

  test('garbage lines are named and do not hide the message after them', async () => {
    const session = await fake(`process.stdout.write('\\u001b[31mhello?\\n{"half": \\n[1,2]\\n\\n'); say(${JSON.stringify(INIT)}); rest();`);
    await session.next('started');
    expect(session.of('notice').map((notice) => notice.code)).toEqual(['GARBAGE_LINE', 'GARBAGE_LINE', 'GARBAGE_LINE']);
  });

  test('a line of 10 MB is survived: named, and the next message is read', async () => {
    const session = await fake(`say({ type: 'assistant', junk: 'x'.repeat(10_000_000) }); say(${JSON.stringify(INIT)}); rest();`);
    await session.next('started');
    expect(session.of('notice').map((notice) => notice.code)).toEqual(['LINE_TOO_LONG']);
    expect(JSON.stringify(session.events).length).toBeLessThan(10_000);
  });

  test('a result whose file makes the line too long still ends its call', async () => {
    const result = { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'updated' }] } };
    const session = await fake(`say({ ...${JSON.stringify(result)}, tool_use_result: { originalFile: 'y'.repeat(10_000_000) } }); rest();`);
    expect(await session.next('tool_result')).toMatchObject({ callId: 'call_1', status: 'ok', output: 'updated' });
  });

  test('characters split across writes stay whole', async () => {
    const message = { type: 'assistant', message: { id: 'm1', content: [{ type: 'text', text: 'Grüße 🌍 世界' }] } };
    const session = await fake(
      `const bytes = Buffer.from(JSON.stringify(${JSON.stringify(message)}) + '\\n'); for (const byte of bytes) { process.stdout.write(Buffer.of(byte)); await new Promise((r) => setImmediate(r)); } rest();`,
    );
    expect((await session.next('text')).text).toBe('Grüße 🌍 世界');
  });

  test('it ignores SIGTERM and has children: all are gone when the stop returns', async () => {
    const session = await fake(
      `import { spawn } from 'node:child_process';
       process.on('SIGTERM', () => undefined);
       const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM",()=>{});setInterval(()=>{},1000)'], { detached: true, stdio: 'ignore' });
       say({ type: 'child', pid: child.pid }); rest();`,
    );
    const raw = (await session.next('unknown')).raw;
    const grandchild = Number(/"pid":(\d+)/.exec(raw)?.[1]);
    await session.run?.stop('stop', 'stopped', 200);
    expect(session.events.at(-1)).toMatchObject({ kind: 'exited', reason: 'stopped', signal: 'SIGKILL' });
    await session.until('the end of the grandchild', () => !alive(grandchild));
  });

  test('it never answers: finishing waits for its grace and then ends it', async () => {
    const session = await fake(`process.stdin.resume(); rest(); say({ type: 'ready' });`);
    await session.next('unknown');
    const before = performance.now();
    await session.run?.stop('finish', 'completed', 300);
    expect(performance.now() - before).toBeGreaterThan(290);
    expect(session.of('exited')).toHaveLength(1);
  });

  test('it asks something unknown: it is told no, and the question is kept', async () => {
    const session = await fake(
      `process.stdin.setEncoding('utf8'); let heard = '';
       process.stdin.on('data', (text) => { heard += text; if (heard.includes('q1')) say({ type: 'heard', refused: heard.includes('"error"') }); });
       say({ type: 'control_request', request_id: 'q1', request: { subtype: 'tomorrow' } });`,
    );
    await session.next('unknown', 1);
    expect(session.of('unknown').map((event) => event.type)).toEqual(['control_request/tomorrow', 'heard']);
    expect(session.of('unknown')[1]?.raw).toContain('"refused":true');
  });

  test('it withdraws its own question', async () => {
    const request = { subtype: 'can_use_tool', tool_name: 'Bash', input: { command: 'ls' } };
    const session = await fake(
      `say({ type: 'control_request', request_id: 'q1', request: ${JSON.stringify(request)} }); say({ type: 'control_cancel_request', request_id: 'q1' }); rest();`,
    );
    expect(await session.next('permission_closed')).toMatchObject({ requestId: 'q1', outcome: 'withdrawn' });
  });

  test('it floods standard error: what is kept is bounded', async () => {
    const session = await fake(`const block = 'e'.repeat(65536); for (let i = 0; i < 200; i++) await new Promise((r) => process.stderr.write(block, r));`);
    await session.next('exited');
    expect(session.of('notice').map((notice) => notice.code)).toEqual(['STDERR_TOO_LONG']);
    expect(JSON.stringify(session.events).length).toBeLessThan(2_000_000);
  });

  test('it closes its input: a message is refused, not lost in silence', async () => {
    const session = await fake(`import { closeSync } from 'node:fs'; closeSync(0); rest(); say({ type: 'ready' });`);
    await session.next('unknown');
    expect(await session.run?.send('x'.repeat(1_000_000), 'person')).toMatchObject({ ok: false, fault: { code: 'AGENT_NOT_RESPONDING' } });
    expect(session.of('message')).toHaveLength(1);
  });
});
