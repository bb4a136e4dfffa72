/** `acc load-test` as CI uses it: its exit codes and lines, and that nothing of it is left. Runs the built program. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openTerminal, type Terminal } from './terminal.ts';

let terminal: Terminal;
beforeEach(() => {
  terminal = openTerminal();
});
afterEach(() => terminal.close());

/** Hosts of this data folder that run. */
function hosts(): number {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8')
        .split('\0')
        .some((word) => word.startsWith(`${terminal.dataDir}${path.sep}`));
    } catch {
      return false;
    }
  }).length;
}

const small = ['load-test', '--clients', '10', '--sessions', '10', '--seconds', '2'];

test('a wrong call ends with 2', async () => {
  for (const args of [['--clients', '0'], ['--clients', 'many'], ['--seconds', '1.5'], ['--sessions', '10001'], ['--fast']]) {
    const { code, err } = await terminal.run(['load-test', ...args]);
    expect([args, code]).toEqual([args, 2]);
    expect(err).toContain('acc --help');
  }
});

test('with --json every line is an object, the last the report; the exit code is its verdict', async () => {
  const { code, lines, out } = await terminal.run([...small, '--json']);
  expect(out.trim().split('\n')).toHaveLength(lines.length);
  expect(lines[0]).toMatchObject({ type: 'started', options: { clients: 10, seconds: 2, sessions: 10, host: 'own' } });
  expect(lines.slice(1, -1).every((line) => line['type'] === 'point')).toBe(true);
  const report = lines.at(-1)?.['report'];
  expect(report).toMatchObject({ id: lines[0]?.['id'], status: 'done', lost: 0, doubled: 0 });
  expect(code).toBe((report as { passed: boolean }).passed ? 0 : 1);
  expect(hosts()).toBe(0);
});

test('for people there is a table with every goal', async () => {
  const { out } = await terminal.run(small);
  expect(out).toMatch(/10 clients, 10 streams, 2 s, host own: /);
  for (const name of ['connection success', 'failures', 'events lost', 'dial, p99', 'event loop delay of the core, p99']) expect(out).toContain(name);
});

test('a host that cannot be reached ends it with 1', async () => {
  const { code, err } = await terminal.run(['load-test', '--host', 'hst_none', '--clients', '1']);
  expect(code).toBe(1);
  expect(err).toContain('HOST_UNKNOWN');
});

test('Ctrl-C cancels it with 130 and leaves no process', async () => {
  const running = terminal.begin([...small.slice(0, -1), '600', '--json']);
  await vi.waitFor(() => expect(running.out()).toContain('"type":"point"'), { timeout: 60_000 });
  running.child.kill('SIGINT');
  const { code, lines } = await running.done;
  expect(code).toBe(130);
  expect(lines.at(-1)).toMatchObject({ type: 'report', report: { status: 'cancelled' } });
  expect(hosts()).toBe(0);
});

test('kill -9 of the core ends the host of the test too', async () => {
  const running = terminal.begin([...small.slice(0, -1), '600', '--json']);
  await vi.waitFor(() => expect(running.out()).toContain('"type":"point"'), { timeout: 60_000 });
  expect(hosts()).toBeGreaterThan(0);
  running.child.kill('SIGKILL');
  await running.done;
  await vi.waitFor(() => expect(hosts()).toBe(0), { timeout: 30_000 });
});
