/** What the Connections room says of a host: the state in one word, warnings worst first, numbers with window and n, events with their cause. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostFacts, PoolEvent } from '#shared/domain/connection.ts';
import { costOf, figureIds, figureOf } from '#renderer/connections/figures.ts';
import { eventText, formatMs, hostWord, successText, warningsOf } from '#renderer/connections/words.ts';
import { hostFacts } from './facts.ts';

const NOW = 1_000_000;

test.each<[string, Partial<HostFacts>]>([
  ['ready', {}],
  ['reconnecting', { state: 'reconnecting', cause: 'no heartbeat within 3000 ms' }],
  ['not connected', { state: 'closed' }],
  ['breaker open', { breaker: { state: 'open', until: NOW + 4000, failures: 5 } }],
  ['on trial', { breaker: { state: 'half-open', until: null, failures: 5 } }],
  ['ejected', { ejection: { reason: '5 failures in a row', until: NOW + 30_000, count: 1 } }],
  ['ejected by you', { admin: 'ejected', state: 'reconnecting' }],
  ['draining', { admin: 'draining' }],
  ['draining', { cause: 'the machine is going down' }],
])('a host is said to be "%s"', (word, part) => {
  expect(hostWord(hostFacts(part)).word).toBe(word);
});

test("this machine's host that nobody needed yet is not started, and that is no warning", () => {
  const asleep = hostFacts({ id: 'local', state: 'connecting', lastSeenAt: null });
  expect(hostWord(asleep)).toMatchObject({ word: 'not started', tone: 'off' });
  expect(warningsOf(asleep, false, NOW).filter((one) => one.tone === 'bad')).toEqual([]);
});

test('an ejection says its reason, which in a row it is, and when the host comes back; in panic that it is ignored', () => {
  const host = hostFacts({ ejection: { reason: 'success rate 40 % of 200', until: NOW + 61_000, count: 2 } });
  expect(warningsOf(host, false, NOW)[0]?.text).toBe('Ejected, number 2 in a row, back in 1 min: success rate 40 % of 200');
  expect(warningsOf(host, true, NOW)[0]?.text).toContain('ignored in panic');
});

test('an open breaker says after how many failures and when the next try is', () => {
  const host = hostFacts({ breaker: { state: 'open', until: NOW + 3200, failures: 5 } });
  expect(warningsOf(host, false, NOW)[0]?.text).toBe('Breaker open after 5 failures in a row, one try in 4 s');
});

test('success is a count of a count in a window, never a bare percentage', () => {
  expect(successText({ ready: 3, attempted: 4, windowMs: 60_000 })).toBe('3 of 4 in 60 s');
  expect(successText({ ready: 0, attempted: 0, windowMs: 60_000 })).toBe('no opens in 60 s');
});

test('latencies keep the digits that matter', () => {
  expect([0.421, 3.14, 38.2, 999.4, 1240, 12_345].map(formatMs)).toEqual(['0.42 ms', '3.1 ms', '38 ms', '999 ms', '1.24 s', '12.3 s']);
});

const event = (part: Partial<PoolEvent>): PoolEvent => ({ at: NOW, hostId: 'hst_a', kind: 'state', from: 'ready', to: 'reconnecting', cause: 'why', ...part });

test('an event says from where to where and why; a connection by its number in the table', () => {
  expect(eventText(event({}))).toMatchObject({ kind: 'State', change: 'ready → reconnecting', cause: 'why', tone: 'bad' });
  expect(eventText(event({ kind: 'socket', from: 'hst_a-2 greeting', to: 'ready' })).change).toBe('#2 greeting → ready');
  expect(eventText(event({ kind: 'transport', from: 'websocket', to: 'http' })).change).toBe('WebSocket → HTTP');
  expect(eventText(event({ kind: 'strategy', from: 'round-robin', to: 'peak-ewma' })).change).toBe('In turn → Faster of two');
  expect(eventText(event({ kind: 'ejected', from: 'in', to: 'out' }))).toMatchObject({ change: '', tone: 'bad' });
});

test('every figure names its formula, what it was counted over, and inputs that differ by name', () => {
  const latency = { p50: 1, p95: 2, p99: 3, n: 7 };
  const host = hostFacts({
    latency,
    dial: latency,
    success: { ready: 1, attempted: 2, windowMs: 60_000 },
    ewmaMs: 2,
    dialHistogram: [
      { le: 5, n: 7 },
      { le: null, n: 0 },
    ],
  });
  for (const id of figureIds) {
    const figure = figureOf(host, id);
    expect(figure.formula).not.toBe('');
    expect(figure.basis).toMatch(/n = 7, 60 s|of \d+ in 60 s|now|since the app started/);
    expect(figure.inputs.length).toBeGreaterThan(0);
    expect(new Set(figure.inputs.map(([name]) => name)).size).toBe(figure.inputs.length);
  }
});

test('nothing measured is said as not known, not as zero', () => {
  for (const id of ['latency', 'dial', 'success', 'cost'] as const) expect(figureOf(hostFacts({}), id)).toMatchObject({ known: false, value: '–' });
});

test('the cost grows with latency and load and falls with weight; weight 0 is never chosen', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 5000, noNaN: true }), fc.nat(500), fc.double({ min: 0.1, max: 100, noNaN: true }), (ewmaMs, sessions, weight) => {
      const cost = costOf(hostFacts({ ewmaMs, sessions, weight })) ?? 0;
      expect(costOf(hostFacts({ ewmaMs: ewmaMs * 2, sessions, weight }))).toBeGreaterThan(cost);
      expect(costOf(hostFacts({ ewmaMs, sessions: sessions + 1, weight }))).toBeGreaterThan(cost);
      expect(costOf(hostFacts({ ewmaMs, sessions, weight: weight * 2 }))).toBeLessThan(cost);
    }),
  );
  expect(figureOf(hostFacts({ ewmaMs: 3, weight: 0 }), 'cost').value).toBe('never chosen');
});
