/** What the handlers work with. */
import type { Fleet } from '#agents/index.ts';
import type { Review } from '#review/index.ts';
import type { Hosts } from '#shared/host-protocol/link.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Insight } from '#store/insight/index.ts';
import type { Store } from '#store/store.ts';
import type { Analytics } from './analytics/analytics.ts';
import type { HealthFeed } from './feeds/health.ts';
import type { LiveFeed } from './feeds/live.ts';
import type { PoolFeed } from './feeds/pool.ts';
import type { HostsRoom } from './hosts/room.ts';
import type { LoadTests } from './load-test/load-tests.ts';
import type { Alerting } from './watch/alerting.ts';
import type { MetricsExport } from './telemetry/export.ts';
import type { Reporting } from './watch/reporting.ts';
import type { SessionFeeds } from './feeds/session.ts';

export type CoreMode = 'desktop' | 'headless' | 'command';

export type Services = {
  readonly version: string;
  readonly mode: CoreMode;
  readonly dataDir: string;
  readonly store: Store;
  readonly hosts: Hosts;
  readonly room: HostsRoom;
  readonly fleet: Fleet;
  readonly review: Review;
  readonly insight: Insight;
  readonly analytics: Analytics;
  readonly alerting: Alerting;
  readonly reporting: Reporting;
  readonly metricsExport: MetricsExport;
  readonly health: HealthFeed;
  readonly live: LiveFeed;
  readonly poolFeed: PoolFeed;
  readonly loadTests: LoadTests;
  readonly sessions: SessionFeeds;
  readonly log: Log;
  readonly now: () => number;
};
