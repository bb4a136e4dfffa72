/**
 * Which transport carries a host's connections. Pure: it is told what happened and says what to do.
 *
 *                ┌──────────── HTTP failed: the next dial asks WebSocket first again ────────────┐
 *                ▼                                                                               │
 *   websocket first ──not welcomed in 1 s, or blocked──► both ──HTTP welcomed first──► HTTP ──10 s … 60 s──► probing WebSocket
 *                ▲                                        └──WebSocket welcomed──┐        ▲                       │ failed │
 *                └────────────────────────────────────────────────────────────────┴── welcomed ◄──────────────────┘        │
 *                                                                                          └───────────────────────────────┘
 */
import type { Transport } from '#shared/domain/connection.ts';
import type { Fault } from '#shared/lib/fault.ts';

/** A WebSocket that is not welcomed by then gets company. */
export const BESIDE_MS = 1000;
const PROBE_MS = 10_000;
const PROBE_MOST_MS = 60_000;

/** Faults that something between here and the host can cause, where plain HTTP may get through. The others would be the same over HTTP. */
const SMELLS = new Set(['HOST_BLOCKED', 'HOST_LOST', 'HOST_DIAL_TIMEOUT', 'HOST_PROTOCOL']);

export class Fallback {
  #first: Transport = 'websocket';
  #carrier: Transport | null = null;
  #socketWelcomes = 0;
  #probeMs = PROBE_MS;
  readonly #random: () => number;

  /** @param random 0 ≤ x < 1, for the jitter of the probes */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** What a new dial tries first. */
  get first(): Transport {
    return this.#first;
  }

  /** What carried the last welcome; null before the first. */
  get carrier(): Transport | null {
    return this.#carrier;
  }

  /** Count of WebSockets welcomed so far: a race that began before the last of them needs no HTTP any more. */
  get socketWelcomes(): number {
    return this.#socketWelcomes;
  }

  /** Whether HTTP is worth a try after this end of a WebSocket's dial. */
  smells(fault: Fault): boolean {
    return SMELLS.has(fault.code);
  }

  /** @returns true when the host's connections move to this transport now (the first welcome over WebSocket is no move) */
  welcomed(over: Transport): boolean {
    const before = this.#carrier ?? 'websocket';
    this.#carrier = this.#first = over;
    if (over === 'websocket') {
      this.#socketWelcomes++;
      this.#probeMs = PROBE_MS;
    }
    return before !== over;
  }

  /** A dial over HTTP alone failed. */
  httpFailed(): void {
    this.#first = 'websocket';
  }

  /** Milliseconds until WebSocket is tried again while HTTP carries: 10 s, doubling to 60 s, each a quarter more or less. */
  nextProbeMs(): number {
    const wait = this.#probeMs * (0.75 + this.#random() / 2);
    this.#probeMs = Math.min(PROBE_MOST_MS, this.#probeMs * 2);
    return wait;
  }

  /** Forgets what was learned: a person asked for a new beginning, or the address changed. */
  reset(): void {
    this.#first = 'websocket';
    this.#probeMs = PROBE_MS;
  }
}

/** What to tell when both ways failed: HTTP's fault when it says more than that something is in between. */
export function bothFailed(socket: Fault, http: Fault): Fault {
  if (!SMELLS.has(http.code)) return http;
  if (socket.code !== 'HOST_BLOCKED') return socket;
  return { ...socket, why: `WebSocket: ${socket.why ?? socket.message} HTTP: ${http.why ?? http.message}` };
}
