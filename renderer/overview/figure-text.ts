/** How a figure is printed: value, unit, change against the window before, window and n. Pure. */
import type { Figure } from '#shared/contract/insight.ts';
import { formatAge, formatChange, formatCount, formatDuration, formatMoney } from '#shared/lib/format.ts';

/** For these, less is better. */
const LESS_IS_BETTER = new Set<Figure['id']>(['cost-per-change', 'blocked']);

/** A value of the figure's unit. */
export function printValue(unit: Figure['unit'], value: number): string {
  switch (unit) {
    case 'count':
      return formatCount(value);
    case 'ratio':
      return `${Math.round(value * 100)} %`;
    case 'usd':
      return formatMoney(value);
    case 'score':
      return value.toFixed(2);
    case 'ms':
      return value < 3_600_000 && value >= 60_000 ? formatAge(value) : value < 60_000 ? `${Math.round(value / 1000)} s` : formatDuration(value);
  }
}

/** The change against the window before, and whether it is for the better; null when there is none to say. */
export function printChange(figure: Figure): { text: string; good: boolean } | null {
  if (figure.value === null || figure.previous === null) return null;
  const difference = figure.value - figure.previous;
  const text =
    figure.unit === 'ratio'
      ? formatChange(Math.round(difference * 100), (size) => `${size} pp`)
      : formatChange(difference, (size) => (size === 0 ? printValue(figure.unit, 0) : printValue(figure.unit, size)));
  return text === '' ? null : { text, good: difference > 0 !== LESS_IS_BETTER.has(figure.id) };
}

/** `24 h`, `7 d`. */
export const printWindow = (ms: number): string => (ms <= 2 * 86_400_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`);

/** What it was counted over: `n = 43 changes, 7 d`. */
export const printBasis = (figure: Figure): string =>
  `n = ${formatCount(figure.n)} ${figure.n === 1 ? figure.of.replace(/s$/, '') : figure.of}, ${printWindow(figure.windowMs)}`;
