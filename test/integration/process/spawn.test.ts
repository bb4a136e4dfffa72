/** Real programs that misbehave, through spawnChild. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { newId } from '#shared/lib/id.ts';
import { childEnvironment } from '#host/process/environment.ts';
import { spawnChild, type Child, type SpawnOptions } from '#host/process/spawn.ts';
import { processTable } from '#host/process/table.ts';
import { carrying, until } from '#test/support/agents/trial.ts';

const STUBBORN = join(import.meta.dirname, '../../support/agents/stubborn.sh');
const scratch = mkdtempSync(join(tmpdir(), 'acc-spawn-'));
const started: Child[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.stop(0)));
});
afterAll(() => rmSync(scratch, { recursive: true }));

type Seen = { lines: { line: string; cut: number }[]; stderr: string; marker: string };

async function start(
  program: string[],
  more: Partial<Pick<SpawnOptions, 'cwd' | 'maxLineBytes' | 'writeTimeoutMs'>> = {},
): Promise<{ child: Child; seen: Seen }> {
  const seen: Seen = { lines: [], stderr: '', marker: newId('ses') };
  const result = await spawnChild({
    program,
    cwd: scratch,
    env: childEnvironment({ from: process.env, marker: seen.marker }),
    onStdoutLine: (line, cut) => void seen.lines.push({ line, cut }),
    onStderr: (text) => void (seen.stderr += text),
    ...more,
  });
  if (!result.ok) throw new Error(result.fault.message);
  started.push(result.value);
  return { child: result.value, seen };
}

async function refusal(program: string[], cwd = scratch): Promise<unknown> {
  const result = await spawnChild({ program, cwd, env: { PATH: process.env['PATH'] ?? '' }, onStdoutLine: () => undefined, onStderr: () => undefined });
  if (result.ok) started.push(result.value);
  return result.ok ? null : result.fault;
}

test('what cannot be started is told with why and what to do', async () => {
  const script = join(scratch, 'no-interpreter');
  writeFileSync(script, '#!/no/such/interpreter\n');
  chmodSync(script, 0o755);
  const plain = join(scratch, 'plain');
  writeFileSync(plain, 'text');
  expect(await refusal(['acc-no-such-program'])).toMatchObject({ code: 'AGENT_NOT_FOUND', why: expect.stringContaining('PATH'), fix: expect.any(String) });
  expect(await refusal([])).toMatchObject({ code: 'AGENT_NOT_FOUND' });
  expect(await refusal([script])).toMatchObject({ code: 'AGENT_NOT_FOUND', why: expect.stringContaining('/no/such/interpreter') });
  expect(await refusal([plain])).toMatchObject({ code: 'AGENT_NOT_EXECUTABLE', fix: `Run: chmod +x ${plain}` });
  expect(await refusal(['sh'], join(scratch, 'gone'))).toMatchObject({ code: 'CWD_MISSING' });
  expect(await refusal(['sh'], plain)).toMatchObject({ code: 'CWD_MISSING', why: expect.stringContaining('file') });
  expect(await refusal(['sh', '-c', 'x'.repeat(3_000_000)])).toMatchObject({ code: 'SPAWN_FAILED', fix: expect.stringContaining('too long') });
  expect(await refusal(['sh', 'a\0b'])).toMatchObject({ code: 'SPAWN_FAILED' });
});

test('exit code, signal and the last output of a program that ends at once', async () => {
  const { child, seen } = await start(['sh', '-c', 'printf "no newline"; echo gone >&2; exit 3']);
  expect(await child.exited).toEqual({ code: 3, signal: null });
  expect(seen).toMatchObject({ lines: [{ line: 'no newline', cut: 0 }], stderr: 'gone\n' });
  const killed = await start(['sh', '-c', 'kill -9 $$']);
  expect(await killed.child.exited).toEqual({ code: null, signal: 'SIGKILL' });
});

test('characters split across chunks stay whole', async () => {
  const { child, seen } = await start(['sh', '-c', "printf 'K\\303'; sleep 0.2; printf '\\274che \\360\\237'; sleep 0.2; printf '\\215\\263\\n'"]);
  await child.exited;
  expect(seen.lines).toEqual([{ line: 'Küche 🍳', cut: 0 }]);
});

test('a line of 10 MB without end is cut, counted, and costs bounded memory; the next line is whole', async () => {
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  const { child, seen } = await start(['sh', '-c', 'head -c 10000000 /dev/zero | tr "\\0" x; echo; echo after'], { maxLineBytes: 100_000 });
  await child.exited;
  expect(seen.lines.map(({ line, cut }) => [line.length, cut])).toEqual([
    [100_000, 9_900_000],
    [5, 0],
  ]);
  expect(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
});

test('a write waits for a reader, gives up on one that never reads, and on a closed input', async () => {
  const reader = await start(['sh', '-c', 'sleep 0.3; wc -c']);
  expect(await reader.child.write('x'.repeat(1_000_000))).toBe(true);
  reader.child.endInput();
  await reader.child.exited;
  expect(reader.seen.lines[0]?.line.trim()).toBe('1000000');
  expect(await reader.child.write('late')).toBe(false);
  const deaf = await start(['sleep', '60'], { writeTimeoutMs: 200 });
  expect(await deaf.child.write('x'.repeat(1_000_000))).toBe(false);
});

test('stop ends a tree that ignores SIGTERM and hides in other sessions', async () => {
  const { child, seen } = await start([STUBBORN, '7391.25']);
  await until(() => seen.lines.length > 0);
  await until(async () => (await carrying(seen.marker)).length >= 6);
  const table = await processTable();
  const before = [...table.values()].filter((row) => row.session === child.pid || row.ppid === child.pid).map((row) => row.pid);
  await child.stop(300);
  expect(await carrying(seen.marker)).toEqual([]);
  const after = await processTable();
  expect(before.filter((pid) => after.has(pid))).toEqual([]);
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a polite program gets its grace, and the end does not wait for the rest of it', async () => {
  const { child, seen } = await start(['sh', '-c', 'trap "echo bye; exit 0" TERM; echo ready; while :; do sleep 0.05; done']);
  await until(() => seen.lines.length > 0);
  const began = performance.now();
  await child.stop(30_000);
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(seen.lines.at(-1)?.line).toBe('bye');
  expect(await child.exited).toEqual({ code: 0, signal: null });
});

test('a grandchild that holds the pipes does not hold the end; stop after the exit finds it', async () => {
  const { child, seen } = await start(['sh', '-c', 'setsid sleep 7392.25 & echo done']);
  expect(await child.exited).toEqual({ code: 0, signal: null });
  expect(seen.lines).toEqual([{ line: 'done', cut: 0 }]);
  expect(await carrying(seen.marker)).toHaveLength(1);
  await child.stop(1000);
  expect(await carrying(seen.marker)).toEqual([]);
});
