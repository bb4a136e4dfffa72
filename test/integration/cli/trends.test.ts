/** `acc trends` as scripts call it: a line for every row in the file's order, then the summary; whatever the file holds. Runs the program from its source. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { TrendSummary } from '#shared/domain/trend.ts';
import { labelled, randomOf } from '#test/support/labelled-series.ts';

const main = path.resolve('main/cli/main.ts');
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'acc-trends-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const Row = z.strictObject({ timestamp: z.union([z.string(), z.number()]), value: z.number().nullable(), score: z.number().min(0).max(1) });
const Summary = z.object({ summary: TrendSummary.extend({ rows: z.number() }) });

function acc(args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [main, 'trends', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

async function json(name: string, text: string): Promise<{ rows: z.infer<typeof Row>[]; summary: z.infer<typeof Summary>['summary'] }> {
  const file = path.join(dir, name);
  writeFileSync(file, text);
  const { code, out, err } = await acc([file, '--json']);
  expect(err).toBe('');
  expect(code).toBe(0);
  const lines = out.trimEnd().split('\n');
  return { rows: lines.slice(0, -1).map((line) => Row.parse(JSON.parse(line))), summary: Summary.parse(JSON.parse(lines.at(-1) ?? '')).summary };
}

const iso = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

test('a series with an incident: every row with its score, the incident in the summary and in words', { timeout: 60_000 }, async () => {
  const { times, values, incident } = labelled('level-up', 1);
  const text = `timestamp,value\n${times.map((at, i) => `${iso(at)},${values[i]}`).join('\n')}\n`;
  const { rows, summary } = await json('incident.csv', text);
  expect(rows.map((row) => row.timestamp)).toEqual(times.map(iso));
  expect(rows.map((row) => row.value)).toEqual(values);
  const onset = times[incident?.from ?? 0] ?? 0;
  expect(summary.anomalies.some((anomaly) => Math.abs(anomaly.from - onset) < 20 * 600_000)).toBe(true);
  expect(summary.season?.periodMs).toBe(86_400_000);
  expect(summary.rows).toBe(times.length);

  const { code, out } = await acc([path.join(dir, 'incident.csv')]);
  expect(code).toBe(0);
  expect(out).toMatch(/^2016 rows, .*\nTrend .*\nSeason +24 h/);
  expect(out).toMatch(/\nAnomaly +0\.\d\d +(At|From) 2026-01-/);
});

test.each([
  ['empty', '', 0],
  ['a header alone', 'timestamp,value\n', 0],
  ['one row', 'timestamp,value\n2026-01-05 00:00:00,1\n', 1],
  ['no header, CRLF', '1767571200,1\r\n1767571260,2\r\n', 2],
  ['duplicates, gaps, missing and infinite values, wrong order', 'timestamp,value\n5,1\n5,1\n5,NaN\n90000,\n3,Infinity\n1e3,4\nnonsense,7\n', 7],
])('bad input: %s', { timeout: 30_000 }, async (name, text, count) => {
  const { rows, summary } = await json(`${name.slice(0, 8)}.csv`, text);
  expect(rows).toHaveLength(count);
  expect(summary.rows).toBe(count);
  expect(summary.anomalies).toEqual([]);
});

test('a hundred thousand rows', { timeout: 120_000 }, async () => {
  const random = randomOf(2);
  let text = 'timestamp,value\n';
  for (let i = 0; i < 100_000; i++) text += `${1_767_571_200_000 + i * 60_000},${(50 + 10 * Math.sin(i / 229) + random.normal()).toFixed(3)}\n`;
  const { rows, summary } = await json('long.csv', text);
  expect(rows).toHaveLength(100_000);
  expect(summary.n).toBe(100_000);
});

test('a file that is not there is told with a code; a call without a file is a wrong call', { timeout: 30_000 }, async () => {
  const missing = await acc([path.join(dir, 'none.csv'), '--json']);
  expect(missing.code).toBe(1);
  expect(JSON.parse(missing.out)).toMatchObject({ type: 'error', code: 'SERIES_UNREADABLE' });
  const folder = await acc([dir]);
  expect(folder.code).toBe(1);
  expect(folder.err).toContain('SERIES_UNREADABLE');
  expect((await acc([])).code).toBe(2);
});
