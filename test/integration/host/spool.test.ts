/** The spool on a real disk: what was appended is there for the next host, whole and in order. */
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
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
  const stream = spool.open('ses_1', 'run_1');
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
  const stream = (await reopen()).get('ses_1', 'run_1');
  await vi.waitFor(() => expect(stream?.durable).toBe(4), until);
  const lines = (await stream?.read(1, 10, 1e6)) ?? [];
  expect(lines.map((line) => line.seq)).toEqual([1, 2, 3, 4]);
  expect(JSON.parse(lines[3]?.json ?? '')).toMatchObject({ seq: 4, event: { kind: 'exited', reason: 'host_lost' } });
});

test('half a line at the end of the file is left out, and its number is given anew', async () => {
  await filled(2);
  await appendFile(spoolPath(path.join(folder, 'spool'), 'ses_1', 'run_1'), '{"epoch":"run_1","seq":3,"at":3,"ev');
  const stream = (await reopen()).get('ses_1', 'run_1');
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
  await spool.acknowledge('ses_1', 'run_1', 2);
  expect(spool.all()).toHaveLength(1);
  await spool.acknowledge('ses_1', 'run_1', 3);
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
  expect(() => new Spool(folder).open('../../etc', 'run')).toThrow('not an identifier');
});

test('a long run whose events are all acknowledged does not keep them on disk', async () => {
  const spool = openSpool();
  const stream = spool.open('ses_1', 'run_1');
  const big = output('x'.repeat(200_000));
  for (let i = 1; i <= 60; i++) stream.append(big, i);
  await vi.waitFor(() => expect(stream.durable).toBe(60), until);
  await spool.acknowledge('ses_1', 'run_1', 60);
  expect(stream.first).toBe(61);
  stream.append(output('after'), 61);
  await vi.waitFor(() => expect(stream.durable).toBe(61), until);
  expect((await stream.read(61, 1, 1e6)).map((line) => line.seq)).toEqual([61]);
});
