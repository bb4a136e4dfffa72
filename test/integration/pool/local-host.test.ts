/** The way of an event: agent → host's spool → socket → center, with a real host process. */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { commandStart, startTestHost, type TestHost } from '#test/support/local-host.ts';

let folder: string;
let work: string;
const hosts: TestHost[] = [];
const until = { timeout: 30_000, interval: 20 };

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'acc-pool-'));
  work = path.join(folder, 'work');
  await mkdir(work);
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function host(options: Parameters<typeof startTestHost>[0] = {}): Promise<TestHost> {
  const started = await startTestHost({ dataDir: path.join(folder, 'host'), ...options });
  hosts.push(started);
  return started;
}
const node = (script: string): string[] => [process.execPath, '-e', script];

/** A process that ended but was not collected by its parent (a zombie) does not run. */
function runs(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Numbers of each run, which must be 1, 2, 3 … */
function expectNoGapNoRepeat(events: TestHost['events']): void {
  for (const list of events.values()) {
    for (const epoch of new Set(list.map((numbered) => numbered.epoch))) {
      const numbers = list.filter((numbered) => numbered.epoch === epoch).map((numbered) => numbered.seq);
      expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    }
  }
}

test('a command runs and its events arrive in order, the exit last', async () => {
  const center = await host();
  const start = commandStart(work, node('console.log("hello")'));
  const started = await center.link.call('session.start', start);
  expect(started).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(center.kinds(start.sessionId).at(-1)).toBe('exited'), until);
  expect(center.kinds(start.sessionId)).toEqual(expect.arrayContaining(['started', 'message', 'output', 'turn_ended', 'exited']));
  expectNoGapNoRepeat(center.events);
});

test('the spool is empty when everything was acknowledged', async () => {
  const center = await host();
  const start = commandStart(work, node('console.log("hello")'));
  await center.link.call('session.start', start);
  await vi.waitFor(async () => expect(await readdir(path.join(center.dataDir, 'spool'))).toEqual([]), until);
});

test('a batch the center could not store comes again', async () => {
  const center = await host();
  let refusals = 3;
  center.accept = () => refusals-- <= 0;
  const start = commandStart(work, node('for (let i = 0; i < 50; i++) console.log("line " + i)'));
  await center.link.call('session.start', start);
  await vi.waitFor(() => expect(center.kinds(start.sessionId).at(-1)).toBe('exited'), until);
  expect(refusals).toBeLessThanOrEqual(0);
  expectNoGapNoRepeat(center.events);
});

test('a host killed in the middle loses no event, ends its agents, and the next one tells that the run was cut off', async () => {
  const center = await host();
  await vi.waitFor(() => expect(center.link.health().state).toBe('ready'), until);
  const start = commandStart(work, node('let n = 0; setInterval(() => console.log("tick " + n++), 5)'));
  const started = await center.link.call('session.start', start);
  const agent = started.ok ? (started.value.pid ?? 0) : 0;
  await vi.waitFor(() => expect(center.kinds(start.sessionId).filter((kind) => kind === 'output').length).toBeGreaterThan(3), until);
  process.kill(center.host.pid() ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(center.kinds(start.sessionId).at(-1)).toBe('exited'), until);
  expect(center.events.get(start.sessionId)?.at(-1)?.event).toMatchObject({ reason: 'host_lost' });
  expectNoGapNoRepeat(center.events);
  expect(runs(agent)).toBe(false);
});

test('a center that went away gets everything it missed, once', async () => {
  const first = await host();
  const start = commandStart(work, node('let n = 0; const t = setInterval(() => { console.log("tick " + n); if (++n === 100) clearInterval(t); }, 5)'));
  await first.link.call('session.start', start);
  await vi.waitFor(() => expect(first.kinds(start.sessionId).length).toBeGreaterThan(3), until);
  // What this center got in the end was refused, so the host still has it when the next one asks.
  first.accept = () => false;
  await first.host.stop();
  const second = await host({ events: first.events });
  await vi.waitFor(() => expect(second.kinds(start.sessionId).at(-1)).toBe('exited'), until);
  expectNoGapNoRepeat(second.events);
});

test('the same command sent again is answered, not repeated', async () => {
  const center = await host();
  const start = commandStart(work, node('setInterval(() => {}, 1000)'));
  const [one, two] = await Promise.all([center.link.call('session.start', start, { key: 'same' }), center.link.call('session.start', start, { key: 'same' })]);
  expect(one).toMatchObject({ ok: true });
  expect(two).toEqual(one);
});

test('a command for a host that does not answer fails with a code in time', async () => {
  const center = await host();
  await vi.waitFor(() => expect(center.link.health().state).toBe('ready'), until);
  const late = await center.link.call(
    'check.run',
    { checkId: 'chk_late', cwd: work, command: node('setTimeout(() => {}, 60000)'), timeoutMs: 60_000 },
    { timeoutMs: 200 },
  );
  expect(late).toMatchObject({ ok: false, fault: { code: 'HOST_TIMEOUT' } });
});

test('memory of a running agent is measured', async () => {
  const center = await host();
  const start = commandStart(work, node('setInterval(() => {}, 1000)'));
  await center.link.call('session.start', start);
  await vi.waitFor(() => expect(center.gauges.get(start.sessionId)?.rssBytes).toBeGreaterThan(1_000_000), until);
});
