/** The latest memory figures of running sessions: shown at once from memory, written along with commits that happen anyway. */
import type { SessionGauge } from '#shared/domain/session-event.ts';
import type { Sql } from './sql.ts';

/** Shortest time between two writes of one session's figures, in milliseconds. */
const WRITE_EVERY_MS = 3000;

type Held = { rss: number; peak: number; dirty: boolean; writtenAt: number };

export class Gauges {
  readonly #held = new Map<string, Held>();
  readonly #now: () => number;

  constructor(sql: Sql, now: () => number) {
    this.#now = now;
    sql.beforeEveryCommit(() => this.#write(sql));
  }

  set(sessionId: string, gauge: SessionGauge): void {
    const held = this.#held.get(sessionId) ?? { rss: 0, peak: 0, dirty: false, writtenAt: 0 };
    held.rss = gauge.rssBytes;
    held.peak = Math.max(held.peak, gauge.rssBytes);
    held.dirty = true;
    this.#held.set(sessionId, held);
  }

  /** The process ended: the peak stays with the session, the current figure goes. Only inside a transaction. */
  end(sql: Sql, sessionId: string): void {
    const held = this.#held.get(sessionId);
    this.#held.delete(sessionId);
    sql.run('update sessions set rss_bytes = null, rss_peak_bytes = nullif(max(coalesce(rss_peak_bytes, 0), ?), 0) where id = ?', held?.peak ?? 0, sessionId);
  }

  of(sessionId: string): { rss: number; peak: number } | null {
    return this.#held.get(sessionId) ?? null;
  }

  #write(sql: Sql): void {
    const now = this.#now();
    for (const [id, held] of this.#held) {
      if (!held.dirty || Math.abs(now - held.writtenAt) < WRITE_EVERY_MS) continue;
      sql.run(
        'update sessions set rss_bytes = ?, rss_peak_bytes = max(coalesce(rss_peak_bytes, 0), ?), rev = ? where id = ?',
        held.rss,
        held.peak,
        sql.nextRev(),
        id,
      );
      held.dirty = false;
      held.writtenAt = now;
    }
  }
}
