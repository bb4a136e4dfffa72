/** One telemetry request from its bytes to the streams: decoded, translated, stored once however often it comes, answered. */
import { randomUUID } from 'node:crypto';
import type { Result } from '#shared/lib/fault.ts';
import { ok } from '#shared/lib/fault.ts';
import type { Privacy } from './attributes.ts';
import { accepted, decodeLogs, decodeMetrics, type Encoding } from './encoding.ts';
import { otlpLimits } from './limits.ts';
import { logPoints } from './logs.ts';
import { metricPoints } from './metrics.ts';
import { SeriesLimit } from './series-limit.ts';
import type { TelemetryStreams } from './streams.ts';
import type { Tally } from './tally.ts';

export type Signal = 'metrics' | 'logs' | 'traces';
type Answer = Promise<Result<Buffer>>;

export class OtlpIntake {
  readonly #streams: Pick<TelemetryStreams, 'add'>;
  readonly #privacy: Privacy;
  readonly #now: () => number;
  readonly #series = new SeriesLimit();
  /** Answers by what was asked, the oldest first: a client that heard none asks again with the same bytes. */
  readonly #known = new Map<string, Answer>();

  constructor(streams: Pick<TelemetryStreams, 'add'>, privacy: Privacy, now: () => number) {
    this.#streams = streams;
    this.#privacy = privacy;
    this.#now = now;
  }

  /** @returns the answer's body, once what was taken is on disk; OTLP_MALFORMED */
  take(signal: Signal, encoding: Encoding, bytes: Buffer, digest: string): Answer {
    if (signal === 'traces') return Promise.resolve(ok(accepted(encoding, 'rejectedSpans', 0, '')));
    // An empty request is like every other one.
    const key = bytes.length === 0 ? randomUUID() : `${signal} ${encoding} ${digest}`;
    const known = this.#known.get(key);
    if (known) return known;
    const answer = this.#take(signal, encoding, bytes, digest);
    this.#known.set(key, answer);
    const oldest = this.#known.size > otlpLimits.requestsKnown ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
    return answer;
  }

  async #take(signal: 'metrics' | 'logs', encoding: Encoding, bytes: Buffer, digest: string): Answer {
    const translating = { now: this.#now(), privacy: this.#privacy, series: this.#series };
    let tally: Tally;
    if (signal === 'metrics') {
      const request = decodeMetrics(bytes, encoding);
      if (!request.ok) return request;
      tally = metricPoints(request.value, translating);
    } else {
      const request = decodeLogs(bytes, encoding);
      if (!request.ok) return request;
      tally = logPoints(request.value, translating);
    }
    if (tally.points.length + tally.rejected > 0) await this.#streams.add(digest, tally.points, tally.reasons);
    return ok(accepted(encoding, signal === 'metrics' ? 'rejectedDataPoints' : 'rejectedLogRecords', tally.rejected, tally.message));
  }
}
