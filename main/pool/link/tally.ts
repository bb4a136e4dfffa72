/** What is counted and measured of one host: rolling windows for the view, sums since the start, and what the last minute is stored as. */
import type { ConnectionMinute, HostFacts, Quantiles, SuccessRate } from '#shared/domain/connection.ts';
import { RollingCount, WINDOW_MS } from '../health/window.ts';
import { Durations } from './durations.ts';

/** Upper bounds of the classes of dial times, in milliseconds. */
const DIAL_BOUNDS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500] as const;

/** Sums that only grow; the minute is the difference. */
type Sums = Omit<ConnectionMinute, 'dial' | 'latency'>;

const zero = (): Sums => ({
  attempted: 0,
  ready: 0,
  refused: 0,
  lost: 0,
  answered: 0,
  failed: 0,
  eventsIn: 0,
  duplicates: 0,
  gaps: 0,
  bytesIn: 0,
  bytesOut: 0,
});

const NO_DIALS: readonly number[] = [...DIAL_BOUNDS, null].map(() => 0);
const ZERO: Readonly<Sums> = zero();

export class Tally {
  readonly sums: Sums = zero();
  readonly #attempted = new RollingCount();
  readonly #ready = new RollingCount();
  readonly #dial = new Durations();
  readonly #latency = new Durations();
  readonly #histogram = [...NO_DIALS];
  #before: Readonly<Sums> = ZERO;

  /** Connection attempts begin; an acquire timeout counts as one that failed. */
  attempt(): void {
    this.sums.attempted++;
    this.#attempted.add(performance.now());
  }

  /** @param ms from the dial until the transport was open */
  ready(ms: number): void {
    const now = performance.now();
    this.sums.ready++;
    this.#ready.add(now);
    this.#dial.add(now, ms);
    const bin = DIAL_BOUNDS.findIndex((le) => ms <= le);
    const index = bin < 0 ? DIAL_BOUNDS.length : bin;
    this.#histogram[index] = (this.#histogram[index] ?? 0) + 1;
  }

  latency(ms: number): void {
    this.#latency.add(performance.now(), ms);
  }

  /** @param now monotonic ms */
  facts(now: number): { latency: Quantiles; dial: Quantiles; dialHistogram: HostFacts['dialHistogram']; success: SuccessRate } {
    return {
      latency: this.#latency.view(now),
      dial: this.#dial.view(now),
      dialHistogram: [...DIAL_BOUNDS, null].map((le, i) => ({ le, n: this.#histogram[i] ?? 0 })),
      success: { ready: this.#ready.sum(now), attempted: this.#attempted.sum(now), windowMs: WINDOW_MS },
    };
  }

  /** What came since the last call; null when nothing did. @param streams sums kept elsewhere */
  minute(streams: Pick<Sums, 'eventsIn' | 'duplicates' | 'gaps'>): ConnectionMinute | null {
    Object.assign(this.sums, streams);
    const before = this.#before;
    const now = { ...this.sums };
    const since = zero();
    let any = false;
    for (const name of SUMS) {
      since[name] = now[name] - before[name];
      any ||= since[name] > 0;
    }
    if (!any) return null;
    this.#before = now;
    return { ...since, dial: this.#dial.minute(), latency: this.#latency.minute() };
  }
}

const SUMS = ['attempted', 'ready', 'refused', 'lost', 'answered', 'failed', 'eventsIn', 'duplicates', 'gaps', 'bytesIn', 'bytesOut'] as const;
