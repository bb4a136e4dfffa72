/** Events per minute of each session over the last 20 minutes, kept in memory: lists show it for every row, so it must cost no query. */
import type { Sql } from './sql.ts';

const MINUTES = 20;
const MINUTE_MS = 60_000;

const nothing = (): number[] => Array.from({ length: MINUTES }, () => 0);

type Ring = { /** Minute number of the newest slot. */ minute: number; readonly counts: number[] };

export class Pulse {
  readonly #rings = new Map<string, Ring>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts events that were stored. Times ahead of the clock count as now; what is older than 20 minutes is left out. */
  add(sessionId: string, times: readonly number[]): void {
    const minute = this.#minute();
    const ring = this.#turn(sessionId, minute);
    for (const at of times) {
      const age = Math.max(0, minute - Math.floor(at / MINUTE_MS));
      if (age < MINUTES) ring.counts[MINUTES - 1 - age] = (ring.counts[MINUTES - 1 - age] ?? 0) + 1;
    }
  }

  /** Twenty counts, oldest minute first. */
  of(sessionId: string): number[] {
    const ring = this.#rings.get(sessionId);
    if (!ring) return nothing();
    this.#shift(ring, this.#minute());
    if (ring.counts.every((count) => count === 0)) this.#rings.delete(sessionId);
    return [...ring.counts];
  }

  /** Reads back what the last 20 minutes hold, after a start. */
  refill(sql: Sql): void {
    const since = this.#now() - MINUTES * MINUTE_MS;
    const recent = sql.all((row) => row.text('id'), 'select id from sessions where last_event_at >= ?', since);
    for (const id of recent) {
      // Newest first and only as far back as needed: a long session has a long past.
      const times: number[] = [];
      for (let before = Number.MAX_SAFE_INTEGER; ;) {
        const page = sql.all(
          (row) => ({ seq: row.num('seq'), at: row.num('at') }),
          'select seq, at from session_events where session_id = ? and seq < ? order by seq desc limit 1000',
          id,
          before,
        );
        times.push(...page.map((event) => event.at));
        const oldest = page.at(-1);
        if (!oldest || page.length < 1000 || oldest.at < since) break;
        before = oldest.seq;
      }
      this.add(id, times);
    }
  }

  #minute(): number {
    return Math.floor(this.#now() / MINUTE_MS);
  }
  #turn(sessionId: string, minute: number): Ring {
    let ring = this.#rings.get(sessionId);
    if (!ring) {
      ring = { minute, counts: nothing() };
      this.#rings.set(sessionId, ring);
    }
    this.#shift(ring, minute);
    return ring;
  }
  #shift(ring: Ring, minute: number): void {
    // A clock that was set back leaves the ring where it is until time has caught up.
    const steps = Math.min(MINUTES, Math.max(0, minute - ring.minute));
    ring.minute = Math.max(ring.minute, minute);
    ring.counts.splice(0, steps);
    while (ring.counts.length < MINUTES) ring.counts.push(0);
  }
}
