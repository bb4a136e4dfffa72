/** What a tile asks, made of its own queries and what the dashboard sets for all of them: period, filters, width. Pure. */
import type { CatalogueEntry } from '#shared/domain/metric.ts';
import type { Filter, Query, Range } from '#shared/domain/query.ts';
import { aggregateNames } from '#shared/lib/units.ts';

export type Metrics = ReadonlyMap<string, CatalogueEntry>;

/** Filters of a dashboard that a metric can be filtered by, and the tags of those it cannot. */
export function filtersFor(entry: CatalogueEntry | undefined, filters: readonly Filter[]): { where: Filter[]; without: string[] } {
  const has = (filter: Filter): boolean => entry === undefined || entry.tags.includes(filter.tag);
  return { where: filters.filter(has), without: filters.filter((filter) => !has(filter)).map((filter) => filter.tag) };
}

/** The query as it is sent. */
export function askedOf(query: Query, metrics: Metrics, around: { range: Range; filters: readonly Filter[]; points: number }): Query {
  const { where } = filtersFor(metrics.get(query.metric), around.filters);
  return { ...query, range: around.range, where: [...query.where, ...where].slice(0, 16), points: around.points };
}

/** A query in words: `Tokens, sum, by model`. */
export function queryTitle(query: Query, metrics: Metrics): string {
  const entry = metrics.get(query.metric);
  const usual = entry?.kind === 'counter' ? 'sum' : entry?.kind === 'gauge' ? 'avg' : 'p95';
  const aggregate = query.aggregate && query.aggregate !== usual ? `, ${aggregateNames[query.aggregate].toLowerCase()}` : '';
  return `${entry?.title ?? query.metric}${aggregate}`;
}

/** Names of several questions beside each other: by what is taken of it where the metric is the same in all. */
export function queryNames(queries: readonly Query[], metrics: Metrics): string[] {
  const one = queries.length > 1 && queries.every((query) => query.metric === queries[0]?.metric && query.aggregate !== undefined);
  return queries.map((query) => (one && query.aggregate ? aggregateNames[query.aggregate] : queryTitle(query, metrics)));
}

/** The same question has the same key. */
export const keyOf = (query: Query): string => JSON.stringify(query);

/** A filter in words: `model is haiku or sonnet`. */
export const filterText = (filter: Filter, names: Readonly<Record<string, string>> = {}): string =>
  `${tagName(filter.tag)} ${filter.op === 'is' ? 'is' : 'is not'} ${filter.values.map((value) => names[value] ?? (value === '' ? 'none' : value)).join(' or ')}`;

/** A tag as a word: `session.id` → `session id`. */
export const tagName = (tag: string): string => tag.replaceAll(/[._]/g, ' ');
