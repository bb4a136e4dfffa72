/** What the trend engine says of one series: direction with its confidence, season, forecast, where it changed, what was unusual. */
import { z } from 'zod';

export const ChangePoint = z.object({ at: z.number(), before: z.number(), after: z.number(), confidence: z.number().min(0).max(1) });
export const Anomaly = z.object({
  from: z.number(),
  to: z.number(),
  /** Highest score in it, 0–1, from what came before alone. */
  score: z.number().min(0).max(1),
  expected: z.number(),
  actual: z.number(),
  /** What changed, when, by how much. */
  sentence: z.string(),
});

/** Null parts: not enough data. Slopes are in units of the value per day. */
export const TrendSummary = z.object({
  n: z.number().int(),
  from: z.number().nullable(),
  to: z.number().nullable(),
  /** Theil–Sen slope with its 95 % interval, and Mann–Kendall's p. */
  slope: z.object({ perDay: z.number(), low: z.number(), high: z.number(), p: z.number(), r2: z.number() }).nullable(),
  season: z.object({ periodMs: z.number(), strength: z.number() }).nullable(),
  forecast: z.array(z.object({ at: z.number(), value: z.number(), low: z.number(), high: z.number() })),
  changePoints: z.array(ChangePoint),
  anomalies: z.array(Anomaly),
});
export type TrendSummary = z.infer<typeof TrendSummary>;
