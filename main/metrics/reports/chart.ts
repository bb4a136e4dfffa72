/** A chart as lines, texts and marks on a plane: drawn once here, put on the page and on paper in the same way. Pure. */
import { axisPrinter, valueTicks } from '#shared/lib/units.ts';
import { beginOfDay, dayOf, endOfStep, offsetMs } from '#shared/lib/zone.ts';
import type { ReportChart } from './report.ts';

export const WIDTH = 640;
export const HEIGHT = 190;
const LEFT = 56;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 22;

/** Place of a colour in the palette; from the ninth line on dashes tell them apart. */
export type Ink = number | 'axis' | 'text';
export type Mark =
  | { readonly kind: 'line'; readonly ink: Ink; readonly points: readonly (readonly [number, number])[] }
  | { readonly kind: 'dot'; readonly ink: Ink; readonly x: number; readonly y: number }
  | { readonly kind: 'text'; readonly x: number; readonly y: number; readonly anchor: 'start' | 'middle' | 'end'; readonly text: string };

const DAY = 86_400_000;
/** Steps between marks of time, in milliseconds. */
const STEPS = [
  60_000,
  300_000,
  900_000,
  3_600_000,
  10_800_000,
  21_600_000,
  43_200_000,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  182 * DAY,
  365 * DAY,
];
const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;
const DATE = { day: 'numeric', month: 'short' } as const;
const MONTH = { month: 'short', year: '2-digit' } as const;

/** Top left is 0, 0; sizes are those of `WIDTH` and `HEIGHT`. */
export function drawn({
  lines,
  unit,
  from,
  to,
  stepMs,
  timeZone,
  days,
}: Pick<ReportChart, 'lines' | 'unit' | 'from' | 'to' | 'stepMs' | 'timeZone' | 'days'>): Mark[] {
  // A step that began before or ends after holds less than the others: drawn, it would look like a fall.
  const isWhole = (at: number): boolean => at >= from && endOfStep(at, stepMs, days) <= to;
  const isCut = lines.some(({ points }) => points.filter(([at]) => isWhole(at)).length > 1);
  const values = lines.flatMap(({ points }) => points.flatMap(([, value]) => (value === null ? [] : [value])));
  const ticks = valueTicks(unit, Math.min(0, ...values), Math.max(0, ...values), 5);
  const print = axisPrinter(unit, ticks);
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const y = (value: number): number => TOP + (1 - (value - low) / (high - low || 1)) * (HEIGHT - TOP - BOTTOM);
  const x = (at: number): number => LEFT + (Math.min(Math.max(at, from), to) - from) * ((WIDTH - LEFT - RIGHT) / Math.max(1, to - from));
  const marks: Mark[] = [];
  for (const tick of ticks) {
    marks.push({
      kind: 'line',
      ink: 'axis',
      points: [
        [LEFT, y(tick)],
        [WIDTH - RIGHT, y(tick)],
      ],
    });
    marks.push({ kind: 'text', x: LEFT - 6, y: y(tick) + 3.5, anchor: 'end', text: print(tick) });
  }
  for (const { at, text } of timeTicks(from, to, timeZone)) marks.push({ kind: 'text', x: x(at), y: HEIGHT - 6, anchor: 'middle', text });
  lines.forEach(({ points }, ink) => {
    // What has no value is a gap, not a line across it.
    let run: (readonly [number, number])[] = [];
    const finish = (): void => {
      const [first] = run;
      if (run.length > 1) marks.push({ kind: 'line', ink, points: run });
      else if (first) marks.push({ kind: 'dot', ink, x: first[0], y: first[1] });
      run = [];
    };
    for (const [at, value] of points) {
      if (value === null || (isCut && !isWhole(at))) finish();
      else run.push([x(at), y(value)]);
    }
    finish();
  });
  return marks;
}

/** At most seven moments of the zone's calendar, far enough from the ends to be read. */
function timeTicks(from: number, to: number, timeZone: string): { at: number; text: string }[] {
  const span = to - from;
  const step = STEPS.find((size) => span / size <= 7) ?? 365 * DAY;
  const [clock, date, month] = [CLOCK, DATE, MONTH].map((parts) => new Intl.DateTimeFormat('en-GB', { ...parts, timeZone }));
  const format = step < DAY ? clock : step < 91 * DAY ? date : month;
  const found: { at: number; text: string }[] = [];
  for (const at of momentsOf(from, to, step, timeZone)) {
    const isMidnight = (at + offsetMs(timeZone, at)) % DAY === 0;
    if (at - from > span * 0.02 && to - at > span * 0.03) found.push({ at, text: (step < DAY && isMidnight ? date : format)?.format(at) ?? '' });
  }
  return found;
}

/** Where the clock of the zone shows a multiple of the step; of days, where each begins. */
function* momentsOf(from: number, to: number, step: number, zone: string): Iterable<number> {
  if (step >= DAY) {
    const length = step / DAY;
    for (let day = Math.ceil(dayOf(zone, from) / length) * length; beginOfDay(zone, day) <= to; day += length) yield beginOfDay(zone, day);
    return;
  }
  const offset = offsetMs(zone, from);
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) yield at;
}
