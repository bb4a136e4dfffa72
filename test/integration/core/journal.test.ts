/** What is kept of hosts and connections: in batches, by the minute, for 30 days, and never at the price of the core. */
import { afterEach, expect, test, vi } from 'vitest';
import { Journal } from '#core/hosts/journal.ts';
import type { Pool } from '#pool/index.ts';
import type { ConnectionMinute, PoolEvent } from '#shared/domain/connection.ts';
import { FaultError } from '#shared/lib/fault.ts';
import { Sketch } from '#shared/lib/sketch.ts';
import { scratchStore } from '#test/support/store.ts';

afterEach(() => vi.useRealTimers());

const DAY_MS = 86_400_000;
const counts = { attempted: 1, ready: 1, refused: 0, lost: 0, answered: 2, failed: 0, eventsIn: 3, duplicates: 0, gaps: 0, bytesIn: 10, bytesOut: 10 };
const body: ConnectionMinute = { ...counts, dial: new Sketch().toJSON(), latency: new Sketch().toJSON() };

/** The two doors of the pool a journal uses. */
function source(): { pool: Pick<Pool, 'onEvent' | 'minutes'>; tell: (event: PoolEvent) => void } {
  const listeners = new Set<(event: PoolEvent) => void>();
  return {
    pool: {
      onEvent: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      minutes: () => [{ hostId: 'a', body }],
    },
    tell: (event) => listeners.forEach((listener) => listener(event)),
  };
}
const event = (at: number, cause = 'because'): PoolEvent => ({ at, hostId: 'a', kind: 'state', from: 'ready', to: 'reconnecting', cause });

test('events are stored together, minutes once a minute, and both are forgotten after 30 days', () => {
  vi.useFakeTimers({ now: 100 * DAY_MS });
  const store = scratchStore();
  store.hostEvents.append([event(Date.now() - 31 * DAY_MS, 'long ago')]);
  const journal = new Journal(store, () => undefined, Date.now);
  const { pool, tell } = source();
  journal.follow(pool);
  for (let n = 0; n < 50; n++) tell(event(Date.now(), `${n}`));
  expect(store.hostEvents.page({ limit: 100 }).events.map((each) => each.cause)).toEqual(['long ago']);
  vi.advanceTimersByTime(300);
  expect(store.hostEvents.page({ limit: 100 }).events).toHaveLength(51);
  vi.advanceTimersByTime(3 * 60_000);
  expect(store.connectionMinutes.list('a', 0, Infinity)).toHaveLength(3);
  expect(store.hostEvents.page({ limit: 100 }).events).toHaveLength(50);
  vi.advanceTimersByTime(31 * DAY_MS);
  expect(store.hostEvents.page({ limit: 100 }).events).toEqual([]);
  expect(store.connectionMinutes.list('a', 0, Infinity).length).toBeLessThan(32 * 1440);
  tell(event(Date.now(), 'the last'));
  journal.close();
  expect(store.hostEvents.page({ limit: 1 }).events).toMatchObject([{ cause: 'the last' }]);
});

test('a storm leaves its newest events and a word about the rest, and a full store does not end the core', () => {
  vi.useFakeTimers({ now: 100 * DAY_MS });
  const store = scratchStore();
  const said: string[] = [];
  const journal = new Journal(store, (_level, message) => said.push(message), Date.now);
  const { pool, tell } = source();
  journal.follow(pool);
  for (let n = 0; n < 2500; n++) tell(event(Date.now(), `${n}`));
  journal.flush();
  expect(store.hostEvents.page({ limit: 1 }).events).toMatchObject([{ cause: '2499' }]);
  expect(store.hostEvents.page({ limit: 3000 }).events).toHaveLength(2000);
  expect(said).toEqual(['more happened to connections than is kept']);
  vi.spyOn(store.hostEvents, 'append').mockImplementation(() => {
    throw new FaultError({ code: 'STORE_FULL', message: 'The disk is full.' });
  });
  tell(event(Date.now()));
  journal.close();
  expect(said.at(-1)).toBe('what happened to connections could not be kept');
});
