/** When a schedule is due. */
import { Cron } from 'croner';
import { fail, ok, type Result } from '#shared/lib/fault.ts';

/** The first moment after `now` that a five-field cron names, in the time of a zone (the machine's when there is none); null when there is none. @returns REPORT_CRON */
export function nextAt(cron: string, now: number, zone?: string): Result<number | null> {
  try {
    return ok(new Cron(cron, { paused: true, mode: '5-part', ...(zone === undefined ? {} : { timezone: zone }) }).nextRun(new Date(now))?.getTime() ?? null);
  } catch (error) {
    return fail('REPORT_CRON', 'The schedule is not a cron expression.', {
      why: error instanceof Error ? error.message : String(error),
      fix: 'Write minute, hour, day of month, month and day of week, such as “0 8 * * 1” for Mondays at 8.',
    });
  }
}
