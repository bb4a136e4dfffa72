/** A control center that remembers what its pool told it, and that checks while it listens that nothing comes twice or out of order. */
import { onTestFinished } from 'vitest';
import type { Pool, Target } from '#pool/index.ts';
import { PoolLimits, type AgentHost, type HostFacts, type PoolEvent } from '#shared/domain/connection.ts';
import type { NumberedEvent } from '#shared/domain/session-event.ts';
import type { Cursor } from '#shared/host-protocol/frames.ts';
import type { HostHealth, StreamReport } from '#shared/host-protocol/link.ts';
import { until } from '../net/dialled.ts';
import { hostRow, listeningPool, takeNext } from './listening.ts';

export type TestCenter = {
  readonly pool: Pool;
  /** Events taken, by run. */
  readonly taken: Map<string, NumberedEvent[]>;
  readonly told: PoolEvent[];
  readonly health: HostHealth[];
  readonly streams: (readonly StreamReport[])[];
  /** What broke the promise of the listener: a number that was not the next. */
  readonly broken: string[];
  /** When it returns false the batch is refused, as by a full store. */
  accept: () => boolean;
  add(id: string, target: Target | (() => Target | null), more?: Partial<AgentHost> & { limit?: Partial<PoolLimits> }): void;
  facts(id: string): HostFacts;
  /** Waits until the host is in a state. */
  is(id: string, state: HostFacts['state']): Promise<void>;
  events(kind: PoolEvent['kind']): PoolEvent[];
};

/** Short times, so that a test does not wait for the defaults. */
export const QUICK = PoolLimits.parse({ minSockets: 1, beatMs: 200, beatDeadlineMs: 1000 });

export function testCenter(options: { center?: string; role?: 'center' | 'probe'; settings?: unknown; cursors?: () => Cursor[] } = {}): TestCenter {
  const taken: TestCenter['taken'] = new Map();
  const health: HostHealth[] = [];
  const streams: TestCenter['streams'] = [];
  const broken: string[] = [];
  const { pool, told } = listeningPool(
    {
      events(_hostId, sessionId, batch) {
        if (!state.accept()) throw new Error('refused by the test');
        for (const event of batch) {
          const run = `${sessionId}/${event.epoch}`;
          const list = taken.get(run) ?? [];
          taken.set(run, list);
          takeNext(list, event, run, broken);
        }
      },
      streams: (_hostId, held) => streams.push(held),
      health: (now) => health.push(now),
    },
    options,
  );
  onTestFinished(() => pool.close());
  const state: TestCenter = {
    pool,
    taken,
    told,
    health,
    streams,
    broken,
    accept: () => true,
    add: (id, target, { limit, ...more } = {}) =>
      pool.put(hostRow(id, { ...more, limits: { ...QUICK, ...limit } }), typeof target === 'function' ? target : () => target),
    facts(id) {
      const facts = pool.view().hosts.find((host) => host.id === id);
      if (!facts) throw new Error(`no host ${id}`);
      return facts;
    },
    is: (id, wanted) => until(() => state.facts(id).state === wanted),
    events: (kind) => told.filter((event) => event.kind === kind),
  };
  return state;
}
