/**
 * Whether a step that failed has waited long enough for its next try. The time it was given is a time of day; a clock that is set back
 * must not make it longer, so the wait is also measured on a clock that only goes forward, from when it was first seen here.
 *
 *   waits ──(its time of day has come, or its length has gone by)──► may start
 *
 * After a restart the length is what was left then, and never more than the back-off itself.
 */
import type { NodeRow } from '#store/store.ts';
import { backoffMs, type Retry } from './decide.ts';

/** When a wait was first seen: which one, and the time on the steady clock at which it is over, whatever the time of day is. */
type Wait = { readonly notBefore: number; readonly over: number };
/** `at` in milliseconds since the epoch; `steady` in milliseconds on a clock that is never set. */
export type Clocks = { readonly at: number; readonly steady: number };

export class Waits {
  #seen = new Map<string, Wait>();

  /**
   * Looks at every step that is ready.
   * @returns those that may start, in their order, and how long the next of the others waits: milliseconds, Infinity when none does
   */
  look<N extends Pick<NodeRow, 'id' | 'notBefore' | 'attempts'>>(nodes: readonly N[], retry: Retry, { at, steady }: Clocks): { due: N[]; nextMs: number } {
    const waits = new Map<string, Wait>();
    const due: N[] = [];
    let nextMs = Infinity;
    for (const node of nodes) {
      const { id, notBefore } = node;
      if (notBefore === null || notBefore <= at) {
        due.push(node);
        continue;
      }
      const known = this.#seen.get(id);
      const wait = known?.notBefore === notBefore ? known : { notBefore, over: steady + Math.min(notBefore - at, backoffMs(retry, node.attempts)) };
      waits.set(id, wait);
      const leftMs = Math.min(notBefore - at, wait.over - steady);
      if (leftMs <= 0) due.push(node);
      else nextMs = Math.min(nextMs, leftMs);
    }
    this.#seen = waits;
    return { due, nextMs };
  }
}
