/** The spool on a real disk: what was appended is there for the next host, whole and in order. */
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Spool } from '#host/spool/spool.ts';
import { spoolPath } from '#host/spool/spool-file.ts';
import type { EventStream } from '#host/spool/stream.ts';
import type { SessionEvent } from '#shared/domain/session-event.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'acc-spool-'));
});
const opened: Spool[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((spool) => spool.close()));
  await rm(folder, { recursive: true, force: true });
});

function openSpool(): Spool {
  const spool = new Spool(folder);
  opened.push(spool);
  return spool;
}

const output = (text: string): SessionEvent => ({ kind: 'output', stream: 'stdout', source: 'agent', text });
const exited: SessionEvent = { kind: 'exited', exitCode: 0, signal: null, reason: 'completed', fault: null };
const until = { timeout: 10_000, interval: 5 };

async function filled(count: number): Promise<{ spool: Spool; stream: EventStream }> {
  const spool = openSpool();
  const stream = spool.open('center_a', 'ses_1', 'run_1');
  for (let i = 1; i <= count; i++) stream.append(output(`line ${i}`), i);
  await vi.waitFor(() => expect(stream.durable).toBe(count), until);
  return { spool, stream };
}

async function reopen(): Promise<Spool> {
  const spool = openSpool();
  await spool.recover(99);
  return spool;
}

test('a run that was cut off ends with host_lost for whoever reads it next', async () => {
  await filled(3);
  const stream = (await reopen()).get('center_a', 'ses_1', 'run_1');
  await vi.waitFor(() => expect(stream?.durable).toBe(4), until);
  const lines = (await stream?.read(1, 10, 1e6)) ?? [];
  expect(lines.map((line) => line.seq)).toEqual([1, 2, 3, 4]);
  expect(JSON.parse(lines[3]?.json ?? '')).toMatchObject({ seq: 4, event: { kind: 'exited', reason: 'host_lost' } });
});

test('half a line at the end of the file is left out, and its number is given anew', async () => {
  await filled(2);
  await appendFile(spoolPath(path.join(folder, 'spool', 'center_a'), 'ses_1', 'run_1'), '{"epoch":"run_1","seq":3,"at":3,"ev');
  const stream = (await reopen()).get('center_a', 'ses_1', 'run_1');
  await vi.waitFor(() => expect(stream?.durable).toBe(3), until);
  expect(JSON.parse((await stream?.read(3, 1, 1e6))?.[0]?.json ?? '')).toMatchObject({ seq: 3, event: { kind: 'exited' } });
});

test('what memory has let go is read from the file', async () => {
  const { stream } = await filled(6000);
  expect(stream.peek(1, 10, 1e6)).toBeNull();
  expect((await stream.read(1, 5, 1e6)).map((line) => line.seq)).toEqual([1, 2, 3, 4, 5]);
  expect((await stream.read(3000, 2, 1e6)).map((line) => line.seq)).toEqual([3000, 3001]);
});

test('a run that ended and was acknowledged leaves nothing on disk', async () => {
  const { spool, stream } = await filled(2);
  stream.append(exited, 3);
  await vi.waitFor(() => expect(stream.durable).toBe(3), until);
  await spool.acknowledge('center_a', 'ses_1', 'run_1', 2);
  expect(spool.all()).toHaveLength(1);
  await spool.acknowledge('center_a', 'ses_1', 'run_1', 3);
  expect(spool.all()).toEqual([]);
  expect(await readdir(path.join(folder, 'spool'))).toEqual([]);
});

test('nothing is added after the end of a run', async () => {
  const { stream } = await filled(1);
  stream.append(exited, 2);
  stream.append(output('late'), 3);
  await vi.waitFor(() => expect(stream.durable).toBe(2), until);
  expect(await stream.read(3, 1, 1e6)).toEqual([]);
});

test('names that are not identifiers never become paths', () => {
  expect(() => new Spool(folder).open('center_a', '../../etc', 'run')).toThrow('not an identifier');
});

test('a long run whose events are all acknowledged does not keep them on disk', async () => {
  const spool = openSpool();
  const stream = spool.open('center_a', 'ses_1', 'run_1');
  const big = output('x'.repeat(200_000));
  for (let i = 1; i <= 60; i++) stream.append(big, i);
  await vi.waitFor(() => expect(stream.durable).toBe(60), until);
  await spool.acknowledge('center_a', 'ses_1', 'run_1', 60);
  expect(stream.first).toBe(61);
  stream.append(output('after'), 61);
  await vi.waitFor(() => expect(stream.durable).toBe(61), until);
  expect((await stream.read(61, 1, 1e6)).map((line) => line.seq)).toEqual([61]);
});

test('a spool of the version without centers belongs to the first center that comes, and to no other', async () => {
  const old = spoolPath(path.join(folder, 'spool'), 'ses_1', 'run_1');
  await mkdir(path.dirname(old), { recursive: true });
  const line = (seq: number): string => `${JSON.stringify({ epoch: 'run_1', seq, at: seq, event: output(`line ${seq}`) })}\n`;
  await writeFile(old, line(1) + line(2));
  const spool = await reopen();
  expect(spool.of('center_a')).toEqual([]);
  spool.claim('center_a');
  spool.claim('center_b');
  expect(spool.of('center_b')).toEqual([]);
  const stream = spool.get('center_a', 'ses_1', 'run_1');
  await vi.waitFor(() => expect(stream?.durable).toBe(3), until);
  expect((await stream?.read(1, 10, 1e6))?.map((read) => read.seq)).toEqual([1, 2, 3]);
  await spool.acknowledge('center_a', 'ses_1', 'run_1', 3);
  expect(await readdir(path.join(folder, 'spool'))).toEqual([]);
});

test('centers keep their runs apart, over a restart too, whatever their names are', async () => {
  const spool = openSpool();
  const names = ['center_a', 'Center_A', '../up', 'Ünïcode / 中'];
  for (const name of names) spool.open(name, 'ses_1', 'run_1').append(output(name), 1);
  await vi.waitFor(() => expect(spool.all().map((stream) => stream.durable)).toEqual([1, 1, 1, 1]), until);
  expect((await readdir(folder)).toSorted()).toEqual(['spool']);
  const next = await reopen();
  for (const name of names)
    expect(JSON.parse((await next.get(name, 'ses_1', 'run_1')?.read(1, 1, 1e6))?.[0]?.json ?? '')).toMatchObject({ event: { text: name } });
});

test('what waits on disk is counted, and nothing is when all is acknowledged', async () => {
  const { spool } = await filled(3000);
  expect(spool.spooledBytes).toBeGreaterThan(3000 * 80);
  await spool.acknowledge('center_a', 'ses_1', 'run_1', 2999);
  expect(spool.spooledBytes).toBeLessThan(1000);
  await spool.acknowledge('center_a', 'ses_1', 'run_1', 3000);
  expect(spool.spooledBytes).toBe(0);
});

test('a long file is read on from where the last look ended, and from the beginning when asked again', async () => {
  const { stream } = await filled(6000);
  const read = async (from: number): Promise<number[]> => (await stream.read(from, 400, 1e6)).map((line) => line.seq);
  for (let from = 1; from < 1500; from += 400) expect(await read(from)).toEqual(Array.from({ length: 400 }, (_, index) => from + index));
  expect((await read(7))[0]).toBe(7);
  expect((await read(500))[0]).toBe(500);
});
