/**
 * Keeps commands away from a host that does not answer, and lets one through now and then to see whether it does again.
 *
 *            n failures in a row                 open for breakerOpenMs
 *   closed ─────────────────────► open ──────────────────────────────► half-open
 *     ▲                            ▲                                    │      │
 *     │                            └──────────── the trial failed ──────┘      │
 *     └───────────────────────────────────────── the trial succeeded ──────────┘
 *
 * Half-open lets one trial through at a time. A trial that never reports is given up after breakerOpenMs: the next may go. What was
 * sent before it opened and reports later changes nothing while it is open.
 */
import type { BreakerState, HealthRules } from '#shared/domain/connection.ts';

export type BreakerChange = { readonly from: BreakerState; readonly to: BreakerState; readonly cause: string };

export class Breaker {
  readonly #rules: () => Pick<HealthRules, 'breakerFailures' | 'breakerOpenMs'>;
  readonly #changed: (change: BreakerChange) => void;
  #state: BreakerState = 'closed';
  #failures = 0;
  #until = 0;
  #trialUntil: number | null = null;

  /** @param rules asked each time, so that a change of the settings holds at once */
  constructor(rules: () => Pick<HealthRules, 'breakerFailures' | 'breakerOpenMs'>, changed: (change: BreakerChange) => void) {
    this.#rules = rules;
    this.#changed = changed;
  }

  /** Whether a host should be chosen at all; takes no trial. @param now monotonic ms, as in all methods */
  allows(now: number): boolean {
    this.#ripen(now);
    return this.#state === 'closed' || (this.#state === 'half-open' && !this.#trying(now));
  }

  /** Asks to send something whose outcome will be reported. When half-open a yes is the trial. */
  enter(now: number): boolean {
    if (!this.allows(now)) return false;
    if (this.#state === 'half-open') this.#trialUntil = now + this.#rules().breakerOpenMs;
    return true;
  }

  /** A reply, whatever it says. */
  success(now: number): void {
    this.#ripen(now);
    if (this.#state === 'open') return;
    this.#failures = 0;
    if (this.#state === 'half-open') this.#go('closed', 'the host answered the trial');
  }

  /** No reply. @param why in words, e.g. `no answer within 5 s` */
  failure(now: number, why: string): void {
    this.#ripen(now);
    if (this.#state === 'open') return;
    this.#failures++;
    if (this.#state === 'half-open') this.#open(now, `the trial failed: ${why}`);
    else if (this.#failures >= this.#rules().breakerFailures) this.#open(now, `${this.#failures} failures in a row, the last: ${why}`);
  }

  /** Closes it and forgets, whatever the state. */
  reset(cause: string): void {
    this.#failures = 0;
    this.#trialUntil = null;
    if (this.#state !== 'closed') this.#go('closed', cause);
  }

  /** `until`: when the next trial may go, monotonic ms; null unless open. */
  facts(now: number): { state: BreakerState; until: number | null; failures: number } {
    this.#ripen(now);
    return { state: this.#state, until: this.#state === 'open' ? this.#until : null, failures: this.#failures };
  }

  #trying(now: number): boolean {
    return this.#trialUntil !== null && now < this.#trialUntil;
  }

  #ripen(now: number): void {
    if (this.#state === 'open' && now >= this.#until) this.#go('half-open', 'open long enough; the next beat or command is a trial');
  }

  #open(now: number, cause: string): void {
    this.#until = now + this.#rules().breakerOpenMs;
    this.#go('open', cause);
  }

  #go(to: BreakerState, cause: string): void {
    const from = this.#state;
    this.#state = to;
    this.#trialUntil = null;
    this.#changed({ from, to, cause });
  }
}
