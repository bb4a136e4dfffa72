/** Answers queries: one reading for a measured metric, one for each input of a derived one, whose formula is then applied step by step. */
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { Tags } from '#shared/domain/metric.ts';
import type { Answer, Figure, Query, Series } from '#shared/domain/query.ts';
import type { Read, Reading } from '../storage/messages.ts';
import type { Catalogue, Cell, Derived } from './catalogue.ts';

/** Groups read of each input of a derived metric: which are the largest is known only after the formula. */
const INPUT_GROUPS = 2000;

export type Ask = (reading: Reading) => Promise<Result<Read>>;

/**
 * @param now milliseconds since the epoch
 * @returns also METRICS_BAD_RANGE for a range that ends before it begins, and whatever `ask` fails with
 */
export async function answerQuery(query: Query, catalogue: Catalogue, ask: Ask, now: number): Promise<Result<Answer>> {
  const began = performance.now();
  const { from, to } = query.range.kind === 'last' ? { from: now - query.range.ms, to: now + 1 } : query.range;
  if (to <= from) {
    return fail('METRICS_BAD_RANGE', 'The range ends before it begins.', { fix: 'Choose a start that lies before the end.' });
  }
  const { metric, where, by, points, limit } = query;
  const reading: Reading = { metric, aggregate: query.aggregate ?? null, where, by, from, to, now, points, limit, aligned: false };
  const derived = catalogue.derived(metric);
  const answered = derived ? await answerDerived(derived, reading, ask) : await answerMeasured(reading, catalogue, ask);
  return answered.ok ? ok({ ...answered.value, from, to, tookMs: performance.now() - began }) : answered;
}

type Body = Omit<Answer, 'from' | 'to' | 'tookMs'>;

async function answerMeasured(reading: Reading, catalogue: Catalogue, ask: Ask): Promise<Result<Body>> {
  const known = catalogue.measured(reading.metric);
  const got = await ask(reading);
  if (!got.ok) return got;
  const { stepMs, resolution, total, dropped, groups, aggregate } = got.value;
  // How many there are is known however few they are.
  const minimum = aggregate === 'count' ? 0 : (known?.minimum ?? 1);
  const unit = aggregate === 'count' ? 'count' : aggregate === 'rate' ? 'per-second' : (known?.unit ?? 'count');
  const series = groups.map(({ tags, total: of, at, value }): Series => ({ tags, total: figureOf(cellOf(of), minimum), points: pointsOf(at, value) }));
  return ok({ unit, stepMs, resolution, dropped, total: figureOf(cellOf(total), minimum), series });
}

async function answerDerived(derived: Derived, reading: Reading, ask: Ask): Promise<Result<Body>> {
  const reads: Read[] = [];
  const asked = derived.inputs.map(({ metric, aggregate, where = [] }) =>
    ask({ ...reading, metric, aggregate, where: [...reading.where, ...where], aligned: true, limit: INPUT_GROUPS }),
  );
  for (const got of await Promise.all(asked)) {
    if (!got.ok) return got;
    reads.push(got.value);
  }
  const [first] = reads;
  if (!first) return fail('METRICS_FAILED', 'The analytics failed.', { why: `${derived.name} is made of nothing.` });
  const evaluate = (cells: readonly Cell[]): Cell => finite(derived.evaluate(cells));
  const whole = evaluate(reads.map(({ total }) => cellOf(total)));
  const byTags = reads.map(({ groups }) => new Map(groups.map((group) => [JSON.stringify(group.tags), group])));
  const names = new Map<string, Tags>(reads.flatMap(({ groups }) => groups.map(({ tags }) => [JSON.stringify(tags), tags] as const)));
  const series = [...names].map(([key, tags]): Series => {
    const parts = byTags.map((groups) => groups.get(key));
    const total = figureOf(evaluate(parts.map((part) => (part ? cellOf(part.total) : NOTHING))), derived.minimum);
    const steps = parts.find((part) => part !== undefined)?.at ?? new Float64Array();
    const points = Array.from(steps, (at, i): [number, number | null] => [
      at,
      evaluate(parts.map((part) => (part ? cellOf({ value: part.value[i] ?? Number.NaN, n: part.n[i] ?? 0 }) : NOTHING))).value,
    ]);
    return { tags, total, points };
  });
  const largest = series.toSorted((a, b) => (b.total.value ?? -Infinity) - (a.total.value ?? -Infinity));
  const lost = Math.max(...reads.map(({ dropped }) => dropped));
  const shown = largest.slice(0, reading.limit);
  const total = figureOf(whole, derived.minimum);
  return ok({ unit: derived.unit, stepMs: first.stepMs, resolution: first.resolution, total, series: shown, dropped: largest.length - shown.length + lost });
}

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
