/** A killed process: what was acknowledged is stored, and everything is stored exactly once, in samples and in every step made of them. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { decodeChunk } from '#metrics/codec/chunk.ts';
import { scratchDir } from '#test/support/metrics/open.ts';
import { outboxAt } from './outbox.ts';

const NOW = 1_770_000_000_000;
const KILLS = 6;

test('killed again and again while it writes, seals and tidies', async () => {
  const dir = scratchDir();
  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'ingester.ts'), dir, String(NOW)], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = new Promise((resolve) => child.once('close', resolve));
    // Some batches after the first: each time at another moment of a transaction.
    const batches = 5 + kill * 9;
    let said = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.split('\n').length > batches) resolve();
      });
    });
    for (const pause = performance.now() + ((kill * 3) % 11); performance.now() < pause;);
    child.kill('SIGKILL');
    await ended;
    const lines = said.split('\n').slice(0, -1);
    acknowledged = Math.max(acknowledged, Number(lines.at(-1) ?? 0));
    check(path.join(dir, 'metrics.db'), acknowledged);
  }
}, 300_000);

function check(file: string, acknowledged: number): void {
  const db = new Database(file);
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    const cursor = Number(db.prepare("select value from meta where key = 'cursor'").pluck().get());
    expect(cursor).toBeGreaterThanOrEqual(acknowledged);
    const wanted = Array.from({ length: cursor }, (_, i) => outboxAt(i + 1, NOW)).map(
      ({ metric, tags, at, value }) => `${metric} ${JSON.stringify(tags)} ${at} ${value}`,
    );
    const stored: string[] = [];
    const sealed: string[] = [];
    for (const [metric, tags, data] of db
      .prepare<[], [string, string, Buffer]>('select metric, tags, data from chunks join series on series.id = series')
      .raw()
      .all()) {
      const { at, value } = decodeChunk(data);
      for (let i = 0; i < at.length; i++) sealed.push(`${metric} ${tags} ${at[i]} ${value[i]}`);
    }
    for (const row of db.prepare<[], unknown[]>('select metric, tags, at, value from hot join series on series.id = series').raw().all())
      stored.push(row.join(' '));
    expect([...stored, ...sealed].toSorted()).toEqual(wanted.toSorted());
    for (const res of [60, 300, 3600, 86_400]) {
      const [n, sum] =
        db.prepare<[number], [number, number]>('select coalesce(sum(n), 0), coalesce(sum(sum), 0) from rollups where res = ?').raw().get(res) ?? [];
      expect([n, sum]).toEqual([sealed.length, sealed.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0)]);
    }
  } finally {
    db.close();
  }
}
