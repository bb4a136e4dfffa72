/** What every test's control center is made of: a pool whose listener may leave out what the test does not ask about, hosts, and order. */
import { createPool, type Pool } from '#pool/index.ts';
import { AgentHost, PoolLimits, PoolSettings, type PoolEvent } from '#shared/domain/connection.ts';
import type { NumberedEvent } from '#shared/domain/session-event.ts';
import type { HostListener } from '#shared/host-protocol/link.ts';

type PoolOptions = Parameters<typeof createPool>[0];

/** @returns the pool, and what it tells from now on */
export function listeningPool(
  listener: Pick<HostListener, 'events'> & Partial<HostListener>,
  options: Partial<Pick<PoolOptions, 'center' | 'role' | 'cursors'>> & { readonly settings?: unknown } = {},
): { pool: Pool; told: PoolEvent[] } {
  const told: PoolEvent[] = [];
  const pool = createPool({
    center: 'center_a',
    role: 'center',
    cursors: () => [],
    sessions: () => 0,
    log: () => {},
    ...options,
    settings: PoolSettings.parse(options.settings ?? {}),
    listener: { live: () => {}, gauge: () => {}, streams: () => {}, health: () => {}, ...listener },
  });
  pool.onEvent((event) => told.push(event));
  return { pool, told };
}

/** A host as it is registered, with the limits of a fresh one. */
export const hostRow = (id: string, more: Partial<AgentHost> = {}): AgentHost =>
  AgentHost.parse({
    id,
    name: id,
    url: 'ws://127.0.0.1',
    tls: { caFile: '', certFile: '', keyFile: '', serverName: '' },
    weight: 1,
    limits: PoolLimits.parse({}),
    admin: 'active',
    addedAt: 0,
    rev: 1,
    ...more,
  });

/** Puts an event behind those of its run; one that is not the next is left out and noted. */
export function takeNext(list: NumberedEvent[], event: NumberedEvent, run: string, wrongs: string[]): void {
  const next = (list.at(-1)?.seq ?? 0) + 1;
  if (event.seq === next) list.push(event);
  else wrongs.push(`${run}: ${event.seq} came where ${next} was next`);
}
