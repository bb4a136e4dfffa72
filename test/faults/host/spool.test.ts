/** Events that come while earlier ones are being written: a host that is killed then has each of them in its file, once and in order. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Spool } from '#host/spool/spool.ts';
import { until } from '#test/support/agents/trial.ts';

const EVENTS = 2000;

test('what is appended during a write is in the file too, and the next host gives it', { timeout: 60_000 }, async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'acc-spool-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const spool = new Spool(dir);
  const stream = spool.open('center_a', 'ses_1', 'epoch-1');
  for (let n = 1; n <= EVENTS; n++) {
    stream.append({ kind: 'output', stream: 'stdout', source: 'agent', text: `step ${n}\n` }, n);
    if (n % 3 !== 0) await turn();
  }
  await until(() => stream.durable === EVENTS);
  await spool.close();
  const lines = readFileSync(path.join(dir, 'spool', 'center_a', 'ses_1', 'epoch-1.ndjson'), 'utf8')
    .trim()
    .split('\n');
  expect(lines.map((line) => /"seq":(\d+)/.exec(line)?.[1])).toEqual(Array.from({ length: EVENTS }, (_, index) => String(index + 1)));

  const next = new Spool(dir);
  await next.recover(Date.now());
  const again = next.get('center_a', 'ses_1', 'epoch-1');
  await until(() => again?.durable === EVENTS + 1);
  expect((await again?.read(EVENTS, 10, 1_000_000))?.map((line) => line.seq)).toEqual([EVENTS, EVENTS + 1]);
  await next.close();
});
