import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { treeOf } from '#host/process/members.ts';
import type { ProcessRow } from '#host/process/row.ts';
import { parsePsLine } from '#host/process/table-ps.ts';
import { markedAs, markers, parseStat, processTable } from '#host/process/table.ts';
import { createTreeMeter } from '#host/process/tree.ts';
import { until } from '#test/support/agents/trial.ts';

const row = (pid: number, ppid: number, more: Partial<ProcessRow> = {}): ProcessRow => ({
  pid,
  ppid,
  group: pid,
  session: pid,
  start: 100,
  zombie: false,
  rssBytes: 1,
  cpuMs: 1,
  ...more,
});
const tableOf = (...rows: ProcessRow[]): Map<number, ProcessRow> => new Map(rows.map((one) => [one.pid, one]));
const pids = (members: Map<number, ProcessRow>): number[] => [...members.keys()].sort((a, b) => a - b);

test('a line of /proc/pid/stat with a name that tries to confuse', () => {
  const parsed = parseStat(`42 (a) S 1 (b c) S 7 42 40 0 -1 4194304 1 2 3 4 30 20 5 5 20 0 1 0 12345 1000 250 ${'0 '.repeat(28)}`);
  expect(parsed).toMatchObject({ pid: 42, ppid: 7, group: 42, session: 40, start: 12_345, cpuMs: 600, zombie: false });
  expect(parsed?.rssBytes).toBeGreaterThanOrEqual(250 * 4096);
  expect(parseStat('')).toBeNull();
});

test('a line of ps as macOS prints it', () => {
  const parsed = parsePsLine('  812   640   812   5120 Ss   1-02:03:04.50 Mon Nov 23 10:00:00 2026');
  expect(parsed).toMatchObject({ pid: 812, ppid: 640, group: 812, rssBytes: 5_242_880, cpuMs: 93_784_500 });
  expect(parsed?.start).toBe(Date.parse('Mon Nov 23 10:00:00 2026') / 1000);
  expect(parsePsLine('  812   640   812   0 Z   0:00.00 Mon Nov 23 10:00:00 2026')).toBeNull();
  expect(parsePsLine('nonsense')).toBeNull();
});

test('a tree is its descendants, its group and its session, but never what is older or a recycled pid', () => {
  const table = tableOf(
    row(10, 1),
    row(11, 10),
    row(12, 11, { session: 12 }),
    row(13, 1, { group: 10 }),
    row(14, 1, { session: 10, group: 14 }),
    row(15, 1, { group: 10, start: 99 }),
    row(16, 1),
    row(17, 16),
  );
  expect(pids(treeOf({ pid: 10, start: 100 }, table))).toEqual([10, 11, 12, 13, 14]);
  expect(pids(treeOf({ pid: 10, start: 98 }, table))).toEqual([]);
  expect(pids(treeOf({ pid: 9, start: 100 }, table, [row(16, 1)]))).toEqual([16, 17]);
  expect(pids(treeOf({ pid: 9, start: 100 }, table, [row(16, 1, { start: 101 })]))).toEqual([]);
  expect(pids(treeOf(null, table))).toEqual([]);
});

test('callers at the same time share a pass, and none gets one that is older than its call', async () => {
  const [first, second] = await Promise.all([processTable(), processTable()]);
  expect(first).toBe(second);
  const child = spawn('sleep', ['7384.25'], { stdio: 'ignore' });
  try {
    const running = processTable();
    await until(async () => (await processTable()).has(child.pid ?? 0));
    await running;
  } finally {
    child.kill('SIGKILL');
  }
});

test('a meter counts each process once, for its own session, also one that left its tree', async () => {
  const shell = (text: string, marker: string) =>
    spawn('sh', ['-c', text], { stdio: 'ignore', detached: true, env: { PATH: process.env['PATH'], ACC_SESSION: marker } });
  const one = shell('sleep 7385.25 & (setsid sleep 7385.25 &); wait; sleep 7385.25', 'ses_meter_one');
  const two = shell('i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; sleep 7385.25', 'ses_meter_two');
  const meter = createTreeMeter();
  const roots = [
    { sessionId: 'ses_meter_one', pid: one.pid ?? 0 },
    { sessionId: 'ses_meter_two', pid: two.pid ?? 0 },
    { sessionId: 'ses_meter_none', pid: 2 ** 30 },
  ];
  try {
    await until(async () => (await meter.measure(roots)).get('ses_meter_one')?.processes === 3);
    await until(async () => (await meter.measure(roots)).get('ses_meter_two')?.processes === 2);
    const gauges = await meter.measure(roots);
    expect([...gauges.keys()].sort()).toEqual(['ses_meter_one', 'ses_meter_two']);
    expect(gauges.get('ses_meter_two')?.cpuMs).toBeGreaterThan(0);
    for (const gauge of gauges.values()) expect(gauge.rssBytes).toBeGreaterThan(100_000);
  } finally {
    for (const pid of await marked('ses_meter_')) process.kill(pid, 'SIGKILL');
  }
});

test('a mark is found on all who carry it and are young enough, in whatever order trees ask about the same pass', async () => {
  const carry = (marker: string) => spawn('sleep', ['7386.25'], { stdio: 'ignore', env: { PATH: process.env['PATH'], ACC_SESSION: marker } });
  const children = [carry('ses_marked_a'), carry('ses_marked_a'), carry('ses_marked_b')];
  const [a1, a2, b] = children.map((child) => child.pid ?? 0);
  try {
    await until(async () => (await marked('ses_marked_')).length === 3);
    const table = await processTable();
    const start = table.get(b ?? 0)?.start ?? 0;
    const asked = await Promise.all([markedAs(table, 'ses_marked_b', start), markedAs(table, 'ses_marked_a', 0), markedAs(table, 'ses_marked_b', 0)]);
    expect(asked.map((rows) => rows.map((each) => each.pid).sort((x, y) => x - y))).toEqual([[b], [a1, a2].sort((x = 0, y = 0) => x - y), [b]]);
    expect(await markedAs(table, 'ses_marked_none', 0)).toEqual([]);
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
});

async function marked(prefix: string): Promise<number[]> {
  const table = await processTable();
  return [...(await markers(table, [...table.values()]))].filter(([, marker]) => marker.startsWith(prefix)).map(([pid]) => pid);
}
