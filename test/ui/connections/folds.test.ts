/** The folds behind the room: pages of events without holes or repeats, lines that keep their peaks, drafts that cannot be sent, hosts that need a person. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LoadPoint, LoadReport } from '#shared/domain/load-test.ts';
import { noEvents, withNewest, withOlder, type EventLog, type LoggedEvent } from '#renderer/connections/event-pages.ts';
import { emptyDraft, faultsOf, isBare, isReady, sent } from '#renderer/connections/host-form.ts';
import { lineOf, peakOf } from '#renderer/connections/load-test/points.ts';
import { compareReports, reportWord } from '#renderer/connections/load-test/report-text.ts';
import { isLasting, troublesOf } from '#renderer/connections/troubles.ts';
import { hostFacts } from './facts.ts';

const logged = (seq: number): LoggedEvent => ({ seq, at: seq, hostId: 'h', kind: 'socket', from: '', to: '', cause: '' });
/** The page the core would answer with when it holds the events 1 to `last`. */
const page = (last: number, limit: number, before = last + 1): { events: LoggedEvent[]; more: boolean } => {
  const all = Array.from({ length: Math.min(last, before - 1) }, (_, i) => logged(i + 1)).toReversed();
  return { events: all.slice(0, limit), more: all.length > limit };
};
const numbers = (log: EventLog): number[] => log.events.map((one) => one.seq);

test('however looks and older pages alternate, the log has every event once, newest first, from its newest to its oldest', () => {
  const step = fc.oneof(fc.record({ grow: fc.nat(12) }), fc.constant('older' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 10 }), (steps, limit) => {
      let last = 0;
      let log = noEvents;
      for (const one of steps) {
        if (one === 'older') {
          const oldest = log.events.at(-1)?.seq;
          if (oldest !== undefined && log.more) log = withOlder(log, page(last, limit, oldest));
        } else {
          last += one.grow;
          log = withNewest(log, page(last, limit));
        }
        const seen = numbers(log);
        const from = seen.at(-1) ?? 1;
        expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => last - i).slice(0, seen.length));
        if (seen.length > 0) expect(log.more).toBe(from > 1);
      }
    }),
  );
});

const point = (second: number, value: number): LoadPoint => ({
  second,
  ready: value,
  eventsPerSecond: value,
  callsPerSecond: 0,
  latencyP95Ms: value < 0 ? null : value,
  failures: 0,
  loopDelayP99Ms: null,
});

test('a line has at most the points that can be drawn, in order, and keeps its peak and its dip', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 3600 }), fc.integer({ min: 10, max: 400 }), (values, most) => {
      const points = values.map((value, i) => point(i, value));
      const line = lineOf(points, 'ready', most);
      expect(line.length).toBeLessThanOrEqual(Math.max(most, 1));
      expect(line.map((one) => one.second)).toEqual(line.map((one) => one.second).toSorted((a, b) => a - b));
      const drawn = line.map((one) => one.value ?? 0);
      expect(Math.max(...drawn)).toBe(Math.max(...values));
      expect(Math.min(...drawn)).toBe(Math.min(...values));
    }),
  );
});

test('seconds in which nothing was measured stay gaps', () => {
  expect(lineOf([point(0, 3), point(1, -1)], 'latencyP95Ms').map((one) => one.value)).toEqual([3, null]);
  expect(peakOf([point(0, -1)], 'latencyP95Ms')).toBeNull();
});

const token = 'x'.repeat(32);

test('a draft is sent when address and token can be right, and says what is wrong when they cannot', () => {
  const draft = { ...emptyDraft, url: 'wss://build-1:4700', token };
  expect(isReady(draft)).toBe(true);
  expect(faultsOf({ ...draft, url: 'build-1:4700' }).url).toContain('wss://');
  expect(faultsOf({ ...draft, url: 'wss://build-1:4700/?token=abc' }).url).toContain('no token');
  expect(faultsOf({ ...draft, token: 'short' }).token).toContain('at least 32');
  expect(faultsOf({ ...draft, tls: { ...draft.tls, certFile: '/c.pem' } }).tls).toContain('belong together');
  expect(isReady({ ...draft, token: '' })).toBe(false);
  expect(isReady({ ...draft, token: '' }, true)).toBe(true);
});

test('an address without TLS is warned of unless it stays on this machine, and sends no certificates', () => {
  expect(['ws://build-1:4700', 'ws://127.0.0.1:4700', 'ws://localhost:1', 'ws://[::1]:1', 'wss://build-1:4700', 'nonsense'].map(isBare)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
  const tls = { caFile: ' /ca.pem ', certFile: '', keyFile: '', serverName: '' };
  expect(sent({ ...emptyDraft, url: ' ws://a:1 ', token, tls })).toMatchObject({ url: 'ws://a:1', tls: { caFile: '' } });
  expect(sent({ ...emptyDraft, url: 'wss://a:1', token, tls })).toMatchObject({ tls: { caFile: '/ca.pem' } });
});

const report = (kpis: LoadReport['kpis'], part: Partial<LoadReport> = {}): LoadReport => ({
  id: 'a',
  status: 'done',
  startedAt: 1,
  endedAt: 2,
  options: { clients: 10, seconds: 1, sessions: 10, host: 'own' },
  progress: 1,
  points: [],
  dial: null,
  call: null,
  eventLatency: null,
  lost: 0,
  doubled: 0,
  kpis,
  passed: kpis.every((kpi) => kpi.holds),
  detail: '',
  ...part,
});
const kpi = (name: string, value: number | null, op: '<=' | '>=' = '<='): LoadReport['kpis'][number] => ({
  name,
  value,
  unit: 'ms',
  op,
  goal: 100,
  holds: true,
  n: 1,
});

test('two runs are compared goal by goal: less is better below a limit, more above one; a goal only one has stays', () => {
  const rows = compareReports(
    report([kpi('dial', 80), kpi('rate', 80, '>='), kpi('old', 1)]),
    report([kpi('dial', 60), kpi('rate', 60, '>='), kpi('new', null)]),
  );
  expect(rows.map(({ name, change, better }) => [name, change, better])).toEqual([
    ['dial', '−20 ms', true],
    ['rate', '−20 ms', false],
    ['new', '', null],
    ['old', '', null],
  ]);
});

test('what became of a run is said in a word', () => {
  expect(reportWord(report([])).word).toBe('passed');
  expect(reportWord(report([{ ...kpi('dial', 200), holds: false }])).word).toBe('failed');
  expect(reportWord(report([], { status: 'running', progress: 0.419 })).word).toBe('running, 41 %');
});

const view = (at: number, part: Parameters<typeof hostFacts>[0]) => ({ at, strategy: 'peak-ewma' as const, panic: false, hosts: [hostFacts(part)] });

test('a host needs a person when it is ejected, or was not heard for ten seconds; what has not changed is the same list', () => {
  const cut = troublesOf(view(5000, { state: 'reconnecting', cause: 'frozen', lastSeenAt: 4000 }), []);
  expect(cut).toMatchObject([{ what: 'unreachable', cause: 'frozen', since: 4000 }]);
  expect(cut.map((one) => [isLasting(one, 13_999), isLasting(one, 14_000)])).toEqual([[false, true]]);
  const ejection = { reason: '5 failures in a row', until: 60_000, count: 1 };
  const ejected = troublesOf(view(6000, { ejection }), cut);
  expect(ejected).toMatchObject([{ what: 'ejected', since: 6000 }]);
  expect(troublesOf(view(9000, { ejection }), ejected)).toBe(ejected);
  expect(troublesOf(view(9500, {}), ejected)).toEqual([]);
});
