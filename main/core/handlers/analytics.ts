/** Analytics: the catalogue, answers now and live, the events behind them, dashboards, trends. */
import { entries } from '#metrics/catalogue/index.ts';
import { fail, unwrap } from '#shared/lib/fault.ts';
import { builtIn } from '../analytics/dashboards.ts';
import { originsOf } from '../analytics/origins.ts';
import { tagValuesOf } from '../analytics/tag-values.ts';
import { trendOf, trendOfQuery } from '../analytics/trend.ts';
import { answerAll, watchAnswers } from '../analytics/watch.ts';
import type { LateOs } from '../late-os.ts';
import { record } from '../record.ts';
import type { Services } from '../services.ts';

export const analyticsHandlers = (os: LateOs, services: Services) => {
  const { analytics, insight, store, now } = services;
  return {
    catalogue: os.analytics.catalogue.handler(() => ({ metrics: [...entries] })),
    tagValues: os.analytics.tagValues.handler(async ({ input }) => unwrap(await tagValuesOf(analytics, input))),
    query: os.analytics.query.handler(async ({ input }) => ({ answers: await answerAll(analytics, input.queries) })),
    watch: os.analytics.watch.handler(({ input, signal }) => watchAnswers(analytics, input.queries, now, signal)),
    origins: os.analytics.origins.handler(async ({ input, signal }) => unwrap(await originsOf(analytics, insight, input, signal))),
    ingest: os.analytics.ingest.handler(async () => unwrap(await analytics.ingest())),
    seen: os.analytics.seen.handler(({ input }) => {
      for (const ms of input.ms) analytics.record('pixel_ms', ms);
      return {};
    }),
    trend: os.analytics.trend.handler(async ({ input }) => unwrap(await trendOfQuery(analytics, input))),
    trendOf: os.analytics.trendOf.handler(async ({ input }) => unwrap(await trendOf(analytics, input.csv))),
    dashboards: os.analytics.dashboards.handler(() => {
      store.dashboards.begin(builtIn, now());
      return { dashboards: store.dashboards.list() };
    }),
    saveDashboard: os.analytics.saveDashboard.handler(({ input, context }) => {
      store.dashboards.begin(builtIn, now());
      const saved = store.dashboards.put(input, now());
      record(services, context, 'dashboard.save', 'dashboard', saved.id, saved.name);
      return saved;
    }),
    removeDashboard: os.analytics.removeDashboard.handler(({ input, context }) => {
      const name = store.dashboards.get(input.id)?.name;
      if (name === undefined || !store.dashboards.remove(input.id)) return unwrap(fail('DASHBOARD_NOT_FOUND', 'There is no such dashboard.'));
      record(services, context, 'dashboard.remove', 'dashboard', input.id, name);
      return {};
    }),
  };
};
