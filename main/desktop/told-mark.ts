/** Up to when alerts were shown through the system, kept in one small file: what was told after it is shown once, also after a restart. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const Mark = z.object({ shownUntil: z.number().int() });

/**
 * @param now milliseconds since the epoch
 * @returns the mark; `now` on the first start, which tells nothing of before, and when the clock was set back behind the mark
 */
export function readMark(file: string, now: number): number {
  try {
    return Math.min(now, Mark.parse(JSON.parse(readFileSync(file, 'utf8'))).shownUntil);
  } catch {
    writeMark(file, now);
    return now;
  }
}

export function writeMark(file: string, shownUntil: number): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify({ shownUntil }));
    renameSync(`${file}.new`, file);
  } catch {
    // A full disk: at worst a notification comes a second time after the next start.
  }
}
