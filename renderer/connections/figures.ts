/** Every number of a host with its unit, window and n, and where it comes from: the formula and what went into it. Pure. */
import type { HostFacts, Quantiles } from '#shared/domain/connection.ts';
import { formatCount, formatPercent } from '#shared/lib/format.ts';
import { basisOf, formatMs, quantile, seconds, socketName, successText, transportWords } from './words.ts';

export const figureIds = [
  'latency',
  'success',
  'in-flight',
  'queue',
  'reconnects',
  'dial',
  'cost',
  'share',
  'events',
  'duplicates',
  'gaps',
  'failures',
] as const;
export type FigureId = (typeof figureIds)[number];

export type PoolFigure = {
  readonly id: FigureId;
  readonly title: string;
  /** The title where there is little room. */
  readonly short: string;
  readonly value: string;
  /** Window and n, or since when it is counted. */
  readonly basis: string;
  /** False when nothing was measured: shown in grey. */
  readonly known: boolean;
  readonly formula: string;
  readonly inputs: readonly (readonly [name: string, value: string])[];
};

const SINCE = 'since the app started';

/** One figure of a host as it is now. */
export function figureOf(host: HostFacts, id: FigureId): PoolFigure {
  const { windowMs } = host.success;
  const make = (title: string, value: string, basis: string, formula: string, inputs: PoolFigure['inputs'], known = true): PoolFigure => ({
    id,
    title,
    value,
    basis,
    formula,
    inputs,
    known,
    short: id === 'success' ? 'Opened' : title,
  });
  switch (id) {
    case 'latency':
      return make(
        'Latency p95',
        quantile(host.latency, 'p95'),
        basisOf(host.latency, windowMs),
        '95 % of the round trips were at most this long: heartbeats and answers that wait for no other work, within 1 %',
        [
          ...spread(host.latency, windowMs),
          ...host.sockets.map(
            (one) =>
              [
                `p95 of connection ${socketName(host.id, one.id)}, ${transportWords[one.transport]}`,
                `${quantile(one.latency, 'p95')}, n = ${one.latency?.n ?? 0}`,
              ] as const,
          ),
        ],
        host.latency !== null,
      );
    case 'success':
      return make(
        'Connections that opened',
        host.success.attempted === 0 ? '–' : formatPercent(host.success.ready / host.success.attempted),
        successText(host.success),
        'opens that reached ready / opens attempted; waiting in vain for a connection counts as an attempt that failed',
        [
          ['Opens that reached ready', formatCount(host.success.ready)],
          ['Opens attempted', formatCount(host.success.attempted)],
          ['Window', seconds(windowMs)],
        ],
        host.success.attempted > 0,
      );
    case 'in-flight':
      return make('In flight', formatCount(host.inFlight), 'commands, now', 'commands that were sent and are not answered yet, over all connections', [
        ...host.sockets.map((one) => [`Connection ${socketName(host.id, one.id)}`, formatCount(one.inFlight)] as const),
        ['Events on the way', 'are not counted: the host sends them by credit'],
      ]);
    case 'queue':
      return make(
        'Queue',
        formatCount(host.queued),
        'commands, now',
        'commands that wait for a ready connection; the queue is bounded, the next one is refused with HOST_BUSY',
        [
          ['Waiting', formatCount(host.queued)],
          ['Ready connections', formatCount(host.sockets.filter((one) => one.state === 'ready').length)],
          ['Breaker', host.breaker.state],
        ],
      );
    case 'reconnects':
      return make(
        'Reconnects',
        formatCount(host.reconnects),
        SINCE,
        'times the last connection was lost and another was welcomed; planned replacements do not count',
        [
          ['Reconnects', formatCount(host.reconnects)],
          ['Connections now', formatCount(host.sockets.length)],
        ],
      );
    case 'dial':
      return make(
        'Time to connect p95',
        quantile(host.dial, 'p95'),
        basisOf(host.dial, windowMs),
        '95 % of the connections that reached ready were open within this time from the dial, within 1 %',
        [
          ...spread(host.dial, windowMs),
          ...host.dialHistogram.filter((one) => one.n > 0).map((one) => [`${binName(one.le, host.dialHistogram)}, ${SINCE}`, formatCount(one.n)] as const),
        ],
        host.dial !== null,
      );
    case 'cost': {
      const outstanding = host.sessions + host.inFlight;
      const cost = costOf(host);
      return make(
        'Cost of the next session',
        cost === null ? '–' : cost === Number.POSITIVE_INFINITY ? 'never chosen' : formatMs(cost),
        'now',
        'time of one answer × (sessions + commands in flight + 1) / (weight × warmth); of two hosts drawn, three where one takes more than twice as long, the lowest cost gets the session',
        [
          ['Time of one answer, its wait behind others not counted', host.ewmaMs === null ? 'not measured yet' : formatMs(host.ewmaMs)],
          ['Sessions + commands in flight', `${formatCount(host.sessions)} + ${formatCount(host.inFlight)} = ${formatCount(outstanding)}`],
          ['Weight × warmth', `${host.weight} × ${formatPercent(host.warmth)}`],
        ],
        cost !== null,
      );
    }
    case 'share':
      return make(
        'Warmth',
        formatPercent(host.warmth),
        'now',
        'share of its weight during slow start: a host that came, or came back, gets its full share only after a while',
        [
          ['Weight', String(host.weight)],
          ['Weight that counts now', String(Math.round(host.weight * host.warmth * 100) / 100)],
        ],
      );
    case 'events':
      return make('Events', formatCount(host.eventsIn), SINCE, 'session events taken from this host, each stored before it is acknowledged', [
        ['Taken', formatCount(host.eventsIn)],
        ['Left out as duplicates', formatCount(host.duplicatesDropped)],
        ['Gaps asked for again', formatCount(host.gaps)],
      ]);
    case 'duplicates':
      return make(
        'Duplicates left out',
        formatCount(host.duplicatesDropped),
        SINCE,
        'events that came again after a cut or a switch, number at or below the last taken: left out, nothing is stored twice',
        [
          ['Duplicates', formatCount(host.duplicatesDropped)],
          ['Events taken', formatCount(host.eventsIn)],
        ],
      );
    case 'gaps':
      return make(
        'Gaps',
        formatCount(host.gaps),
        SINCE,
        'times an event came whose number was not the next one: it was not stored, and the host was asked to begin again after the last taken',
        [
          ['Gaps', formatCount(host.gaps)],
          ['Events taken', formatCount(host.eventsIn)],
        ],
      );
    case 'failures':
      return make(
        'Failures in a row',
        formatCount(host.breaker.failures),
        'now',
        'commands without an answer and dials that failed, one after the other; any answer begins at 0 again',
        [
          ['Breaker', host.breaker.state],
          ['Ejections in a row', formatCount(host.ejection?.count ?? 0)],
        ],
      );
  }
}

/** What the default strategy compares, in milliseconds; null before the first measurement, infinite for a host that gets nothing. */
export function costOf({ ewmaMs, sessions, inFlight, weight, warmth }: HostFacts): number | null {
  if (ewmaMs === null) return null;
  return weight * warmth === 0 ? Number.POSITIVE_INFINITY : (ewmaMs * (sessions + inFlight + 1)) / (weight * warmth);
}

const spread = (from: Quantiles, windowMs: number): (readonly [string, string])[] => [
  ['p50', quantile(from, 'p50')],
  ['p95', quantile(from, 'p95')],
  ['p99', quantile(from, 'p99')],
  ['Measurements', formatCount(from?.n ?? 0)],
  ['Window', seconds(windowMs)],
];

/** The name of a class of times: `up to 5 ms`, `more than 2.50 s`. */
export function binName(le: number | null, all: HostFacts['dialHistogram']): string {
  if (le !== null) return `up to ${formatMs(le)}`;
  const last = all.findLast((one) => one.le !== null)?.le;
  return last === undefined || last === null ? 'any time' : `more than ${formatMs(last)}`;
}
