/** How long a host is left alone after a connection to it failed or was lost, and whether what it answers means that nothing listens there. */
import type { Fault } from '#shared/lib/fault.ts';
import { backoffMs, DIAL_BACKOFF } from '../health/backoff.ts';

/** What a person has to mend is tried again slowly: the token file or the host may have been mended. */
const SLOW_MS = 30_000;
const SLOW = new Set(['HOST_UNAUTHORIZED', 'HOST_VERSION']);
/** A connection that ended sooner than this after its welcome counts as one that failed, so that a host cannot make us spin. */
const FLAP_MS = 500;
const MOST_FLAPS = 4;
/** Offences against the protocol are forgiven after a connection held this long. */
const FORGIVEN_MS = 60_000;
const OFFENCE_MS = 1000;
const BUSY_MS = 1000;
/** Until it is sure that nothing listens there, a host that refuses is asked this often at least. */
const REFUSED = { ...DIAL_BACKOFF, capMs: 1000 };
const DEAD_TRIES = 3;
const DEAD_MS = 3000;

export class Pace {
  #failures = 0;
  #flaps = 0;
  #offences = 0;
  #refused = 0;
  #refusedSince = 0;

  /** Nothing has listened at the address for 3 s and three tries: the host's process is not there. */
  get refused(): boolean {
    return this.#refused >= DEAD_TRIES && performance.now() - this.#refusedSince >= DEAD_MS;
  }

  /** A new beginning: nothing is held against the host. */
  reset(): void {
    this.#failures = this.#flaps = this.#offences = this.#refused = 0;
  }

  welcomed(): void {
    this.#failures = this.#refused = 0;
  }

  /** A dial failed. @returns milliseconds until the next */
  failed(fault: Fault): number {
    if (fault.code !== 'HOST_REFUSED') this.#refused = 0;
    else if (this.#refused++ === 0) this.#refusedSince = performance.now();
    const hurried = fault.code === 'HOST_REFUSED' && !this.refused;
    return Math.max(this.#penalty(fault), backoffMs(this.#failures++, hurried ? REFUSED : DIAL_BACKOFF));
  }

  /** A connection that was ready for `lastedMs` is gone. @returns milliseconds until the next dial */
  lost(fault: Fault, lastedMs: number): number {
    this.#flaps = lastedMs < FLAP_MS ? Math.min(MOST_FLAPS, this.#flaps + 1) : 0;
    if (lastedMs > FORGIVEN_MS) this.#offences = 0;
    if (fault.code === 'HOST_PROTOCOL') this.#offences++;
    return Math.max(this.#penalty(fault), backoffMs(this.#flaps));
  }

  /** The least wait after a fault, in milliseconds. */
  #penalty({ code }: Fault): number {
    if (SLOW.has(code)) return SLOW_MS;
    if (code === 'HOST_BUSY') return BUSY_MS;
    return code === 'HOST_PROTOCOL' ? Math.min(SLOW_MS, OFFENCE_MS * 2 ** Math.max(0, this.#offences - 1)) : 0;
  }
}
