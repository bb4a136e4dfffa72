/**
 * The composition root: opens the store, builds the services, serves the contract. It has no window and no socket; who wants to
 * serve it takes `router` and gives each caller its context.
 *
 *   createCore ──► open (hosts are reached for a moment later, or at the first need) ──close──► closed, no process left
 */
import { createFleet, type Fleet } from '#agents/index.ts';
import { createReview } from '#review/index.ts';
import type { HostLink, HostListener } from '#shared/host-protocol/link.ts';
import { exposition } from '#shared/lib/exposition.ts';
import { ok, type Result } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import { entries } from '#metrics/catalogue/index.ts';
import { samplesOf } from '#metrics/ingest/samples.ts';
import { openStore } from '#store/index.ts';
import { createInsight } from '#store/insight/index.ts';
import type { StoreState } from '#store/store.ts';
import { Analytics } from './analytics/analytics.ts';
import { recordMinute } from './analytics/connections.ts';
import { coreMetrics, metricsOf } from './analytics/exposition.ts';
import { Measures } from './analytics/measures.ts';
import { HealthFeed } from './feeds/health.ts';
import { LiveFeed } from './feeds/live.ts';
import { SessionFeeds } from './feeds/session.ts';
import { PoolFeed } from './feeds/pool.ts';
import { createHostsRoom, type PoolParts } from './hosts/room.ts';
import { createLoadTests } from './load-test/load-tests.ts';
import { createRouter, type CoreRouter } from './router.ts';
import { MetricsExport } from './telemetry/export.ts';
import { TelemetryIntake } from './telemetry/intake.ts';
import type { CoreMode } from './services.ts';
import { Alerting } from './watch/alerting.ts';
import { Reporting } from './watch/reporting.ts';

/** The hosts are reached for this long after the core, so that it does not compete with the first paint. */
const HOST_DELAY_MS = 500;
const HOST_STOP_MS = 4500;
/** Rules and schedules are looked at this long after the start, for the same reason. */
const WATCH_DELAY_MS = 3000;

export type CoreOptions = {
  readonly dataDir: string;
  readonly mode: CoreMode;
  readonly version: string;
  /** Takes whole lines of the log. */
  readonly log: (text: string) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Other makers of the pool and of this machine's host. */
  readonly pool?: PoolParts;
};

export type Core = {
  readonly router: CoreRouter;
  storeState(): StoreState;
  /** What came together since the start and what is now, in Prometheus' text format. */
  exposition(): string;
  /** Ends sessions (they go on at the next start), host and store; within 5 s. */
  close(): Promise<void>;
};

/** @returns the store's faults: STORE_IN_USE, STORE_DAMAGED, STORE_TOO_NEW … */
export async function createCore(options: CoreOptions): Promise<Result<Core>> {
  const { dataDir, version, mode, now = Date.now } = options;
  const startedAt = now();
  const log: Log = (level, message, fields) => options.log(`${level} ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`);
  const opened = openStore({ dir: dataDir, now, measure: samplesOf });
  if (!opened.ok) return opened;
  const store = opened.value;

  const room = createHostsRoom({
    dataDir,
    store,
    log,
    now,
    listener: () => telemetry.before(listener),
    runsOn: (hostId) => fleet.runsOn(hostId),
    parts: options.pool,
    onMinute: (hostId, minute) => recordMinute(analytics, hostId, minute),
  });
  const { hosts } = room;
  const telemetry = new TelemetryIntake({ store, hosts: () => hosts, log, now });
  const host = (sessionId: string): HostLink => hosts.of(store.sessions.get(sessionId)?.hostId ?? '');
  const review = createReview({ store, host, now, log, resume: (sessionId, note) => fleet.sessions.resumeNow(sessionId, note, 'review') });
  const fleet: Fleet = createFleet({ store, hosts, dataDir, log, now, collect: (sessionId) => review.collect(sessionId) });
  const listener: HostListener = {
    ...fleet.listener,
    streams(hostId, streams) {
      fleet.listener.streams(hostId, streams);
      review.recover(hostId).catch((error: unknown) => log('error', 'review could not be taken up again', { error: String(error) }));
    },
  };
  const insight = createInsight(store.path, now);
  const analytics = new Analytics({ dataDir, store, insight, log, now });
  const alerting = new Alerting({ dataDir, hasDesktop: mode === 'desktop', store, analytics, log, now });
  const metricsExport = new MetricsExport({ version, dataDir, store, analytics, now, log });
  const reporting = new Reporting({ dataDir, hasDesktop: mode === 'desktop', store, analytics, log, now });
  const measures = new Measures({ dataDir, analytics, store, fleet, room, now });
  const health = new HealthFeed({ version, store, hosts, fleet: () => fleet, now });
  const poolFeed = new PoolFeed(store, room, now);
  const loadTests = createLoadTests({ dataDir, store, room, log, now });
  const live = new LiveFeed(store, health, now);
  const sessions = new SessionFeeds(store, fleet, now);
  const router = createRouter({
    version,
    mode,
    dataDir,
    store,
    hosts,
    room,
    fleet,
    review,
    insight,
    analytics,
    alerting,
    reporting,
    metricsExport,
    health,
    live,
    poolFeed,
    loadTests,
    sessions,
    log,
    now,
  });

  const needed = fleet.recover();
  const timer = setTimeout(() => hosts.wake(), needed ? 0 : HOST_DELAY_MS);
  const watch = setTimeout(() => {
    alerting.wake();
    reporting.wake();
  }, WATCH_DELAY_MS).unref();
  let closing: Promise<void> | null = null;

  async function shut(): Promise<void> {
    clearTimeout(timer);
    clearTimeout(watch);
    health.close();
    await loadTests.close();
    measures.close();
    await fleet.close();
    review.close();
    await Promise.all([alerting.close(), reporting.close()]);
    const hasMinute = room.lastMinute();
    await Promise.all([closeAnalytics(hasMinute), Promise.race([room.stop(), new Promise((resolve) => setTimeout(resolve, HOST_STOP_MS).unref())])]);
    store.close();
  }
  /** Connections count also where nobody has asked for a figure yet; where no host was reached for nothing is opened. */
  async function closeAnalytics(hasMinute: boolean): Promise<void> {
    if (hasMinute) await analytics.open();
    await metricsExport.close();
    await analytics.close();
    await insight.close();
  }
  return ok({
    router,
    storeState: () => store.state(),
    exposition: () => exposition([...coreMetrics({ version, startedAt, store, hosts }), ...metricsOf(analytics.totals.all(), entries)]),
    close: () => (closing ??= shut()),
  });
}
