/** The built-in load test: what is asked, how it goes, what came out against the KPIs. Times are milliseconds. */
import { z } from 'zod';
import { Quantiles } from './connection.ts';

export const LoadOptions = z.object({
  clients: z.number().int().min(1).max(5000).default(1000),
  seconds: z.number().int().min(1).max(3600).default(60),
  /** Logical streams that the host sends events on, over all clients. */
  sessions: z.number().int().min(1).max(10_000).default(1000),
  /** Host to test: `own` (one of this version, started on loopback for the test and ended afterwards), the id of a registered host, or an address. */
  host: z.string().max(2048).default('own'),
});
export type LoadOptions = z.infer<typeof LoadOptions>;

/** One second of the run; of a long one every second, fourth … second is kept, and a point tells of all seconds since the one before. */
export const LoadPoint = z.object({
  second: z.number().int(),
  ready: z.number().int(),
  eventsPerSecond: z.number(),
  callsPerSecond: z.number(),
  latencyP95Ms: z.number().nullable(),
  failures: z.number().int(),
  loopDelayP99Ms: z.number().nullable(),
});
export type LoadPoint = z.infer<typeof LoadPoint>;

export const Kpi = z.object({
  name: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  op: z.enum(['<=', '>=']),
  goal: z.number(),
  holds: z.boolean(),
  n: z.number().int(),
});
export type Kpi = z.infer<typeof Kpi>;

export const LoadReport = z.object({
  id: z.string(),
  status: z.enum(['running', 'done', 'cancelled', 'failed', 'interrupted']),
  startedAt: z.number().int(),
  endedAt: z.number().int().nullable(),
  options: LoadOptions,
  progress: z.number().min(0).max(1),
  points: z.array(LoadPoint),
  dial: Quantiles,
  call: Quantiles,
  eventLatency: Quantiles,
  lost: z.number().int(),
  doubled: z.number().int(),
  kpis: z.array(Kpi),
  passed: z.boolean().nullable(),
  detail: z.string(),
});
export type LoadReport = z.infer<typeof LoadReport>;
