/** Answers queries: one reading for a measured metric, one for each input of a derived one, whose formula is then applied step by step. */
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { systemZone } from '#shared/lib/zone.ts';
import { unitOfAsked } from '#shared/lib/units.ts';
import type { Tags } from '#shared/domain/metric.ts';
import type { Answer, Figure, Filter, Query, Series } from '#shared/domain/query.ts';
import type { Read, Reading } from '../storage/messages.ts';
import { DAY, KEEP_RAW_MS } from '../storage/limits.ts';
import { needOf } from './fold.ts';
import type { Catalogue, Cell, Derived } from './catalogue.ts';

/** Groups read of each input of a derived metric: which are the largest is known only after the formula. */
const INPUT_GROUPS = 2000;

/** Points of all series together: they are put together on the thread of the core, which must not be held up. */
const POINTS_IN_ALL = 40_000;

export type Ask = (reading: Reading) => Promise<Result<Read>>;

/**
 * @param now milliseconds since the epoch
 * @returns also METRICS_BAD_RANGE for a range that ends before it begins, METRICS_NO_QUANTILES for percentiles of a level whose samples are
 *   gone, and whatever `ask` fails with
 */
export async function answerQuery(query: Query, catalogue: Catalogue, ask: Ask, now: number): Promise<Result<Answer>> {
  const began = performance.now();
  const { from, to } = query.range.kind === 'last' ? { from: now - query.range.ms, to: now + 1 } : query.range;
  if (to <= from) {
    return fail('METRICS_BAD_RANGE', 'The range ends before it begins.', { fix: 'Choose a start that lies before the end.' });
  }
  const { metric, where, by, limit } = query;
  const points = by.length === 0 ? query.points : Math.min(query.points, Math.floor(POINTS_IN_ALL / limit));
  const reading: Reading = {
    metric,
    aggregate: query.aggregate ?? null,
    where,
    by,
    from,
    to,
    now,
    points,
    limit,
    aligned: false,
    zone: query.zone ?? systemZone(),
  };
  const derived = catalogue.derived(metric);
  const answered = derived ? await answerDerived(derived, reading, ask) : await answerMeasured(reading, catalogue, ask);
  return answered.ok ? ok({ ...answered.value, from, to, tookMs: performance.now() - began }) : answered;
}

type Body = Omit<Answer, 'from' | 'to' | 'tookMs'>;

async function answerMeasured(reading: Reading, catalogue: Catalogue, ask: Ask): Promise<Result<Body>> {
  const known = catalogue.measured(reading.metric);
  const got = await ask(reading);
  if (!got.ok) return got;
  const { stepMs, days, resolution, total, dropped, groups, aggregate } = got.value;
  if (Number.isNaN(total.value) && total.n > 0 && needOf(aggregate) === 'sketch') {
    return fail('METRICS_NO_QUANTILES', `Percentiles of ${reading.metric} are not known that far back.`, {
      why: `It is a level: its percentiles need single samples, which are kept for ${KEEP_RAW_MS / DAY} days.`,
      fix: 'Choose a shorter range, or ask for the average, the lowest or the highest.',
    });
  }
  // How many there are is known however few they are.
  const minimum = aggregate === 'count' ? 0 : (known?.minimum ?? 1);
  const unit = unitOfAsked(known?.unit ?? 'count', aggregate);
  const series = groups.map(({ tags, total: of, at, value }): Series => ({ tags, total: figureOf(cellOf(of), minimum), points: pointsOf(at, value) }));
  return ok({ unit, stepMs, ...ofDays(days), resolution, dropped, total: figureOf(cellOf(total), minimum), series });
}

/**
 * Totals first, of every group; then the steps of those alone that are shown. Evaluating is done on the caller's thread and must stay short
 * however many groups there are.
 */
