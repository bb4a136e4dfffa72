/**
 * Answers queries by session or task from the ledger itself: the analytics' own series do not tell sessions apart, of which there are ever
 * more. The same reading and folding as everywhere, over samples that were read from the store.
 */
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { Filter, Answer, Query } from '#shared/domain/query.ts';
import type { LedgerQuestion, LedgerSamples } from '#store/insight/ledger.ts';
import { kindOf } from '../catalogue/index.ts';
import { answerQuery } from '../query/answer.ts';
import type { Catalogue } from '../query/catalogue.ts';
import { read, type Readable } from '../query/read.ts';

type Fetch = (question: Omit<LedgerQuestion, 'most'>) => Promise<Result<LedgerSamples>>;

export const isScope = (tag: string): tag is 'session' | 'task' => tag === 'session' || tag === 'task';

/** The filters the ledger itself applies. */
export const scopeOf = (where: readonly Filter[]): LedgerQuestion['scope'] =>
  where.flatMap(({ tag, op, values }) => (isScope(tag) ? [{ tag, op, values }] : []));

/** @returns also METRICS_TOO_MUCH when the range has more samples than one answer can be made of */
export function answerFromLedger(query: Query, catalogue: Catalogue, fetch: Fetch, now: number): Promise<Result<Answer>> {
  return answerQuery(
    query,
    catalogue,
    async (reading) => {
      const got = await fetch({ metric: reading.metric, from: reading.from, to: reading.to, scope: scopeOf(reading.where) });
      if (!got.ok) return got;
      if (got.value.more) {
        return fail('METRICS_TOO_MUCH', 'There is too much in this range to tell sessions apart.', { fix: 'Choose a shorter range, or name one session.' });
      }
      return ok(read(sourceOf(reading.metric, got.value), reading));
    },
    now,
  );
}

/** Samples as a source of readings: nothing of them is sealed. */
function sourceOf(metric: string, { tags, series, at, value }: LedgerSamples): Readable {
  const kind = kindOf(metric) ?? 'counter';
  const samples: [number, number][][] = tags.map(() => []);
  for (const [i, place] of series.entries()) samples[place]?.push([at[i] ?? 0, value[i] ?? 0]);
  return {
    snapshot: (work) => work(),
    series: (_metric, where) =>
      tags
        .map((own, id) => ({ id, tags: own, kind }))
        .filter((each) => where.every(({ tag, op, values }) => values.includes(each.tags[tag] ?? '') === (op === 'is'))),
    steps: () => [],
    sealed: () => [],
    hot: (id, from, to) => (samples[id] ?? []).filter(([time]) => time >= from && time < to),
  };
}
