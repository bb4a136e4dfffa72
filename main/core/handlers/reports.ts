/** Reports: made now or on a schedule, read, removed. */
import { unwrap } from '#shared/lib/fault.ts';
import type { LateOs } from '../late-os.ts';
import { record } from '../record.ts';
import type { Services } from '../services.ts';

export const reportHandlers = (os: LateOs, services: Services) => {
  const { reporting } = services;
  return {
    list: os.reports.list.handler(async () => (await reporting.get()).list()),
    make: os.reports.make.handler(async ({ input, context }) => {
      const report = unwrap(await (await reporting.get()).make(input.spec, input.formats));
      record(services, context, 'report.make', 'report', report.id, `${report.title} (${report.formats.join(', ')})`);
      return report;
    }),
    file: os.reports.file.handler(async ({ input }) => unwrap((await reporting.get()).file(input.id, input.format))),
    remove: os.reports.remove.handler(async ({ input, context }) => {
      const { id, title } = unwrap((await reporting.get()).remove(input.id));
      record(services, context, 'report.remove', 'report', id, title);
      return {};
    }),
    saveSchedule: os.reports.saveSchedule.handler(async ({ input, context }) => {
      const schedule = unwrap((await reporting.get()).saveSchedule(input));
      record(
        services,
        context,
        'report-schedule.save',
        'report-schedule',
        schedule.id,
        `${schedule.title}: ${schedule.cron}${schedule.enabled ? '' : ', off'}`,
      );
      return schedule;
    }),
    removeSchedule: os.reports.removeSchedule.handler(async ({ input, context }) => {
      const { id, title } = unwrap((await reporting.get()).removeSchedule(input.id));
      record(services, context, 'report-schedule.remove', 'report-schedule', id, title);
      return {};
    }),
  };
};