async function answerDerived(derived: Derived, reading: Reading, ask: Ask): Promise<Result<Body>> {
  const totals = await readInputs(derived, { ...reading, points: 0 }, ask);
  if (!totals.ok) return totals;
  const [first] = totals.value;
  if (!first) return fail('METRICS_FAILED', 'The analytics failed.', { why: `${derived.name} is made of nothing.` });
  const evaluate = (cells: readonly Cell[]): Cell => finite(derived.evaluate(cells));
  const groups = groupsOf(totals.value).map(({ tags, parts }) => {
    const total = figureOf(evaluate(parts.map((part) => (part ? cellOf(part.total) : NOTHING))), derived.minimum);
    return { tags, total };
  });
  const largest = groups.toSorted((a, b) => (b.total.value ?? -Infinity) - (a.total.value ?? -Infinity));
  const shown = largest.slice(0, reading.limit);
  const total = figureOf(evaluate(totals.value.map((read) => cellOf(read.total))), derived.minimum);
  const dropped = largest.length - shown.length + Math.max(...totals.value.map((read) => read.dropped));
  const body = { unit: derived.unit, total, dropped };
  const { stepMs, days, resolution } = first;
  if (reading.points === 0 || shown.length === 0)
    return ok({ ...body, stepMs, ...ofDays(days), resolution, series: shown.map((group) => ({ ...group, points: [] })) });

  const only = reading.by.map((tag): Filter => ({ tag, op: 'is', values: [...new Set(shown.map(({ tags }) => tags[tag] ?? ''))] }));
  const stepped = await readInputs(derived, { ...reading, where: [...reading.where, ...only] }, ask);
  if (!stepped.ok) return stepped;
  const lines = new Map(groupsOf(stepped.value).map(({ tags, parts }) => [JSON.stringify(tags), parts]));
  const series = shown.map((group): Series => {
    const parts = lines.get(JSON.stringify(group.tags)) ?? [];
    const steps = parts.find((part) => part !== undefined)?.at ?? new Float64Array();
    const cellAt = (i: number): Cell[] => parts.map((part) => (part ? cellOf({ value: part.value[i] ?? Number.NaN, n: part.n[i] ?? 0 }) : NOTHING));
    return { ...group, points: Array.from(steps, (at, i): [number, number | null] => [at, evaluate(cellAt(i)).value]) };
  });
  const [one = first] = stepped.value;
  return ok({ ...body, stepMs: one.stepMs, ...ofDays(one.days), resolution: one.resolution, series });
}

/** A reading for each input, all with the same steps. */
async function readInputs(derived: Derived, reading: Reading, ask: Ask): Promise<Result<Read[]>> {
  const reads: Read[] = [];
  const asked = derived.inputs.map(({ metric, aggregate, where = [] }) =>
    ask({ ...reading, metric, aggregate, where: [...reading.where, ...where], aligned: true, limit: INPUT_GROUPS }),
  );
  for (const got of await Promise.all(asked)) {
    if (!got.ok) return got;
    reads.push(got.value);
  }
  return ok(reads);
}

type Part = Read['groups'][number];

/** Groups that any input has, with what each input has of them, in the order of the inputs. */
function groupsOf(reads: readonly Read[]): { tags: Tags; parts: (Part | undefined)[] }[] {
  const groups = new Map<string, { tags: Tags; parts: (Part | undefined)[] }>();
  for (const [place, { groups: theirs }] of reads.entries()) {
    for (const part of theirs) {
      const key = JSON.stringify(part.tags);
      const group = groups.get(key) ?? { tags: part.tags, parts: reads.map(() => undefined) };
      group.parts[place] = part;
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

const ofDays = (days: Read['days']): Pick<Answer, 'days'> => (days ? { days } : {});
const NOTHING: Cell = { value: null, n: 0 };
const cellOf = ({ value, n }: { readonly value: number; readonly n: number }): Cell => ({ value: Number.isNaN(value) ? null : value, n });
const finite = ({ value, n }: Cell): Cell => ({ value: value !== null && Number.isFinite(value) ? value : null, n });
const figureOf = ({ value, n }: Cell, minimum: number): Figure => ({ value: n < minimum ? null : value, n, minimum });

function pointsOf(at: Float64Array, value: Float64Array): [number, number | null][] {
  return Array.from(at, (time, i) => {
    const each = value[i] ?? Number.NaN;
    return [time, Number.isNaN(each) ? null : each];
  });
}
