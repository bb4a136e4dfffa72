/**
 * The composition root: opens the store, builds the services, serves the contract. It has no window and no socket; who wants to
 * serve it takes `router` and gives each caller its context.
 *
 *   createCore ──► open (host starts by itself a moment later, or at the first need) ──close──► closed, no process left
 */
import { createFleet, type Fleet } from '#agents/index.ts';
import { createReview } from '#review/index.ts';
import { ok, type Result } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import { openStore } from '#store/index.ts';
import { createInsight } from '#store/insight/index.ts';
import type { StoreState } from '#store/store.ts';
import { HealthFeed } from './feeds/health.ts';
import { LiveFeed } from './feeds/live.ts';
import { SessionFeeds } from './feeds/session.ts';
import { createHostGate, type HostFactory } from './host-gate.ts';
import { createRouter, type CoreRouter } from './router.ts';
import type { CoreMode } from './services.ts';

/** The host starts this long after the core, so that it does not compete with the first paint. */
const HOST_DELAY_MS = 500;
const HOST_STOP_MS = 4500;

export type CoreOptions = {
  readonly dataDir: string;
  readonly mode: CoreMode;
  readonly version: string;
  /** Takes whole lines of the log. */
  readonly log: (text: string) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly createHost?: HostFactory;
};

export type Core = {
  readonly router: CoreRouter;
  storeState(): StoreState;
  /** Ends sessions (they go on at the next start), host and store; within 5 s. */
  close(): Promise<void>;
};

/** @returns the store's faults: STORE_IN_USE, STORE_DAMAGED, STORE_TOO_NEW … */
export async function createCore(options: CoreOptions): Promise<Result<Core>> {
  const { dataDir, version, mode, now = Date.now } = options;
  const log: Log = (level, message, fields) => options.log(`${level} ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`);
  const opened = openStore({ dir: dataDir, now });
  if (!opened.ok) return opened;
  const store = opened.value;

  const gate = createHostGate({ dataDir, store, log, listener: () => listener, create: options.createHost });
  const host = gate.link;
  const review = createReview({ store, host: () => host, now, log, resume: (sessionId, note) => fleet.sessions.resumeNow(sessionId, note, 'review') });
  const fleet: Fleet = createFleet({ store, host, dataDir, log, now, collect: (sessionId) => review.collect(sessionId) });
  const listener: Fleet['listener'] = {
    ...fleet.listener,
    streams(streams) {
      fleet.listener.streams(streams);
      review.recover().catch((error: unknown) => log('error', 'review could not be taken up again', { error: String(error) }));
    },
  };
  const insight = createInsight(store.path, now);
  const health = new HealthFeed({ version, store, host, fleet: () => fleet, now });
  const live = new LiveFeed(store, health, now);
  const sessions = new SessionFeeds(store, fleet, now);
  const router = createRouter({ version, mode, dataDir, store, host, fleet, review, insight, health, live, sessions, log, now });

  const needed = fleet.recover();
  const timer = setTimeout(() => host.wake(), needed ? 0 : HOST_DELAY_MS);
  let closing: Promise<void> | null = null;

  async function shut(): Promise<void> {
    clearTimeout(timer);
    health.close();
    await fleet.close();
    review.close();
    await insight.close();
    await Promise.race([gate.stop(), new Promise((resolve) => setTimeout(resolve, HOST_STOP_MS).unref())]);
    store.close();
  }
  return ok({
    router,
    storeState: () => store.state(),
    close: () => (closing ??= shut()),
  });
}
