/** The words of the Connections room: what state a host is in, what is wrong with it, how its numbers are printed. Pure. */
import type { HostFacts, PoolEvent, Quantiles, SocketFacts, Strategy, SuccessRate, Transport } from '#shared/domain/connection.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { formatAge, formatCount } from '#shared/lib/format.ts';
import type { Tone } from '../components/tone.ts';

/** Drawn beside the word, so that colour is never alone. */
export type Shape = 'disc' | 'ring' | 'half' | 'triangle' | 'square' | 'bar';
export type StateWord = { readonly word: string; readonly tone: Tone; readonly shape: Shape };

/** The one word for a host: what a person did to it first, then what the pool sees of it. */
export function hostWord(host: HostFacts): StateWord {
  if (host.admin === 'ejected') return { word: 'ejected by you', tone: 'off', shape: 'bar' };
  if (host.ejection) return { word: 'ejected', tone: 'bad', shape: 'triangle' };
  if (isAsleep(host)) return { word: 'not started', tone: 'off', shape: 'ring' };
  if (host.state === 'closed') return { word: 'not connected', tone: 'bad', shape: 'square' };
  if (host.state === 'reconnecting') return { word: 'reconnecting', tone: 'wait', shape: 'half' };
  if (host.state === 'connecting') return { word: 'connecting', tone: host.cause === null ? 'run' : 'wait', shape: 'ring' };
  if (host.breaker.state === 'open') return { word: 'breaker open', tone: 'bad', shape: 'triangle' };
  if (host.breaker.state === 'half-open') return { word: 'on trial', tone: 'wait', shape: 'half' };
  if (host.admin === 'draining' || host.cause !== null) return { word: 'draining', tone: 'wait', shape: 'bar' };
  return { word: 'ready', tone: 'ok', shape: 'disc' };
}

/** This machine's host is started by the first session that needs it. */
const isAsleep = (host: HostFacts): boolean => host.id === LOCAL_HOST && host.state === 'connecting' && host.cause === null && host.lastSeenAt === null;

export type Warning = { readonly id: string; readonly tone: Tone; readonly text: string };

/**
 * What is to be said of a host beside its state, the worst first.
 * @param now the core's time, milliseconds
 */
export function warningsOf(host: HostFacts, panic: boolean, now: number): Warning[] {
  const found: Warning[] = [];
  const add = (id: string, tone: Tone, text: string): void => void found.push({ id, tone, text });
  if (host.state !== 'ready' && host.cause !== null) add('cause', 'bad', host.cause);
  if (host.ejection) {
    const { reason, until, count } = host.ejection;
    const nth = count > 1 ? `, number ${count} in a row` : '';
    add('ejection', 'bad', `Ejected${nth}, ${panic ? 'ignored in panic' : `back in ${inTime(until, now)}`}: ${reason}`);
  }
  if (host.breaker.state === 'open') {
    const wait = host.breaker.until === null ? '' : `, one try in ${inTime(host.breaker.until, now)}`;
    add('breaker', 'bad', `Breaker open after ${host.breaker.failures} failures in a row${wait}`);
  }
  if (host.breaker.state === 'half-open') add('breaker', 'wait', 'Breaker half open: the next answer decides');
  if (host.admin === 'draining') add('drain', 'wait', 'Draining: takes no new sessions');
  else if (host.state === 'ready' && host.cause !== null) add('drain', 'wait', `The host drains: ${host.cause}`);
  if (host.state === 'ready' && host.transport === 'http') add('transport', 'wait', 'WebSocket does not get through: HTTP is used, WebSocket is tried again');
  if (host.gaps > 0) add('gaps', 'wait', `${formatCount(host.gaps)} ${host.gaps === 1 ? 'gap' : 'gaps'} in its events, asked for again`);
  if (host.weight === 0) add('weight', 'off', 'Weight 0: gets no new sessions');
  else if (host.state === 'ready' && host.warmth < 1) add('warmth', 'off', `Warming up: ${Math.round(host.warmth * 100)} % of its share`);
  return found;
}

/** `4 s`, `2 min`; `a moment` when it is due. */
export function inTime(until: number, now: number): string {
  const left = until - now;
  return left < 1000 ? 'a moment' : left < 60_000 ? `${Math.ceil(left / 1000)} s` : formatAge(left);
}

/** Milliseconds where the unit stands elsewhere: `0.42`, `3.1`, `38`, `1240`. */
export const bareMs = (ms: number): string => ms.toFixed(ms < 1 ? 2 : ms < 10 ? 1 : 0);

