/** Reports: a period and sections, written once or on a schedule, in files that need nothing else. */
import { z } from 'zod';
import { Zone } from './zone.ts';

export const ReportSection = z.enum(['summary', 'cost', 'throughput', 'quality', 'reviews', 'people', 'connections', 'trends', 'alerts', 'errors']);
export type ReportSection = z.infer<typeof ReportSection>;
export const ReportFormat = z.enum(['html', 'pdf', 'md', 'csv', 'json']);
export type ReportFormat = z.infer<typeof ReportFormat>;

export const ReportSpec = z.object({
  title: z.string().min(1).max(120),
  from: z.number().int(),
  to: z.number().int(),
  sections: z.array(ReportSection).min(1),
  repositoryId: z.string().max(100).nullable().default(null),
  /** Time zone of its days and times; absent: that of the core's machine. */
  zone: Zone.optional(),
});
export type ReportSpec = z.infer<typeof ReportSpec>;

export const ReportSchedule = z.object({
  id: z.string(),
  title: z.string().min(1).max(120),
  /** Five-field cron in the time of `zone`. */
  cron: z.string().min(9).max(100),
  /** Time zone of the schedule and its reports; absent: that of the core's machine. */
  zone: Zone.optional(),
  /** The period ends when it runs and goes back so many days, to the same time of the clock. */
  days: z.number().int().min(1).max(366),
  sections: z.array(ReportSection).min(1),
  formats: z.array(ReportFormat).min(1),
  enabled: z.boolean(),
  nextAt: z.number().int().nullable(),
  lastAt: z.number().int().nullable(),
  lastFault: z.string().nullable(),
});
export type ReportSchedule = z.infer<typeof ReportSchedule>;

/** A report that was made; its files lie in the data folder. */
export const MadeReport = z.object({
  id: z.string(),
  title: z.string(),
  madeAt: z.number().int(),
  spec: ReportSpec,
  formats: z.array(ReportFormat),
  bytes: z.number().int(),
  /** What has to be said of how it was made, such as that it is late; empty when nothing. */
  note: z.string().default(''),
});
export type MadeReport = z.infer<typeof MadeReport>;

/** The weekly report of the team: Mondays at 8, the seven days before. */
export const weeklyReport = {
  title: 'Weekly team report',
  cron: '0 8 * * 1',
  days: 7,
  sections: ReportSection.options,
  formats: ['html', 'pdf'],
  enabled: true,
} satisfies Omit<ReportSchedule, 'id' | 'nextAt' | 'lastAt' | 'lastFault'>;
