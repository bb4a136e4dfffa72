/**
 * The telemetry streams of a host: one for each control center that asked for it. A request counts as taken when its points are on disk in
 * all of them; the spool gives them to the centers, as the events of sessions.
 *
 *   none ──center opens──► open ──the center opens another run, the host ends──► ended
 */
import type { SessionEvent } from '#shared/domain/session-event.ts';
import { isTelemetryStream, TELEMETRY_TYPE, type TelemetryBatch, type TelemetryPoint } from '#shared/domain/telemetry.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { Spool } from '../spool/spool.ts';
import type { EventStream } from '../spool/stream.ts';
import { otlpLimits } from './limits.ts';

const ENDED: SessionEvent = { kind: 'exited', exitCode: null, signal: null, reason: 'completed', fault: null };

export class TelemetryStreams {
  readonly #spool: Pick<Spool, 'open'>;
  readonly #now: () => number;
  readonly #open = new Map<string, EventStream>();
  /** Batches that the disk has not taken yet. */
  #unwritten = 0;

  constructor(spool: Pick<Spool, 'open'>, now: () => number) {
    this.#spool = spool;
    this.#now = now;
  }

  /** The center's name of its stream. The same again changes nothing; another one ends the one before. @returns BAD_COMMAND */
  open(center: string, sessionId: string, epoch: string): Result<Record<string, never>> {
    if (!isTelemetryStream(sessionId)) return fail('BAD_COMMAND', 'That is not the name of a telemetry stream.');
    const before = this.#open.get(center);
    if (before?.sessionId === sessionId && before.epoch === epoch) return ok({});
    const stream = this.#spool.open(center, sessionId, epoch);
    before?.append(ENDED, this.#now());
    this.#open.set(center, stream);
    return ok({});
  }

  /** Why nothing can be taken now, for the client; null when it can. */
  get busy(): string | null {
    if (this.#open.size === 0) return 'no control center has asked for telemetry since this host began';
    if (this.#unwritten >= otlpLimits.requests) return 'the disk of this host is behind';
    for (const { waitingBytes } of this.#open.values()) if (waitingBytes > otlpLimits.spoolBytes) return 'the control center is behind';
    return null;
  }

  /** Resolves once the points are on disk. @param key of the request they came in  @param reasons what was refused of it, and why */
  async add(key: string, points: readonly TelemetryPoint[], reasons: ReadonlyMap<string, number>): Promise<void> {
    const streams = [...this.#open.values()];
    const refused = Object.fromEntries(reasons);
    const rejected = [...reasons.values()].reduce((sum, n) => sum + n, 0);
    for (const [i, part] of parts(points).entries()) {
      const batch: TelemetryBatch = { key: `${key}:${i}`, points: part, ...(i === 0 ? { rejected, refused } : { rejected: 0 }) };
      const event: SessionEvent = { kind: 'unknown', type: TELEMETRY_TYPE, raw: JSON.stringify(batch) };
      for (const stream of streams) stream.append(event, this.#now());
    }
    this.#unwritten++;
    await Promise.all(streams.map((stream) => stream.written()));
    this.#unwritten--;
  }

  /** The last events: the centers know that nothing more comes. */
  end(): void {
    for (const stream of this.#open.values()) stream.append(ENDED, this.#now());
    this.#open.clear();
  }
}

/** The same points always in the same parts, each of a size that travels well; at least one. */
function parts(points: readonly TelemetryPoint[]): TelemetryPoint[][] {
  let part: TelemetryPoint[] = [];
  let chars = 0;
  const all = [part];
  for (const point of points) {
    const size = JSON.stringify(point).length;
    if (part.length > 0 && (part.length >= otlpLimits.eventPoints || chars + size > otlpLimits.eventChars)) {
      all.push((part = []));
      chars = 0;
    }
    part.push(point);
    chars += size;
  }
  return all;
}
