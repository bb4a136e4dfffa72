/**
 * Days of the calendar of a time zone (IANA name), by the zone data of the JavaScript engine. Times are milliseconds since the epoch; a day
 * is a number: the days between its date and the first of January 1970. A day may have 23 or 25 hours, begin at one o'clock, or be left out.
 */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The zone of this machine. */
export const systemZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Names are remembered up to this many: the engine takes each in any mixture of capitals. */
const REMEMBERED = 200;
const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a name the engine does not know */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...parts });
    if (formats.size >= REMEMBERED) formats.clear();
    formats.set(zone, format);
  }
  return format;
}

/** Whether the engine knows a time zone of this name. */
export function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What is added to universal time for the local time of the zone. */
export function offsetMs(zone: string, at: number): number {
  if (zone === 'UTC') return 0;
  const second = Math.floor(at / 1000) * 1000;
  const field: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(second)) field[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = field;
  return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
}

/** The day a moment belongs to. */
export const dayOf = (zone: string, at: number): number => Math.floor((at + offsetMs(zone, at)) / DAY);

/** The first moment of a day; of one that the zone left out, the first moment after it. */
export const beginOfDay = (zone: string, day: number): number => momentOf(zone, day * DAY);

/** The first moment at which the clock of the zone shows a time or a later one. @param local that time, as if it were universal */
export function momentOf(zone: string, local: number): number {
  // Local time is between 12 h behind and 14 h ahead: one moment that lies before this time, one after it.
  const [before, after] = [offsetMs(zone, local - 15 * HOUR), offsetMs(zone, local + 13 * HOUR)];
  if (before === after) return local - before;
  const early = local - Math.max(before, after);
  const late = local - Math.min(before, after);
  // What comes twice begins with the first.
  if (localOf(zone, early) === local) return early;
  if (localOf(zone, late - 1) < local && localOf(zone, late) >= local) return late;
  // The clock is put ahead over it: it begins when that is done.
  let [out, within] = [early, late];
  while (within - out > 1) {
    const middle = Math.floor((out + within) / 2);
    if (localOf(zone, middle) < local) out = middle;
    else within = middle;
  }
  return within;
}

const localOf = (zone: string, at: number): number => at + offsetMs(zone, at);

/** So many days before a moment, at the same time of the clock. */
export function daysBefore(zone: string, at: number, days: number): number {
  const then = at - days * DAY;
  return then + offsetMs(zone, at) - offsetMs(zone, then);
}

/** When a step that begins at `at` ends. @param days the zone whose days steps are, or divide; null for steps of the clock */
export function endOfStep(at: number, stepMs: number, days: string | null): number {
  if (days === null) return at + stepMs;
  if (stepMs >= DAY) return beginOfDay(days, dayOf(days, at) + stepMs / DAY);
  // Where the clock was put ahead over its beginning a step begins later than it would.
  return momentOf(days, Math.floor(localOf(days, at) / stepMs) * stepMs + stepMs);
}