/** Latency: `0.42 ms`, `3.1 ms`, `38 ms`, `1.24 s`. */
export function formatMs(ms: number): string {
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

export const quantile = (from: Quantiles, which: 'p50' | 'p95' | 'p99'): string => (from === null ? '–' : formatMs(from[which]));

/** `n = 118, 60 s`; what is missing when there is none. */
export const basisOf = (from: Quantiles, windowMs: number): string => `n = ${formatCount(from?.n ?? 0)}, ${seconds(windowMs)}`;

export const seconds = (ms: number): string => (ms % 60_000 === 0 && ms > 60_000 ? `${ms / 60_000} min` : `${Math.round(ms / 1000)} s`);

/** `4 of 4 in 60 s`. */
export const successText = ({ ready, attempted, windowMs }: SuccessRate): string =>
  attempted === 0 ? `no opens in ${seconds(windowMs)}` : `${formatCount(ready)} of ${formatCount(attempted)} in ${seconds(windowMs)}`;

/** The number of a connection within its host: `#2`. */
export const socketName = (hostId: string, id: string): string => (id.startsWith(`${hostId}-`) ? `#${id.slice(hostId.length + 1)}` : id);

export const transportWords: Readonly<Record<Transport, string>> = { websocket: 'WebSocket', http: 'HTTP' };

export const socketWords: Readonly<Record<SocketFacts['state'], StateWord>> = {
  dialing: { word: 'dialing', tone: 'run', shape: 'ring' },
  greeting: { word: 'greeting', tone: 'run', shape: 'half' },
  ready: { word: 'ready', tone: 'ok', shape: 'disc' },
  retiring: { word: 'retiring', tone: 'off', shape: 'bar' },
  closed: { word: 'closed', tone: 'off', shape: 'square' },
};

export const strategies: readonly { readonly id: Strategy; readonly label: string; readonly note: string }[] = [
  { id: 'peak-ewma', label: 'Faster of two', note: 'two are drawn, the one with the shorter expected delay gets it' },
  { id: 'least-connections', label: 'Least busy', note: 'fewest sessions and commands for its weight' },
  { id: 'weighted', label: 'By weight', note: 'drawn by weight alone' },
  { id: 'round-robin', label: 'In turn', note: 'one after the other' },
];

export const strategyName = (id: string): string => strategies.find((one) => one.id === id)?.label ?? id;

const kinds: Readonly<Record<PoolEvent['kind'], string>> = {
  state: 'State',
  breaker: 'Breaker',
  ejected: 'Ejected',
  readmitted: 'Back in',
  panic: 'Panic',
  transport: 'Transport',
  drain: 'Drain',
  weight: 'Weight',
  strategy: 'Strategy',
  socket: 'Connection',
  token: 'Token',
  added: 'Added',
  removed: 'Removed',
  gap: 'Gap',
};

const states: Readonly<Record<string, string>> = { websocket: 'WebSocket', http: 'HTTP', active: 'in service', 'half-open': 'half open' };
const stateName = (event: PoolEvent, text: string): string => (event.kind === 'strategy' ? strategyName(text) : (states[text] ?? text));

/** An event as a row: what kind, from where to where, why, and whether it is good or bad news. */
export function eventText(event: PoolEvent): { kind: string; change: string; cause: string; tone: Tone } {
  const from = event.kind === 'socket' ? event.from.replace(`${event.hostId}-`, '#') : stateName(event, event.from);
  const to = stateName(event, event.to);
  const plain = event.kind === 'ejected' || event.kind === 'readmitted' || event.kind === 'gap';
  const change = plain ? '' : from === '' || to === '' ? from + to : `${from} → ${to}`;
  return { kind: kinds[event.kind], change, cause: event.cause, tone: toneOf(event) };
}

const BAD = new Set(['reconnecting', 'closed', 'dead', 'open', 'refused']);
const GOOD = new Set(['ready', 'accepted']);

function toneOf({ kind, to }: PoolEvent): Tone {
  if (kind === 'ejected' || kind === 'gap' || (kind === 'panic' && to === 'on')) return 'bad';
  if (kind === 'readmitted' || kind === 'panic') return 'ok';
  if (kind === 'socket') return 'off';
  if (kind === 'breaker') return to === 'closed' ? 'ok' : to === 'open' ? 'bad' : 'wait';
  if (BAD.has(to)) return 'bad';
  if (GOOD.has(to)) return 'ok';
  return kind === 'drain' && to !== 'active' ? 'wait' : 'off';
}
