/** kill -9 at any moment: no alert fires twice at a time, none goes untold, and a repeated message has the number it had. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { createAlerts, type Alerts } from '#metrics/alerts/index.ts';
import type { Answer } from '#shared/domain/query.ts';
import { ok, unwrap } from '#shared/lib/fault.ts';
import { noLog } from '#shared/lib/log.ts';
import { openStore, type Store } from '#store/index.ts';
import { receiver, ruleOf, type Receiver } from '#test/support/metrics/alerts.ts';
import { scratchFolder } from '#test/support/store.ts';
import { until } from '#test/support/core/test-core.ts';

const script = path.resolve(import.meta.dirname, 'victim.ts');

/** What the folder holds, looked at while nothing else runs. */
async function within<T>(dir: string, value: number, work: (alerts: Alerts, store: Store) => T | Promise<T>): Promise<T> {
  const store = unwrap(openStore({ dir }));
  const total = { value, n: 5, minimum: 1 };
  const answer: Answer = { unit: 'count', from: 0, to: 1, stepMs: 1, total, series: [], dropped: 0, resolution: 'raw', tookMs: 0 };
  const alerts = createAlerts({
    store,
    dataDir: dir,
    hasDesktop: false,
    log: noLog,
    now: Date.now,
    named: () => null,
    query: () => Promise.resolve(ok(answer)),
  });
  try {
    return await work(alerts, store);
  } finally {
    await alerts.close();
    store.close();
  }
}

const prepare = (dir: string, server: Receiver): Promise<void> =>
  within(dir, 0, (alerts) => {
    const channel = unwrap(alerts.saveChannel({ id: '', name: 'Hook', kind: 'webhook', url: server.url, signed: false }));
    unwrap(alerts.saveRule(ruleOf({ channels: [channel.id], cooldownMs: 0, windowMs: 10_000 })));
  });

async function child(dir: string): Promise<ChildProcess> {
  const process_ = spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void process_.kill('SIGKILL'));
  if (process_.stdout) await once(process_.stdout, 'data');
  return process_;
}
async function kill(process_: ChildProcess): Promise<void> {
  const gone = once(process_, 'exit');
  process_.kill('SIGKILL');
  await gone;
}
const idsOf = (server: Receiver): string[] => server.received.map(({ headers }) => String(headers['x-acc-delivery']));

test('killed while the receiver has the message: sent once more, under the same number', async () => {
  const dir = scratchFolder();
  const server = await receiver(() => undefined);
  await prepare(dir, server);
  const first = await child(dir);
  await until('the first message', () => server.received.length > 0);
  await kill(first);
  const sent = new Set(idsOf(server));
  server.answer = (response) => void response.writeHead(204).end();
  await within(dir, 12, async (alerts, store) => {
    await until('everything to be told', () => store.alerts.nextDue() === null);
    for (const id of sent) expect(idsOf(server).filter((one) => one === id).length).toBeGreaterThanOrEqual(2);
    for (const { told } of alerts.page({ limit: 100 }).alerts) expect(told.every((line) => line.ok)).toBe(true);
  });
});

test('killed again and again while a value goes up and down', async () => {
  const dir = scratchFolder();
  const server = await receiver((response) => void setTimeout(() => response.writeHead(204).end(), 10));
  await prepare(dir, server);
  for (const wait of [400, 130, 250, 610, 90, 330]) {
    const process_ = await child(dir);
    await new Promise((resolve) => setTimeout(resolve, wait));
    await kill(process_);
  }
  await within(dir, 0, async (alerts, store) => {
    await alerts.round();
    await until('everything to be told', () => store.alerts.nextDue() === null);
    const history = alerts.page({ limit: 500 }).alerts.toReversed();
    expect(history.length).toBeGreaterThan(3);
    const wanted = history.flatMap(({ id, told }) => told.map(({ what, channel }) => `${id}.${what}.${channel}`));
    expect(new Set(idsOf(server))).toEqual(new Set(wanted));
    history.forEach(({ startedAt, endedAt, told }, i) => {
      expect(new Set(told.map(({ what }) => what))).toEqual(new Set(['fired', 'ended']));
      const before = history[i - 1];
      if (before) expect(before.endedAt).toBeLessThanOrEqual(startedAt);
      expect(endedAt).not.toBeNull();
    });
  });
});
