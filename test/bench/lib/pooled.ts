/** Pools for the benches: the product's own, with a listener that is given. */
import { createPool, type Pool } from '#pool/index.ts';
import { defaultLimits, PoolSettings, type AgentHost, type PoolLimits } from '#shared/domain/connection.ts';
import type { HostListener } from '#shared/host-protocol/link.ts';

export const TOKEN = 'a token of the benches that is long enough';

const nothing = (): undefined => undefined;

/** Every host gets a link of its own, as a load test's clients do. */
export function benchPool(role: 'center' | 'probe', listener: Partial<HostListener> = {}): Pool {
  return createPool({
    center: `bench-${process.pid}`,
    role,
    link: (hostId) => `${hostId}-${process.pid}-${performance.now()}`,
    settings: PoolSettings.parse({}),
    listener: { events: nothing, live: nothing, gauge: nothing, streams: nothing, health: nothing, ...listener },
    cursors: () => [],
    sessions: () => 0,
    log: nothing,
  });
}

export function hostRow(id: string, limits: Partial<PoolLimits> = {}): AgentHost {
  return {
    id,
    name: id,
    url: 'ws://127.0.0.1',
    tls: { caFile: '', certFile: '', keyFile: '', serverName: '' },
    weight: 1,
    limits: { ...defaultLimits, minSockets: 1, ...limits },
    admin: 'active',
    addedAt: 0,
    rev: 0,
  };
}

export const target = (port: number): { url: string; token: string; tls: object } => ({ url: `ws://127.0.0.1:${port}`, token: TOKEN, tls: {} });
