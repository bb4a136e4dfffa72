/** What alerts and reports are given by the core. */
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';
import type { Analytics } from '../analytics/analytics.ts';

export type WatchParts = {
  readonly dataDir: string;
  /** A desktop shell shows what is told to the system. */
  readonly hasDesktop: boolean;
  readonly store: Store;
  readonly analytics: Analytics;
  readonly log: Log;
  readonly now: () => number;
};
