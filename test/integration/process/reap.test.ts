/** A host that dies by SIGKILL leaves agents behind; the next one ends them, and nobody else's processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newId } from '#shared/lib/id.ts';
import { createReaper } from '#host/process/reap.ts';
import { processTable } from '#host/process/table.ts';
import { carrying, until } from '#test/support/agents/trial.ts';

const HOST = join(import.meta.dirname, '../../support/agents/doomed-host.ts');
const scratch = mkdtempSync(join(tmpdir(), 'acc-reap-'));
afterAll(() => rmSync(scratch, { recursive: true }));

async function killedHost(folder: string, sessionId: string, how: 'recorded' | 'expected'): Promise<void> {
  const host = spawn(process.execPath, [HOST, folder, sessionId, how], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(host.stdout, 'data');
  host.kill('SIGKILL');
  await once(host, 'exit');
}

test.each(['recorded', 'expected'] as const)('leftovers of a killed host are ended (%s)', async (how) => {
  const folder = join(scratch, how);
  const sessionId = newId('ses');
  await killedHost(folder, sessionId, how);
  expect((await carrying(sessionId)).length).toBeGreaterThanOrEqual(6);
  const reaped = await createReaper(folder).reap(200);
  expect(reaped).toMatchObject([{ sessionId, left: [] }]);
  expect(reaped[0]?.ended).toBeGreaterThanOrEqual(6);
  expect(await carrying(sessionId)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  expect(await createReaper(folder).reap()).toEqual([]);
});

test('a recycled pid, another boot and a damaged record harm nobody', async () => {
  const folder = join(scratch, 'recycled');
  const bystander = spawn('sleep', ['7393.25'], { stdio: 'ignore', detached: true });
  try {
    const { pid = 0 } = bystander;
    await until(async () => (await processTable()).has(pid));
    const reaper = createReaper(folder);
    await reaper.started('ses_recycled', pid);
    const file = join(folder, readdirSync(folder)[0] ?? '');
    const record: { root: { start: number } } = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...record, root: { ...record.root, start: record.root.start - 1 } }));
    await reaper.started('ses_boot', pid);
    const other = join(folder, 'ses_boot.json');
    writeFileSync(other, JSON.stringify({ ...JSON.parse(readFileSync(other, 'utf8')), boot: 'another' }));
    writeFileSync(join(folder, 'torn.json'), '{"sessionId":"ses_t');
    expect((await createReaper(folder).reap(0)).map((one) => one.ended)).toEqual([0, 0]);
    expect((await processTable()).has(pid)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    bystander.kill('SIGKILL');
  }
});

test('a session that ended leaves no record', async () => {
  const folder = join(scratch, 'ended');
  const reaper = createReaper(folder);
  reaper.expect('ses_../../odd name');
  expect(readdirSync(folder)).toHaveLength(1);
  reaper.ended('ses_../../odd name');
  expect(readdirSync(folder)).toEqual([]);
});
