/** What is known of a host before the pool is loaded: its row, and that nothing was measured. */
import type { AgentHost, HostFacts } from '#shared/domain/connection.ts';
import type { HostHealth } from '#shared/host-protocol/link.ts';
import type { Store } from '#store/store.ts';

const WINDOW_MS = 60_000;

export function idleHealth(hostId: string, store: Store): HostHealth {
  const known = store.hosts.get(hostId);
  const state = known ? 'connecting' : 'closed';
  const cause = known ? null : 'This host is not registered.';
  return { hostId, name: store.hosts.nameOf(hostId) ?? hostId, state, cause, latencyMs: null, lastSeenAt: null, dead: false, identity: null };
}

export function idleFacts({ id, name, url, admin, weight }: AgentHost): HostFacts {
  return {
    id,
    name,
    url,
    state: 'connecting',
    cause: null,
    code: null,
    admin,
    weight,
    warmth: 0,
    transport: null,
    version: null,
    lastSeenAt: null,
    sessions: 0,
    breaker: { state: 'closed', until: null, failures: 0 },
    ejection: null,
    latency: null,
    ewmaMs: null,
    dial: null,
    dialHistogram: [],
    success: { ready: 0, attempted: 0, windowMs: WINDOW_MS },
    inFlight: 0,
    queued: 0,
    reconnects: 0,
    eventsIn: 0,
    duplicatesDropped: 0,
    gaps: 0,
    sockets: [],
  };
}
