/** Alerts on a store of their own, with a metric whose value the test sets, and receivers that do what the test wants. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createAlerts, type Alerts } from '#metrics/alerts/index.ts';
import type { AlertRule } from '#shared/domain/alert.ts';
import type { Answer } from '#shared/domain/query.ts';
import { ok } from '#shared/lib/fault.ts';
import { noLog } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';
import { scratchFolder, scratchStore } from '../store.ts';

export type Bench = {
  alerts: Alerts;
  store: Store;
  dataDir: string;
  clock: { now: number };
  look: { value: number | null; n: number };
  reopen(): Promise<void>;
};

export async function alertBench({ hasDesktop = false } = {}): Promise<Bench> {
  const dataDir = scratchFolder();
  const clock = { now: 1_770_000_000_000 };
  const look: Bench['look'] = { value: 0, n: 10 };
  const answer = (): Answer => ({
    unit: 'count',
    from: 0,
    to: 1,
    stepMs: 1,
    total: { ...look, minimum: 1 },
    series: [],
    dropped: 0,
    resolution: 'raw',
    tookMs: 0,
  });
  const make = (store: Store): Alerts =>
    createAlerts({
      store,
      dataDir,
      hasDesktop,
      log: noLog,
      now: () => clock.now,
      query: () => Promise.resolve(ok(answer())),
      named: () => ({ title: 'Errors', unit: 'count' }),
    });
  const store = scratchStore({ dir: dataDir });
  const bench: Bench = {
    store,
    dataDir,
    clock,
    look,
    alerts: make(store),
    async reopen() {
      await bench.alerts.close();
      bench.store.close();
      bench.store = scratchStore({ dir: dataDir });
      bench.alerts = make(bench.store);
    },
  };
  onTestFinished(() => bench.alerts.close());
  // A first round that has nothing to do is over before the test begins.
  await bench.alerts.round();
  return bench;
}

export const ruleOf = (rest: Partial<AlertRule> = {}): Omit<AlertRule, 'id'> => ({
  name: 'Many errors',
  enabled: true,
  metric: 'errors.count',
  where: [],
  op: 'above',
  threshold: 10,
  hysteresis: 0,
  windowMs: 900_000,
  minimumSample: 1,
  severity: 'critical',
  cooldownMs: 60_000,
  escalateAfterMs: null,
  channels: [],
  escalateTo: [],
  ...rest,
});

export type Received = { headers: IncomingMessage['headers']; body: string };
export type Receiver = { url: string; received: Received[]; answer: (response: ServerResponse, request: IncomingMessage) => void };

/** A receiver of webhooks on this machine. */
export async function receiver(answer: Receiver['answer'] = (response) => void response.writeHead(204).end()): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      made.answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const made: Receiver = { url: `http://127.0.0.1:${port}/hook`, received, answer };
  return made;
}
