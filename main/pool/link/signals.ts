/** What is seen of one host while it works: how fast it answers, whether it does, and what follows from that for who wants to send to it. */
import type { BreakerState, ConnectionMinute, HealthRules, HostFacts, PoolEvent } from '#shared/domain/connection.ts';
import type { Fault } from '#shared/lib/fault.ts';
import { Breaker } from '../health/breaker.ts';
import { ServiceEwma } from '../health/ewma.ts';
import { warmth } from '../health/slow-start.ts';
import type { Outcome } from './calls.ts';
import { Tally } from './tally.ts';

export type SignalsOptions = {
  readonly rules: () => HealthRules;
  emit(kind: PoolEvent['kind'], from: string, to: string, cause: string): void;
  /** A command was answered, or was not: what ejections are judged by. */
  judge(ok: boolean, why: string): void;
};

/** Answers whose time is the host's and the network's alone: those of other commands depend on outside work. */
const QUICK = new Set(['session.send', 'session.answer', 'session.interrupt', 'session.list', 'probe.echo']);

export class Signals {
  readonly tally = new Tally();
  readonly #options: SignalsOptions;
  readonly #breaker: Breaker;
  readonly #ewma = new ServiceEwma();
  /** When it became ready (monotonic). */
  #warmSince: number | null = null;

  constructor(options: SignalsOptions) {
    this.#options = options;
    this.#breaker = new Breaker(options.rules, ({ from, to, cause }) => options.emit('breaker', from, to, cause));
  }

  /** Asks to send something whose outcome will be told. */
  enter(): boolean {
    return this.#breaker.enter(performance.now());
  }
  /** @param now monotonic ms, as everywhere here */
  allows(now: number): boolean {
    return this.#breaker.allows(now);
  }
  breaker(now: number): { state: BreakerState; until: number | null; failures: number } {
    return this.#breaker.facts(now);
  }
  ewmaMs(now: number): number | null {
    return this.#ewma.value(now);
  }
  warmth(now: number): number {
    return warmth(now, this.#warmSince, this.#options.rules().slowStartMs);
  }

  /** The host is connected after it was not, or a person took it back: a new beginning, with a share that grows slowly. */
  begin(cause: string): void {
    this.#warmSince = performance.now();
    this.#breaker.reset(cause);
  }

  beat(ms: number): void {
    const now = performance.now();
    this.tally.latency(ms);
    this.#ewma.observe(now, ms);
    // Beats answered in between do not make up for commands that are not: they only try a breaker that was open.
    if (this.#breaker.facts(now).state === 'half-open') this.#breaker.success(now);
  }

  outcome({ name, result, ms }: Outcome): void {
    const now = performance.now();
    if (result === 'answered') {
      this.tally.sums.answered++;
      this.#breaker.success(now);
      this.#options.judge(true, '');
      if (!QUICK.has(name)) return;
      this.#ewma.answered(now, ms);
      this.tally.latency(ms);
      return;
    }
    const why = result === 'timeout' ? `no answer to "${name}" within ${Math.round(ms)} ms` : `no connection for "${name}" within ${Math.round(ms)} ms`;
    this.tally.sums.failed++;
    if (result === 'timeout' && QUICK.has(name)) this.#ewma.observe(now, ms);
    // A wait for a connection that found none is an open that failed.
    if (result === 'unreachable') this.tally.attempt();
    this.#breaker.failure(now, why);
    this.#options.judge(false, why);
  }

  dialFailed(fault: Fault): void {
    this.tally.sums.refused++;
    this.#breaker.failure(performance.now(), fault.why ?? fault.message);
  }

  /** A ready connection is gone without being meant to. */
  lost(fault: Fault): void {
    this.tally.sums.lost++;
    if (fault.code === 'HOST_FROZEN') this.#breaker.failure(performance.now(), fault.why ?? fault.message);
  }

  minute(streams: Pick<ConnectionMinute, 'eventsIn' | 'duplicates' | 'gaps'>): ConnectionMinute | null {
    return this.tally.minute(streams);
  }

  /** @param wall what is added to monotonic time for the time people read */
  facts(now: number, wall: number): Pick<HostFacts, 'breaker' | 'warmth' | 'ewmaMs' | 'latency' | 'dial' | 'dialHistogram' | 'success'> {
    const breaker = this.#breaker.facts(now);
    return {
      breaker: { ...breaker, until: breaker.until === null ? null : Math.round(breaker.until + wall) },
      warmth: this.warmth(now),
      ewmaMs: this.ewmaMs(now),
      ...this.tally.facts(now),
    };
  }
}
