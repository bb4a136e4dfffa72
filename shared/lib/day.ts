/** Days of the local calendar, in milliseconds since the epoch. */

/** Midnight at or before `now`. */
export function startOfDay(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}

/** The first midnight after `now`; a day may have 23 or 25 hours. */
export function endOfDay(now: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
}
