/** What a load test asks of a host, and what it has to reach: every number in one place, with where it comes from. */
import type { Kpi, LoadReport } from '#shared/domain/load-test.ts';

/** The work of one client and one stream. */
export const WORK = {
  /** Echo calls of each client, a second. */
  callsPerSecond: 1,
  /** Characters in an echo. */
  callBytes: 64,
  /** Events on each stream, a second. */
  eventsPerSecond: 1,
  /** Characters of text in an event: the size the receive benchmark uses too. */
  eventBytes: 200,
} as const;

/** Time limits, in milliseconds. */
export const LIMITS = {
  /** A call without an answer for this long failed. */
  callMs: 5000,
  /** All clients have this long to be connected, and this much more for each. */
  connectMs: 10_000,
  connectEachMs: 10,
  /** After the last event was due, what is on the way may take this long. */
  drainMs: 10_000,
} as const;

/** The product's own goals ("1000 concurrent clients for 60 s", docs/benchmarks.md), and 0.1 s as the limit below which an answer feels immediate (Nielsen, Usability Engineering, 1993). */
export const GOALS = {
  connectionSuccessPercent: 99,
  failures: 0,
  eventsLost: 0,
  eventsDoubled: 0,
  eventsOutOfOrder: 0,
  dialP99Ms: 100,
  callP95Ms: 100,
  eventP95Ms: 100,
  loopDelayP99Ms: 20,
} as const;

/** What a test measured, as far as the KPIs need it. */
export type Measured = Pick<LoadReport, 'dial' | 'call' | 'eventLatency' | 'lost' | 'doubled'> & {
  readonly connections: { readonly ready: number; readonly attempted: number };
  readonly failures: { readonly n: number; readonly of: number };
  readonly outOfOrder: number;
  /** Events that should have come. */
  readonly events: number;
  readonly loopDelay: { readonly p99: number; readonly n: number };
};

/** Each KPI with its goal. What was not measured has no value and, but for the events' latency over a network, does not hold. */
export function judge(measured: Measured): Kpi[] {
  const { connections, failures, events, loopDelay, dial, call, eventLatency } = measured;
  const share = connections.attempted > 0 ? (100 * connections.ready) / connections.attempted : null;
  return [
    atLeast('connection success', '%', share, GOALS.connectionSuccessPercent, connections.attempted),
    atMost('failures', 'failures', failures.n, GOALS.failures, failures.of),
    atMost('events lost', 'events', measured.lost, GOALS.eventsLost, events),
    atMost('events doubled', 'events', measured.doubled, GOALS.eventsDoubled, events),
    atMost('events out of order', 'events', measured.outOfOrder, GOALS.eventsOutOfOrder, events),
    atMost('dial, p99', 'ms', dial?.p99 ?? null, GOALS.dialP99Ms, dial?.n ?? 0),
    atMost('call, p95', 'ms', call?.p95 ?? null, GOALS.callP95Ms, call?.n ?? 0),
    // Two machines have two clocks: there is nothing to judge.
    ...(eventLatency ? [atMost('event, p95', 'ms', eventLatency.p95, GOALS.eventP95Ms, eventLatency.n)] : []),
    atMost('event loop delay of the core, p99', 'ms', loopDelay.n > 0 ? loopDelay.p99 : null, GOALS.loopDelayP99Ms, loopDelay.n),
  ];
}

const atMost = (name: string, unit: string, value: number | null, goal: number, n: number): Kpi => {
  return { name, unit, value, op: '<=', goal, n, holds: value !== null && value <= goal };
};
const atLeast = (name: string, unit: string, value: number | null, goal: number, n: number): Kpi => {
  return { name, unit, value, op: '>=', goal, n, holds: value !== null && value >= goal };
};
