/** What the reading thread can be asked. Input and output are parsed on both sides of the thread. */
import { z, type ZodType } from 'zod';
import { Figure, SearchHit, TimelinePoint } from '#shared/contract/insight.ts';
import { Fault } from '#shared/lib/fault.ts';
import { LedgerQuestion, LedgerSamples, OriginQuestion, OriginRow } from './ledger.ts';

export type Job<I, O> = {
  readonly name: string;
  readonly input: ZodType<I>;
  readonly output: ZodType<O>;
  /** Longest time it may take, in milliseconds. */ readonly limitMs: number;
};

const scope = { repositoryId: z.string().nullable(), now: z.number() };

const Overview = z.object({
  figures: z.array(Figure),
  timeline: z.object({
    bucketMs: z.number().int(),
    points: z.array(TimelinePoint),
    marks: z.array(z.object({ at: z.number().int(), label: z.string(), kind: z.enum(['merge', 'failure']) })),
  }),
  computedAt: z.number().int(),
});
export type Overview = z.infer<typeof Overview>;

const Origin = z.object({
  figure: Figure,
  inputs: z.array(
    z.object({ label: z.string(), value: z.string(), at: z.number().int().nullable(), sessionId: z.string().nullable(), changeId: z.string().nullable() }),
  ),
});
export type Origin = z.infer<typeof Origin>;

const Found = z.object({ hits: z.array(SearchHit), tookMs: z.number() });
export type Found = z.infer<typeof Found>;

const job = <I, O>(name: string, input: ZodType<I>, output: ZodType<O>, limitMs: number): Job<I, O> => ({ name, input, output, limitMs });

export const overviewJob = job('overview', z.object(scope), Overview, 20_000);
export const originJob = job('origin', z.object({ ...scope, id: Figure.shape.id }), Origin, 20_000);
export const searchJob = job('search', z.object({ query: z.string(), limit: z.number().int() }), Found, 10_000);
export const ledgerJob = job('ledger', LedgerQuestion, LedgerSamples, 20_000);
export const ledgerOriginsJob = job('ledger-origins', OriginQuestion, z.array(OriginRow), 20_000);
/** Reads every page of the file: the verdict is `ok` or what is wrong. */
export const checkJob = job('check', z.object({}), z.string(), 600_000);

/** Writes the log back into the database. Answers with the pages of the log that were not written back. */
export const checkpointJob = job('checkpoint', z.object({}), z.number().int(), 60_000);

/** Writes a copy of the whole database and answers with its path. */
export const backupJob = job('backup', z.object({ now: z.number() }), z.string(), 600_000);

export const Ask = z.object({ id: z.number(), job: z.string(), input: z.unknown() });
export type Ask = z.infer<typeof Ask>;
export const Answer = z.discriminatedUnion('ok', [
  z.object({ id: z.number(), ok: z.literal(true), value: z.unknown() }),
  z.object({ id: z.number(), ok: z.literal(false), fault: Fault }),
]);
export type Answer = z.infer<typeof Answer>;
