/** The outbox the killed process reads: every row follows from its number, so that what is stored can be told from how far it came. */
import type { Point } from '#metrics/index.ts';

/** Some come in order, some late, and rows of the same series can have the same time. */
export function outboxAt(seq: number, now: number): Point {
  const kind = seq % 3 === 0 ? 'distribution' : 'counter';
  const late = seq % 50 === 0 ? 40_000_000 : 0;
  return { metric: `outbox.${kind}`, kind, tags: { model: `m${seq % 5}` }, at: now - 300_000_000 + Math.floor(seq / 2) * 1000 - late, value: seq % 100 };
}
