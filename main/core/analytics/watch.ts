/**
 * Answers that are told again when they changed: at most twelve times a second, less often when they are heavy, only those that are others,
 * the latest and never a queue.
 * A query whose range moves with the clock is asked again as its steps go by, also when nothing came.
 */
import type { Answered } from '#shared/contract/analytics.ts';
import type { Query } from '#shared/domain/query.ts';
import { faultOf } from '#shared/lib/fault.ts';
import { Bell, pause } from '../feeds/bell.ts';
import type { Analytics } from './analytics.ts';

const LEAST_MS = 80;
/** Answers are asked for at most this part of the time. */
const BUSY_SHARE = 1 / 4;
/** Bounds of how often a moving range is looked at without news, in milliseconds. */
const STEP_LEAST_MS = 1000;
const STEP_MOST_MS = 60_000;

type Changed = { readonly index: number; readonly answered: Answered };

export async function answerAll(analytics: Analytics, queries: readonly Query[]): Promise<Answered[]> {
  return Promise.all(queries.map((query) => analytics.query(query).then(answeredOf, (error: unknown): Answered => ({ ok: false, fault: faultOf(error) }))));
}

const answeredOf = (result: Awaited<ReturnType<Analytics['query']>>): Answered =>
  result.ok ? { ok: true, answer: result.value } : { ok: false, fault: result.fault };

export async function* watchAnswers(
  analytics: Analytics,
  queries: readonly Query[],
  now: () => number,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ at: number; changed: Changed[] }, void, void> {
  const bell = new Bell();
  const opened = await analytics.open();
  const readFrom = opened.ok ? opened.value.parts.readFrom : (metric: string): string[] => [metric];
  const metrics = queries.map(({ metric }) => readFrom(metric));
  const dirty = new Set<number>(queries.keys());
  const told = queries.map(() => '');
  const dueAt = queries.map(() => 0);
  const off = analytics.changes.on((changed) => {
    let any = false;
    for (const [index, names] of metrics.entries()) {
      if (!names.some((name) => changed.has(name))) continue;
      dirty.add(index);
      any = true;
    }
    if (any) bell.ring();
  });
  try {
    for (;;) {
      const began = performance.now();
      for (const [index, due] of dueAt.entries()) if (due <= began) dirty.add(index);
      const asked = [...dirty];
      dirty.clear();
      const answers = await answerAll(
        analytics,
        asked.flatMap((index) => queries[index] ?? []),
      );
      const at = now();
      const changed: Changed[] = [];
      for (const [place, answered] of answers.entries()) {
        const index = asked[place] ?? 0;
        dueAt[index] = nextLook(queries[index], answered, performance.now());
        const key = keyOf(answered);
        if (told[index] === key) continue;
        told[index] = key;
        changed.push({ index, answered });
      }
      if (changed.length > 0) yield { at, changed };
      const took = performance.now() - began;
      await pause(Math.max(LEAST_MS, took / BUSY_SHARE) - took, signal);
      if (!(await bell.wait(signal, Math.max(0, Math.min(...dueAt) - performance.now())))) return;
    }
  } finally {
    off();
  }
}

/** What is another when somebody would see it: the time it took is not. */
const keyOf = (answered: Answered): string => (answered.ok ? JSON.stringify({ ...answered.answer, from: 0, to: 0, tookMs: 0 }) : JSON.stringify(answered));

function nextLook(query: Query | undefined, answered: Answered, now: number): number {
  if (!answered.ok) return now + STEP_MOST_MS;
  if (query?.range.kind !== 'last') return Number.POSITIVE_INFINITY;
  const stepMs = query.points > 0 ? answered.answer.stepMs : query.range.ms / 60;
  return now + Math.min(STEP_MOST_MS, Math.max(STEP_LEAST_MS, stepMs));
}
