/** What the overview counts, full-text search, and the audit log. */
import { z } from 'zod';
import { Decision } from '../domain/session.ts';
import { Id, read } from './base.ts';

/** A number that says what it is: value, unit, window, how many things it was counted over, and what is missing when it is null. */
export const Figure = z.object({
  id: z.enum(['merged', 'first-pass', 'cost-per-change', 'blocked', 'coordination']),
  title: z.string(),
  value: z.number().nullable(),
  unit: z.enum(['count', 'ratio', 'usd', 'ms', 'score']),
  /** The same figure over the window before; null when it had not enough data. */
  previous: z.number().nullable(),
  n: z.number().int(),
  /** What `n` counts, e.g. "changes". */
  of: z.string(),
  windowMs: z.number().int(),
  /** Why there is no value, e.g. "needs 10 nodes". */
  missing: z.string().nullable(),
  formula: z.string(),
  spark: z.array(z.number().nullable()),
});
export type Figure = z.infer<typeof Figure>;

export const TimelinePoint = z.object({ at: z.number().int(), outputTokens: z.number().int(), toolCalls: z.number().int(), costUsd: z.number() });

export const SearchHit = z.object({
  kind: z.enum(['task', 'transcript', 'file', 'decision']),
  title: z.string(),
  snippet: z.string(),
  sessionId: z.string().nullable(),
  changeId: z.string().nullable(),
  itemIndex: z.number().int().nullable(),
  path: z.string().nullable(),
  at: z.number().int(),
});
export type SearchHit = z.infer<typeof SearchHit>;

export const insight = {
  overview: read.input(z.object({ repositoryId: Id.optional() })).output(
    z.object({
      figures: z.array(Figure),
      timeline: z.object({
        bucketMs: z.number().int(),
        points: z.array(TimelinePoint),
        marks: z.array(z.object({ at: z.number().int(), label: z.string(), kind: z.enum(['merge', 'failure']) })),
      }),
      computedAt: z.number().int(),
    }),
  ),
  /** The rows behind a figure: where this number comes from. */
  origin: read.input(z.object({ id: Figure.shape.id, repositoryId: Id.optional() })).output(
    z.object({
      figure: Figure,
      inputs: z.array(
        z.object({
          label: z.string(),
          value: z.string(),
          at: z.number().int().nullable(),
          sessionId: z.string().nullable(),
          changeId: z.string().nullable(),
        }),
      ),
    }),
  ),
  search: read
    .input(z.object({ query: z.string().trim().min(1).max(500), limit: z.number().int().min(1).max(200).default(50) }))
    .output(z.object({ hits: z.array(SearchHit), tookMs: z.number() })),
  decisions: read
    .input(z.object({ targetId: Id.optional(), before: z.number().int().optional(), limit: z.number().int().min(1).max(500).default(100) }))
    .output(z.object({ decisions: z.array(Decision) })),
};
