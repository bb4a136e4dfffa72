/** What one tile shows: its live answers, those of the period beside, and both as lines and groups. */
import { useMemo } from 'react';
import type { Dashboard, Tile } from '#shared/domain/dashboard.ts';
import type { CatalogueEntry, Unit } from '#shared/domain/metric.ts';
import type { Answer, Figure, Filter, Query } from '#shared/domain/query.ts';
import type { Fault } from '#shared/lib/fault.ts';
import { useClockText } from '../../lib/clock.ts';
import type { GroupRow } from '../chart/tables.tsx';
import { useNames } from '../live/catalogue.ts';
import { useAsked, useLiveAnswers } from '../live/use-answers.ts';
import { askedOf, filtersFor, queryNames, type Metrics } from '../model/asked.ts';
import { linesOf, tagsName, type ChartLine } from '../model/lines.ts';
import { besideOf, refreshMs } from '../model/ranges.ts';

export type TileData = {
  readonly entry: CatalogueEntry | undefined;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  readonly answers: readonly (Answer | null)[];
  readonly lines: readonly ChartLine[];
  readonly groups: readonly GroupRow[];
  /** Of the first query. */
  readonly total: Figure | null;
  readonly before: Figure | null;
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  readonly dropped: number;
  /** Filters of the page that this tile's metrics do not have. */
  readonly without: readonly string[];
  /** Nothing was answered yet. */
  readonly waiting: boolean;
  readonly fault: Fault | null;
  readonly error: unknown;
};

/** Points of the small line under a figure. */
const SPARK = 60;

/** Bars over time, and the pixels each has at least. */
const BARS = 60;
const BAR = 8;

/** Bars whose question asks for points stand over time; else each group has one. */
export const overTime = (tile: Tile): boolean => tile.kind === 'bars' && tile.queries.some((query) => query.points > 0);

type Around = Pick<Dashboard, 'range' | 'compare'> & { readonly filters: readonly Filter[]; readonly metrics: Metrics };

/**
 * @param points at most this many a line: the width of the chart in pixels
 * @param paused nobody sees the tile
 */
export function useTile(tile: Tile, { range, compare, filters, metrics }: Around, points: number, paused: boolean): TileData {
  const names = useNames();
  const wanted = tile.kind === 'figure' ? SPARK : tile.kind === 'line' ? points : overTime(tile) ? Math.min(BARS, Math.floor(points / BAR)) : 0;
  const live = range.kind === 'last';
  const queries = useMemo(
    () => tile.queries.map((query) => askedOf(query, metrics, { range, filters, points: wanted })),
    [tile.queries, metrics, range, filters, wanted],
  );
  const ready = metrics.size > 0 && ((tile.kind !== 'line' && !overTime(tile)) || points > 0);
  const held = useLiveAnswers(queries, paused || !ready);

  // The moment of the comparison moves in its own steps, not with every answer.
  const besideKey = useClockText((now) => JSON.stringify(besideOf(range, compare ?? (tile.kind === 'figure' ? { with: 'before' } : null), now)));
  const besideQueries = useMemo(() => {
    const span: unknown = JSON.parse(besideKey);
    if (typeof span !== 'object' || span === null || !('from' in span) || !('to' in span)) return [];
    const between = { kind: 'between' as const, from: Number(span.from), to: Number(span.to) };
    return tile.queries.map((query) => askedOf(query, metrics, { range: between, filters, points: tile.kind === 'figure' ? 0 : wanted }));
  }, [besideKey, tile.queries, tile.kind, metrics, filters, wanted]);
  const beside = useAsked(besideQueries, live ? refreshMs(range) : false, !paused && ready);

  return useMemo(() => {
    const answers = held.map((one) => (one?.answered?.ok ? one.answered.answer : null));
    const others = tile.queries.map((_, i) => {
      const one = beside.answers[i];
      return one?.ok ? one.answer : null;
    });
    const first = answers.find((answer) => answer !== null) ?? null;
    const titles = queryNames(tile.queries, metrics);
    const titled = answers.map((answer, i) => (answer ? { title: titles[i] ?? '', answer } : null));
    const shift = first && others[0] ? first.from - others[0].from : 0;
    const failed = held.find((one) => one?.answered?.ok === false)?.answered;
    const groups = titled.flatMap((named, i): GroupRow[] =>
      named
        ? named.answer.series.map((series) => {
            const tags = tagsName(series.tags, names);
            const other = others[i]?.series.find((one) => JSON.stringify(one.tags) === JSON.stringify(series.tags));
            const name = tags === 'all' ? named.title : titled.length > 1 ? `${named.title}, ${tags}` : tags;
            return { id: `${i}:${JSON.stringify(series.tags)}`, name, unit: named.answer.unit, total: series.total, before: other?.total ?? null };
          })
        : [],
    );
    const without = new Set(queries.flatMap((query) => filtersFor(metrics.get(query.metric), filters).without));
    return {
      entry: metrics.get(tile.queries[0]?.metric ?? ''),
      unit: first?.unit ?? metrics.get(tile.queries[0]?.metric ?? '')?.unit ?? 'count',
      queries,
      answers,
      lines: linesOf(titled, compare ? others : [], shift, names),
      groups,
      total: answers[0]?.total ?? null,
      before: others[0]?.total ?? null,
      from: first?.from ?? 0,
      to: first?.to ?? 1,
      stepMs: first?.stepMs ?? 1,
      dropped: answers.reduce((sum, answer) => sum + (answer?.dropped ?? 0), 0),
      without: [...without],
      waiting: held.every((one) => one === undefined || (one.answered === null && one.error === null)),
      fault: failed?.ok === false ? failed.fault : null,
      error: held.find((one) => one !== undefined && one.error !== null)?.error ?? null,
    };
  }, [held, beside.answers, tile, queries, metrics, names, filters, compare]);
}
