/** What the trend thread is asked and answers: trends take seconds over long series, and nothing else must wait for them. */
import { z } from 'zod';
import { Unit } from '#shared/domain/metric.ts';
import { Zone } from '#shared/domain/zone.ts';
import { TrendSummary } from '#shared/domain/trend.ts';

const Points = z.array(z.tuple([z.number(), z.number().nullable()]));
export const TrendWork = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('analyse'),
    points: Points,
    baseline: Points.nullable(),
    better: z.enum(['more', 'less']).nullable(),
    unit: Unit,
    zone: Zone.optional(),
  }),
  z.object({ do: z.literal('csv'), csv: z.string() }),
]);
export type TrendWork = z.infer<typeof TrendWork>;
export const ToTrends = z.object({ id: z.number(), work: TrendWork });

export const Analysed = z.object({
  summary: TrendSummary,
  regression: z.object({ change: z.number(), low: z.number(), high: z.number(), p: z.number(), sentence: z.string() }).nullable(),
});
export type Analysed = z.infer<typeof Analysed>;

export const Scored = z.object({ points: z.array(z.object({ at: z.number(), value: z.number(), score: z.number() })), summary: TrendSummary });
export type Scored = z.infer<typeof Scored>;
