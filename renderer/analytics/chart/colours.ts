/** Lines by colour and, from the ninth on and beside, by dash. The colours themselves are tokens. */
import { COLOURS, type ChartLine } from '../model/lines.ts';

export const colourOf = (place: number): string => `var(--c${(place % COLOURS) + 1})`;

const DASHES = [null, '6 3', '2 2', '8 2 2 2'] as const;

/** The dash of a line; null for a whole one. */
export function dashOf({ colour, beside }: Pick<ChartLine, 'colour' | 'beside'>): string | null {
  return beside ? '3 3' : (DASHES[Math.floor(colour / COLOURS) % DASHES.length] ?? null);
}
