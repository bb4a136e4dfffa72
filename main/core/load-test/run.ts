/**
 * One load test from its start to its report.
 *
 *   warming up ──► connecting ──clients are ready──► working (seconds) ──► draining ──► closing ──► done
 *       └──none is ready──┴──► failed ◄── the host ended          cancel, from anywhere ──► cancelled
 */
import type { LoadOptions, LoadReport } from '#shared/domain/load-test.ts';
import { Sketch } from '#shared/lib/sketch.ts';
import { pause } from '../feeds/bell.ts';
import { Clients, type ClientsOptions } from './clients.ts';
import { judge } from './goals.ts';
import { Measures, quantilesOf } from './measures.ts';
import type { TestedHost } from './tested-host.ts';

/** Part of the progress that is the connecting. */
const CONNECTING = 0.05;
const CAUSES_SHOWN = 5;
/** Clients that dial before anything is measured. */
const WARM_UP = 64;

export type RunOptions = Pick<ClientsOptions, 'createPool' | 'now'> & {
  readonly id: string;
  readonly startedAt: number;
  readonly options: LoadOptions;
  readonly host: TestedHost;
  /** Told at most once a second, and at the end. */
  readonly onReport: (report: LoadReport) => void;
};

/** What a test looks like before anything was measured. */
export function emptyReport(id: string, startedAt: number, options: LoadOptions): LoadReport {
  return {
    id,
    status: 'running',
    startedAt,
    endedAt: null,
    options,
    progress: 0,
    points: [],
    dial: null,
    call: null,
    eventLatency: null,
    lost: 0,
    doubled: 0,
    kpis: [],
    passed: null,
    detail: '',
  };
}

/** @param signal cancels it @returns the whole report; never throws for what the host does */
export async function runLoadTest({ id, startedAt, options, host, createPool, now, onReport }: RunOptions, signal: AbortSignal): Promise<LoadReport> {
  const measures = new Measures();
  const all = { createPool, target: host.target, sameClock: host.sameClock, now, options, measures };
  const clients = new Clients({ ...all, center: id });
  const gone = new AbortController();
  let down: string | null = null;
  host.onDown((cause) => {
    down = cause;
    gone.abort();
  });
  const stop = AbortSignal.any([signal, gone.signal]);
  const warm = await warmUp(all, `${id}-first`, stop);
  measures.begin();
  const began = performance.now();
  let workingSince: number | null = null;

  const progress = (): number => {
    if (workingSince === null) return CONNECTING * (clients.ready / options.clients);
    return Math.min(1, CONNECTING + (1 - CONNECTING) * ((performance.now() - workingSince) / (options.seconds * 1000)));
  };
  const report = (status: LoadReport['status'], dial = new Sketch()): LoadReport => ({
    ...emptyReport(id, startedAt, options),
    status,
    endedAt: status === 'running' ? null : now(),
    progress: status === 'done' ? 1 : progress(),
    points: [...measures.points],
    dial: quantilesOf(dial),
    call: quantilesOf(measures.call),
    eventLatency: quantilesOf(measures.event),
    // While it runs, what has not come may still be on its way.
    lost: status === 'done' ? Math.max(0, clients.expected - measures.events) : 0,
    doubled: measures.doubled,
  });

  let second = 0;
  const timer = setInterval(() => {
    second = Math.round((performance.now() - began) / 1000);
    if (second <= (measures.points.at(-1)?.second ?? 0)) return;
    measures.point(second, clients.ready);
    onReport(report('running'));
  }, 1000);

  if (warm) await clients.connect(stop);
  if (!stop.aborted && clients.ready > 0) {
    workingSince = performance.now();
    clients.begin();
    await pause(options.seconds * 1000, stop);
    await clients.drain(stop);
  }
  clearInterval(timer);
  if (!stop.aborted) measures.point(Math.max(second + 1, Math.ceil((performance.now() - began) / 1000)), clients.ready);
  measures.close();
  const connected = clients.ready;
  const status = signal.aborted ? 'cancelled' : down !== null || connected === 0 ? 'failed' : 'done';
  const { dial, ...connections } = clients.connections();
  const last = report(status, dial);
  const closing = clients.close();
  const kpis =
    status === 'done'
      ? judge({
          ...last,
          connections,
          failures: { n: measures.failures, of: clients.asked },
          outOfOrder: measures.outOfOrder,
          events: clients.expected,
          loopDelay: measures.loopDelay(),
        })
      : [];
  const whole: LoadReport = { ...last, kpis, passed: status === 'done' ? kpis.every((kpi) => kpi.holds) : null, detail: detail() };
  await closing;
  return whole;

  function detail(): string {
    const causes = [...measures.causes].toSorted(([, a], [, b]) => b - a).map(([cause, n]) => `${n} × ${cause}`);
    const parts = [
      down !== null && status === 'failed' ? `The tested host ended: ${down}.` : '',
      down === null && status === 'failed' ? 'No client could connect.' : '',
      causes.length > 0 ? `Failures: ${causes.slice(0, CAUSES_SHOWN).join('; ')}${causes.length > CAUSES_SHOWN ? '; and others' : ''}.` : '',
      host.sameClock ? '' : 'The latency of events was not measured: the host may have another clock.',
    ];
    return parts.filter(Boolean).join(' ');
  }
}

/**
 * A process that has just started compiles what it runs for the first time: the first dials would measure that, on either side.
 * @returns false, and says why to `measures`, when none of them came through
 */
async function warmUp(all: Omit<ClientsOptions, 'center'>, center: string, signal: AbortSignal): Promise<boolean> {
  const { options, measures } = all;
  const unmeasured = new Measures();
  const clients = new Clients({ ...all, center, options: { ...options, clients: Math.min(WARM_UP, options.clients) }, measures: unmeasured });
  await clients.connect(signal);
  const came = clients.ready > 0;
  if (!came) for (const [cause, n] of unmeasured.causes) measures.failed(cause, n);
  await clients.close();
  unmeasured.close();
  return came;
}
