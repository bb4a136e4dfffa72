/** Words and defaults of reports. Pure; the clock is an argument. */
import type { ReportFormat, ReportSchedule, ReportSection, ReportSpec } from '#shared/domain/report.ts';
import { systemZone } from '#shared/lib/zone.ts';

export type Schedule = ReportSchedule;

export const sections: readonly { id: ReportSection; label: string }[] = [
  { id: 'summary', label: 'Summary' },
  { id: 'cost', label: 'Cost' },
  { id: 'throughput', label: 'Throughput' },
  { id: 'quality', label: 'Quality' },
  { id: 'reviews', label: 'Reviews' },
  { id: 'people', label: 'People' },
  { id: 'connections', label: 'Connections' },
  { id: 'trends', label: 'Trends' },
  { id: 'alerts', label: 'Alerts' },
  { id: 'errors', label: 'Errors' },
];

export const formats: readonly { id: ReportFormat; label: string }[] = [
  { id: 'html', label: 'HTML' },
  { id: 'pdf', label: 'PDF' },
  { id: 'md', label: 'Markdown' },
  { id: 'csv', label: 'CSV' },
  { id: 'json', label: 'JSON' },
];

const DAY = 86_400_000;

/** The midnight a moment's day begins with, local. */
export function midnight(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** A day some days later, local: days with a change of the clock are shorter or longer. */
export function daysLater(at: number, days: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/** The seven whole days before today, everything in it, as HTML, PDF and Markdown. */
export function weekOfTeam(now: number): { spec: ReportSpec; formats: ReportFormat[] } {
  const to = midnight(now);
  const from = daysLater(to, -7);
  return {
    spec: {
      title: `Week of the team, ${dayText(from)} to ${dayText(to - DAY / 2)}`,
      from,
      to,
      sections: sections.map((one) => one.id),
      repositoryId: null,
      zone: systemZone(),
    },
    formats: ['html', 'pdf', 'md'],
  };
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
export const dayText = (at: number): string => day.format(at);

export const formatLabel = (format: ReportFormat): string => formats.find((one) => one.id === format)?.label ?? format;

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The times offered for schedules; any other is written as cron. */
export const times: readonly { id: string; label: string }[] = [
  { id: '0 8 * * 1', label: 'Mondays at 8:00' },
  { id: '0 8 * * 1-5', label: 'Weekdays at 8:00' },
  { id: '0 8 * * *', label: 'Every day at 8:00' },
  { id: '0 8 1 * *', label: 'The first of the month at 8:00' },
];

/** A cron line in words where it is a plain one, else as it is. */
export function cronText(cron: string): string {
  const known = times.find((one) => one.id === cron);
  if (known) return known.label;
  const [minute = '', hour = '', dayOfMonth = '', month = '', weekday = ''] = cron.trim().split(/\s+/);
  if (!/^\d+$/.test(minute) || !/^\d+$/.test(hour) || month !== '*') return cron;
  const clock = `${hour}:${minute.padStart(2, '0')}`;
  if (dayOfMonth === '*' && weekday === '*') return `Every day at ${clock}`;
  if (dayOfMonth === '*' && /^[0-7]$/.test(weekday)) return `${WEEKDAYS[Number(weekday) % 7]}s at ${clock}`;
  return dayOfMonth !== '*' && weekday === '*' && /^\d+$/.test(dayOfMonth) ? `Day ${dayOfMonth} of the month at ${clock}` : cron;
}

/** Five fields of digits and signs: what the core then checks in full. */
export const looksLikeCron = (text: string): boolean => /^(?:[\d*,/-]+\s+){4}[\d*,/-]+$/.test(text.trim());
