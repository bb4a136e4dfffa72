/** Spans of time figures are counted over; `from` is in, `to` is out. Milliseconds since the epoch. */
export type Span = { readonly from: number; readonly to: number };

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The window that counts, the one before it, and the windows of the small curve, oldest first. */
export type Windows = { readonly current: Span; readonly previous: Span; readonly spark: readonly Span[] };

/** The last `length` milliseconds, the same length before, and the last `length` in `steps` equal parts. */
export function rolling(now: number, length: number, steps: number): Windows {
  const step = length / steps;
  return {
    current: { from: now - length, to: now },
    previous: { from: now - 2 * length, to: now - length },
    spark: Array.from({ length: steps }, (_, index) => ({ from: now - length + index * step, to: now - length + (index + 1) * step })),
  };
}

/** Since local midnight, yesterday up to the same time of day, and the last `days` whole days with today. */
export function today(now: number, days: number): Windows {
  const midnight = (back: number): number => {
    const day = new Date(now);
    return new Date(day.getFullYear(), day.getMonth(), day.getDate() - back).getTime();
  };
  const start = midnight(0);
  return {
    current: { from: start, to: now },
    previous: { from: midnight(1), to: midnight(1) + (now - start) },
    spark: Array.from({ length: days }, (_, index) => ({ from: midnight(days - 1 - index), to: index === days - 1 ? now : midnight(days - 2 - index) })),
  };
}
