/** Everything a load test counts and measures, in memory that does not grow with its length. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Quantiles } from '#shared/domain/connection.ts';
import type { LoadPoint } from '#shared/domain/load-test.ts';
import type { NumberedEvent } from '#shared/domain/session-event.ts';
import { Sketch } from '#shared/lib/sketch.ts';

const RESOLUTION_MS = 10;
/** Points kept of one test: of a longer one every second of them goes, and then again. */
export const MAX_POINTS = 600;

export class Measures {
  readonly call = new Sketch();
  readonly event = new Sketch();
  readonly points: LoadPoint[] = [];
  /** Failures by their cause. */
  readonly causes = new Map<string, number>();
  calls = 0;
  events = 0;
  doubled = 0;
  outOfOrder = 0;
  failures = 0;
  readonly #streams = new Map<string, number>();
  /** Of the whole test, and of the second. */
  readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #everyPoint = 1;
  #since = { second: 0, calls: 0, events: 0, failures: 0, latency: new Sketch() };

  /** From here on the delay of the event loop is measured. */
  begin(): void {
    this.#delays.enable();
    this.#delay.enable();
  }

  answered(ms: number): void {
    this.calls++;
    this.call.add(ms);
    this.#since.latency.add(ms);
  }

  failed(cause: string, n = 1): void {
    this.failures += n;
    this.causes.set(cause, (this.causes.get(cause) ?? 0) + n);
  }

  /** @param stream its name among all clients @param now of the clock the host stamps with; null when it has another */
  took(stream: string, events: readonly NumberedEvent[], now: number | null): void {
    let last = this.#streams.get(stream) ?? 0;
    for (const { seq, at } of events) {
      if (seq <= last) {
        this.doubled++;
        continue;
      }
      if (seq > last + 1) this.outOfOrder++;
      last = seq;
      this.events++;
      if (now !== null) this.event.add(Math.max(0, now - at));
    }
    this.#streams.set(stream, last);
  }

  /** Ends a second. @param second from 1 @param ready clients that are connected */
  point(second: number, ready: number): void {
    const delayMs = this.#takeDelays();
    if (second % this.#everyPoint !== 0) return;
    const { calls, events, failures, latency } = this.#since;
    const seconds = second - this.#since.second;
    this.points.push({
      second,
      ready,
      eventsPerSecond: (this.events - events) / seconds,
      callsPerSecond: (this.calls - calls) / seconds,
      latencyP95Ms: latency.quantile(0.95),
      failures: this.failures - failures,
      loopDelayP99Ms: delayMs,
    });
    this.#since = { second, calls: this.calls, events: this.events, failures: this.failures, latency: new Sketch() };
    if (this.points.length < MAX_POINTS) return;
    this.#everyPoint *= 2;
    this.points.splice(0, this.points.length, ...halved(this.points));
  }

  /** Of the whole test so far. */
  loopDelay(): { p99: number; n: number } {
    const n = this.#delays.count;
    return { p99: n === 0 ? 0 : beyond(this.#delays.percentile(99)), n };
  }

  close(): void {
    this.#delays.disable();
    this.#delay.disable();
  }

  #takeDelays(): number | null {
    if (this.#delay.count === 0) return null;
    const p99 = beyond(this.#delay.percentile(99));
    this.#delay.reset();
    return p99;
  }
}

/** The histogram holds the whole distance between two looks, in nanoseconds; what is beyond the resolution is the delay. */
const beyond = (ns: number): number => Math.max(0, ns / 1e6 - RESOLUTION_MS);

export function quantilesOf(sketch: Sketch): Quantiles {
  const [p50, p95, p99] = [sketch.quantile(0.5), sketch.quantile(0.95), sketch.quantile(0.99)];
  return p50 === null || p95 === null || p99 === null ? null : { p50, p95, p99, n: sketch.count };
}

/** Two neighbours as one: rates are means, counts are sums, the rest is the worse of the two. */
function halved(points: readonly LoadPoint[]): LoadPoint[] {
  const kept: LoadPoint[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [a, b] = [points[i], points[i + 1]];
    if (!a || !b) continue;
    kept.push({
      second: b.second,
      ready: b.ready,
      eventsPerSecond: (a.eventsPerSecond + b.eventsPerSecond) / 2,
      callsPerSecond: (a.callsPerSecond + b.callsPerSecond) / 2,
      latencyP95Ms: worse(a.latencyP95Ms, b.latencyP95Ms),
      failures: a.failures + b.failures,
      loopDelayP99Ms: worse(a.loopDelayP99Ms, b.loopDelayP99Ms),
    });
  }
  return kept;
}

const worse = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.max(a, b));
