/** The course of one session over its own time, counted from its stored events. Pure. */
import { z } from 'zod';
import type { Unit } from '#shared/domain/metric.ts';
import { SessionEvent } from '#shared/domain/session-event.ts';
import type { Points } from '../model/lines.ts';

export const measures = [
  { id: 'tokens', title: 'Tokens so far', unit: 'tokens', how: 'input, cache and output tokens of its usage events, runs added up' },
  { id: 'cost', title: 'Cost so far', unit: 'usd', how: 'cost of its usage events, runs added up' },
  { id: 'context', title: 'Context', unit: 'tokens', how: 'tokens in the context window, of its usage events' },
  { id: 'calls', title: 'Tool calls so far', unit: 'count', how: 'its tool calls' },
] as const satisfies readonly { id: string; title: string; unit: Unit; how: string }[];
export type Measure = (typeof measures)[number]['id'];

type Sums = { readonly tokens: number; readonly cost: number | null };
type Moment = { readonly at: number; readonly values: Readonly<Record<Measure, number | null>> };
export type Course = {
  readonly seq: number;
  readonly moments: readonly Moment[];
  readonly ended: Sums;
  readonly run: Sums;
  readonly calls: number;
  readonly context: number | null;
};

const none: Sums = { tokens: 0, cost: null };
export const nothing: Course = { seq: 0, moments: [], ended: none, run: none, calls: 0, context: null };

const Stored = z.object({ seq: z.number(), at: z.number(), event: SessionEvent });
const added = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b);
const plus = (a: Sums, b: Sums): Sums => ({ tokens: a.tokens + b.tokens, cost: added(a.cost, b.cost) });

/** One page more of stored events. What this version does not know counts nothing. */
export function fold(course: Course, page: readonly unknown[]): Course {
  let { seq, ended, run, calls, context } = course;
  const moments = [...course.moments];
  for (const one of page) {
    const read = Stored.safeParse(one);
    if (!read.success) continue;
    const { event, at } = read.data;
    seq = read.data.seq;
    if (event.kind === 'started') {
      // Usage counts from the beginning of a run: what the run before came to stays.
      ended = plus(ended, run);
      run = none;
    } else if (event.kind === 'usage') {
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, costUsd, contextTokens } = event.usage;
      run = { tokens: inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens, cost: costUsd };
      context = contextTokens ?? context;
    } else if (event.kind === 'tool_call') calls += 1;
    else continue;
    const all = plus(ended, run);
    moments.push({ at, values: { tokens: all.tokens, cost: all.cost, context, calls } });
  }
  return { seq, moments, ended, run, calls, context };
}

/** Points of one measure, milliseconds since `from`, at most `most`: the last value of each step. */
export function pointsOf({ moments }: Course, measure: Measure, from: number, most: number): Points {
  const points: [number, number | null][] = [];
  const last = moments.at(-1);
  if (!last) return points;
  const step = Math.max(1, (last.at - from) / Math.max(1, most));
  let bucket = -1;
  for (const { at, values } of moments) {
    const point: [number, number | null] = [Math.max(0, at - from), values[measure]];
    const now = Math.floor((at - from) / step);
    if (now === bucket) points[points.length - 1] = point;
    else points.push(point);
    bucket = now;
  }
  return points;
}
