/**
 * Answers a reading of one measured metric, on the reading thread.
 *
 * Sealed samples are told by the longest stored steps that fit between the ends of the range, and the ends by shorter ones and at last by
 * samples, so that totals are exact to the millisecond. Samples that are not sealed yet are added one by one: they are seen at once.
 */
import type { Aggregate } from '#shared/domain/query.ts';
import type { MetricKind, Tags } from '#shared/domain/metric.ts';
import { RESOLUTIONS } from '../storage/limits.ts';
import type { Read, Reading } from '../storage/messages.ts';
import type { Source, SourceSeries } from '../storage/source.ts';
import { Fold, needOf } from './fold.ts';
import { decimate, usualPause, withGaps, type Line } from './m4.ts';
import { chooseSteps, stepAt, type Steps } from './steps.ts';

/** Steps of a line for each point of it: what M4 chooses from. */
const FINER = 2;
const USUAL: Record<MetricKind, Aggregate> = { counter: 'sum', gauge: 'avg', distribution: 'p95' };
const LINES: ReadonlySet<Aggregate> = new Set(['avg', 'min', 'max', 'last']);

type Group = { readonly tags: Tags; readonly series: SourceSeries[] };

/** What a reading needs of a source. */
export type Readable = Pick<Source, 'snapshot' | 'series' | 'steps' | 'sealed' | 'hot'>;

export function read(source: Readable, reading: Reading): Read {
  return source.snapshot(() => {
    const found = source.series(reading.metric, reading.where);
    const kind = found[0]?.kind ?? null;
    const aggregate = reading.aggregate ?? USUAL[kind ?? 'counter'];
    const isLine = !reading.aligned && kind === 'gauge' && LINES.has(aggregate);
    const rawOnly = needOf(aggregate) === 'sketch' && kind !== 'distribution';
    const choose = (most: number): Steps => chooseSteps(reading, most, reading.now, rawOnly, reading.zone);
    const steps = choose(isLine ? reading.points * FINER : reading.points);
    const groups = groupsOf(found, reading.by);
    const fold = (group: Group, over: Steps): Fold => {
      const into = new Fold(over, needOf(aggregate));
      for (const series of group.series) cover(source, series.id, over, into, aggregate);
      return into;
    };
    // Many groups: their totals are cheap, their steps are read of those alone that are shown.
    const one = choose(0);
    const narrow = groups.length > reading.limit;
    const folds = groups.map((group) => ({ group, fold: fold(group, narrow ? one : steps) }));
    const whole = new Fold(one, needOf(aggregate));
    const rangeMs = one.to - one.from;
    const cells = folds.map(({ group, fold: full }) => {
      const total = new Fold(one, needOf(aggregate));
      total.absorb(full);
      whole.absorb(total);
      return { group, fold: full, total: cellOf(total, aggregate, rangeMs) };
    });
    const largest = cells.toSorted((a, b) => (Number.isNaN(b.total.value) ? -1 : b.total.value) - (Number.isNaN(a.total.value) ? -1 : a.total.value));
    const shown = largest.slice(0, reading.limit);
    return {
      kind,
      aggregate,
      stepMs: steps.stepMs,
      days: steps.days,
      resolution: RESOLUTIONS[steps.level]?.name ?? 'raw',
      total: cellOf(whole, aggregate, rangeMs),
      dropped: largest.length - shown.length,
      groups: shown.map(({ group, fold: full, total }) => {
        if (reading.points === 0) return { tags: group.tags, total, ...lineOf([]) };
        const stepped = narrow ? fold(group, steps) : full;
        return { tags: group.tags, total, ...(isLine ? drawn(stepped, steps, aggregate, reading.points) : columnsOf(stepped, steps, aggregate)) };
      }),
    };
  });
}

const cellOf = (fold: Fold, aggregate: Aggregate, ms: number): { value: number; n: number } => ({ value: fold.value(aggregate, 0, ms), n: fold.n[0] ?? 0 });

/** Series with the same values of the tags they are grouped by; a tag a series does not have counts as empty. */
function groupsOf(found: readonly SourceSeries[], by: readonly string[]): Group[] {
  const groups = new Map<string, Group>();
  for (const series of found) {
    const tags = Object.fromEntries(by.map((tag) => [tag, series.tags[tag] ?? '']));
    const key = JSON.stringify(tags);
    const group = groups.get(key);
    if (group) group.series.push(series);
    else groups.set(key, { tags, series: [series] });
  }
  return [...groups.values()];
}

function cover(source: Readable, series: number, steps: Steps, into: Fold, aggregate: Aggregate): void {
  const { torn } = steps;
  const between = (from: number, to: number, level: number): void => {
    const ms = RESOLUTIONS[level]?.ms;
    if (from >= to) return;
    if (ms === undefined) {
      for (const { at, value } of source.sealed(series, from, to)) for (let i = 0; i < at.length; i++) into.sample(at[i] ?? 0, value[i] ?? 0);
      return;
    }
    const first = Math.ceil(from / ms) * ms;
    const end = Math.floor(to / ms) * ms;
    if (first >= end) return between(from, to, level - 1);
    between(from, first, level - 1);
    const parted = level > steps.level ? torn[level] : undefined;
    for (const row of source.steps(series, ms, first, end, needOf(aggregate))) if (!parted?.has(row[0] * 1000)) into.step(row);
    for (const at of parted ?? []) if (at >= first && at < end) between(at, at + ms, level - 1);
    between(end, to, level - 1);
  };
  between(steps.from, steps.to, Math.max(steps.level, torn.length - 1));
  for (const [at, value] of source.hot(series, steps.from, steps.to)) into.sample(at, value);
}

/** One value for every step, NaN where there is none. */
function columnsOf(fold: Fold, steps: Steps, aggregate: Aggregate): Line {
  const at = Float64Array.from({ length: steps.count }, (_, i) => stepAt(steps, i).at);
  // "How many" is nothing, too, where nothing was: a gap in the measuring is not a zero.
  const value = Float64Array.from(at, (_, i) => ((fold.n[i] ?? 0) === 0 ? Number.NaN : fold.value(aggregate, i, stepAt(steps, i).ms)));
  return { at, value, n: fold.n };
}

/** The steps that have a value, as few as draw the same line, with breaks where nothing was measured for a while. */
function drawn(fold: Fold, steps: Steps, aggregate: Aggregate, points: number): Line {
  const { at, value, n } = columnsOf(fold, steps, aggregate);
  const places = Array.from(at.keys()).filter((i) => !Number.isNaN(value[i] ?? Number.NaN));
  const line = { at: pickOf(at, places), value: pickOf(value, places), n: pickOf(n, places) };
  const chosen = decimate(line, points);
  const pause = Math.max(usualPause(line.at), usualPause(chosen.at), steps.stepMs);
  return withGaps(chosen, pause, points);
}

const pickOf = (column: Float64Array, places: readonly number[]): Float64Array => Float64Array.from(places, (i) => column[i] ?? 0);
const lineOf = (values: readonly number[]): Line => ({ at: Float64Array.from(values), value: Float64Array.from(values), n: Float64Array.from(values) });
