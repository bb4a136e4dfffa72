/** How numbers, times and money are written everywhere: views, the command line, notifications. Pure; the clock is an argument. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Formatters are costly to make and cheap to use: a list formats hundreds of times a second.
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const fullDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const exactParts = { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
const exact = new Intl.DateTimeFormat('en-GB', exactParts);

const trimmed = (value: number, digits: number): string => value.toFixed(digits).replace(/\.0+$/, '');

/** A count to the last digit: `4,030`, `41,200`. */
export const formatWhole = (value: number): string => whole.format(value);

/** A count: exact below 10,000, then `12.3k`, `412k`, `3.1M`. */
export function formatCount(value: number): string {
  const size = Math.abs(value);
  if (size < 10_000) return whole.format(value);
  if (size < 100_000) return `${trimmed(value / 1000, 1)}k`;
  if (size < 999_500) return `${Math.round(value / 1000)}k`;
  if (size < 99_950_000) return `${trimmed(value / 1_000_000, 1)}M`;
  return `${whole.format(value / 1_000_000)}M`;
}

/** US dollars to the cent; an amount above zero that rounds to nothing is said as `<$0.01`. */
export function formatMoney(usd: number): string {
  if (usd > 0 && usd < 0.005) return '<$0.01';
  const sign = usd < 0 ? '−' : '';
  return `${sign}$${cents.format(Math.abs(usd))}`;
}

/** Elapsed time in milliseconds as a clock: `0:07`, `5:28`, `1:05:28`. Negative counts as nothing. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const s = String(seconds % 60).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${s}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${s}`;
}

/** A short measured time in milliseconds: `38 ms`, `0.4 s`, `18.2 s`, from a minute on the clock form. */
export function formatShort(ms: number): string {
  if (ms < 100) return `${Math.max(0, Math.round(ms))} ms`;
  return ms < 59_950 ? `${(ms / SECOND).toFixed(1)} s` : formatDuration(ms);
}

/** A span in milliseconds in words of its largest unit: `now`, `40 s`, `14 min`, `2 h`, `3 d`. */
export function formatAge(ms: number): string {
  if (ms < 5 * SECOND) return 'now';
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** A moment as people say it: relative up to a day, then the date. `now` and `at` are milliseconds since the epoch. */
export function formatRelative(at: number, now: number): string {
  const age = now - at;
  if (age < DAY) return age < 5 * SECOND ? 'now' : `${formatAge(age)} ago`;
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? dayOfYear : fullDay).format(at);
}

/** The exact moment, local or in a time zone, for hovers and logs: `23 Nov 2026, 14:05:09`. */
export function formatExact(at: number, timeZone?: string): string {
  return timeZone === undefined ? exact.format(at) : new Intl.DateTimeFormat('en-GB', { ...exactParts, timeZone }).format(at);
}

/** Bytes in decimal units: `512 B`, `8.1 kB`, `281 MB`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = Math.max(0, bytes);
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit > 0 && value < 10 ? trimmed(value, 1) : Math.round(value)} ${units[unit]}`;
}

/** A share from 0 to 1 as whole percent: `72 %`. */
export const formatPercent = (share: number): string => `${Math.round(share * 100)} %`;

/** A count with its noun: `1 file`, `3 files`. The plural is the noun with an s unless given. */
export const plural = (count: number, noun: string, many: string = `${noun}s`): string => `${formatCount(count)} ${count === 1 ? noun : many}`;

/** A difference with its sign, as the printed form of its size: `+3`, `−$0.08`; empty when it prints as zero. */
export function formatChange(difference: number, print: (size: number) => string): string {
  const size = print(Math.abs(difference));
  if (size === print(0)) return '';
  return `${difference < 0 ? '−' : '+'}${size}`;
}
