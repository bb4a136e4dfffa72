/** A dashboard of six charts with three lines each over everything the agents of a bench say, open in Chromium. */
import type { Page } from 'playwright-core';
import type { Dashboard } from '#shared/domain/dashboard.ts';
import { Query } from '#shared/domain/query.ts';
import type { BenchCore } from './core.ts';
import type { Speaker } from './speakers.ts';

/** The shortest period the app offers. */
export const RANGE = { kind: 'last', ms: 15 * 60_000 } as const;
export const LINES = 3;

/** Three lines a chart: calls by tool, then costs by agent. */
export function questions(speakers: readonly Speaker[]): Query[] {
  const ask = (metric: string, tag: 'tool' | 'agent', values: string[]): Query =>
    Query.parse({ metric, aggregate: 'count', by: [tag], where: [{ tag, op: 'is', values }], range: RANGE, points: 300 });
  const threes = Array.from({ length: speakers.length / LINES }, (_, i) => speakers.slice(i * LINES, (i + 1) * LINES));
  return [
    ...threes.map((some) =>
      ask(
        'tool_call',
        'tool',
        some.map(({ tool }) => tool),
      ),
    ),
    ...threes.map((some) =>
      ask(
        'cost_usd',
        'agent',
        some.map(({ name }) => name),
      ),
    ),
  ];
}

export async function openCharts(core: BenchCore, page: Page, queries: readonly Query[]): Promise<void> {
  const dashboard: Omit<Dashboard, 'rev'> = {
    id: 'bench',
    name: 'Bench',
    range: RANGE,
    compare: null,
    tiles: queries.map((query, i) => ({
      id: `chart-${i}`,
      title: `Chart ${i + 1}`,
      kind: 'line',
      queries: [query],
      x: (i % 3) * 4,
      y: Math.floor(i / 3) * 4,
      w: 4,
      h: 4,
    })),
  };
  await core.client.analytics.saveDashboard(dashboard);
  await page.evaluate(`location.hash = '#/analytics/dashboards/bench'`);
  await page
    .locator('path[data-line]')
    .nth(queries.length * LINES - 1)
    .waitFor({ state: 'attached' });
}
