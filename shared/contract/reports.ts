/** Reports: made now or on a schedule, in files that stand alone. */
import { z } from 'zod';
import { MadeReport, ReportFormat, ReportSchedule, ReportSpec } from '../domain/report.ts';
import { act, Done, Id, None, read } from './base.ts';

export const reports = {
  list: read.input(None).output(z.object({ reports: z.array(MadeReport), schedules: z.array(ReportSchedule) })),
  make: act.input(z.object({ spec: ReportSpec, formats: z.array(ReportFormat).min(1) })).output(MadeReport),
  /** One file of a made report, base64. */
  file: read.input(z.object({ id: Id, format: ReportFormat })).output(z.object({ name: z.string(), type: z.string(), base64: z.string() })),
  remove: act.input(z.object({ id: Id })).output(Done),
  saveSchedule: act.input(ReportSchedule.omit({ id: true, nextAt: true, lastAt: true, lastFault: true }).extend({ id: Id.optional() })).output(ReportSchedule),
  removeSchedule: act.input(z.object({ id: Id })).output(Done),
};
