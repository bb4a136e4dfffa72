/** The pool over scripted hosts: the real choice among them, and none of its connections. */
import type { PoolParts } from '#core/hosts/room.ts';
import { createPicker } from '#pool/pick/index.ts';
import type { Pool, PoolOptions } from '#pool/index.ts';
import type { AgentHost, HostFacts, PoolEvent, Strategy } from '#shared/domain/connection.ts';
import { LOCAL_HOST, type HostLink } from '#shared/host-protocol/link.ts';
import { fail } from '#shared/lib/fault.ts';
import type { ScriptedHost } from './scripted-host.ts';

/** Each host is found by its address; the one without is this machine's. */
export function scriptedPool(hosts: readonly ScriptedHost[]): PoolParts {
  return {
    createPool: (options) => new ScriptedPool(hosts, options),
    createLocalHost: () => ({ target: () => null, pid: () => null, start: () => undefined, stop: async () => hosts.find((host) => host.url === '')?.detach() }),
  };
}

class ScriptedPool implements Pool {
  readonly #scripted: readonly ScriptedHost[];
  readonly #options: PoolOptions;
  readonly #rows = new Map<string, AgentHost>();
  readonly #listeners = new Set<(event: PoolEvent) => void>();
  #strategy: Strategy;
  #pick: ReturnType<typeof createPicker>;

  constructor(scripted: readonly ScriptedHost[], options: PoolOptions) {
    this.#scripted = scripted;
    this.#options = options;
    this.#strategy = options.settings.strategy;
    this.#pick = createPicker(this.#strategy);
  }

  put(row: AgentHost, target: Parameters<Pool['put']>[1]): void {
    const before = this.#rows.get(row.id);
    this.#rows.set(row.id, row);
    const host = this.#hostOf(row.id);
    if (before) return this.#tell(row.id, 'drain', before.admin, row.admin, 'set by a person');
    this.#tell(row.id, 'added', '', row.name, row.url);
    if (row.id === LOCAL_HOST || target() !== null) host?.attach(row.id, this.#options.listener, this.#options.cursors);
  }
  remove(hostId: string): void {
    this.#hostOf(hostId)?.detach();
    this.#rows.delete(hostId);
    this.#tell(hostId, 'removed', '', '', 'removed by a person');
  }
  down(): void {}
  renew(): void {}
  reconnect(hostId: string): void {
    this.#hostOf(hostId)?.reconnect(this.#options.cursors(hostId));
  }
  readmit(hostId: string): void {
    this.#tell(hostId, 'readmitted', '', '', 'a person took it back in');
  }
  configure({ strategy }: PoolOptions['settings']): void {
    if (strategy !== this.#strategy) this.#pick = createPicker(strategy);
    this.#strategy = strategy;
  }
  view(): ReturnType<Pool['view']> {
    return { strategy: this.#strategy, panic: false, hosts: [...this.#rows.values()].map((row) => this.#facts(row)) };
  }
  onEvent(listener: (event: PoolEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  minutes(): [] {
    return [];
  }
  async close(): Promise<void> {
    for (const id of this.#rows.keys()) this.#hostOf(id)?.detach();
  }
  of(hostId: string): HostLink {
    const host = this.#rows.has(hostId) ? this.#hostOf(hostId) : undefined;
    return host?.link ?? { hostId, health: () => ({ ...noHealth, hostId, name: hostId }), call: async () => fail('HOST_UNKNOWN', 'No such host.') };
  }
  all(): ReturnType<Pool['all']> {
    return [...this.#rows.keys()].map((id) => this.of(id).health());
  }
  choose(among: readonly string[]): string | null {
    const some = among.flatMap((id) => this.#rows.get(id) ?? []).filter((row) => row.admin === 'active' && this.of(row.id).health().state === 'ready');
    const candidates = some.map(({ id, weight }) => ({ id, weight, warmth: 1, ewmaMs: 1, outstanding: this.#options.sessions(id) }));
    return this.#pick(candidates)?.id ?? null;
  }
  wake(): void {}

  #hostOf(id: string): ScriptedHost | undefined {
    const url = this.#rows.get(id)?.url ?? '';
    return this.#scripted.find((host) => host.url === url);
  }

  #tell(hostId: string, kind: PoolEvent['kind'], from: string, to: string, cause: string): void {
    for (const listener of this.#listeners) listener({ at: 0, hostId, kind, from, to, cause });
  }

  #facts({ id, name, url, admin, weight }: AgentHost): HostFacts {
    const { state, cause, lastSeenAt } = this.of(id).health();
    const counts = { inFlight: 0, queued: 0, reconnects: 0, eventsIn: 0, duplicatesDropped: 0, gaps: 0 };
    const nothing = { latency: null, ewmaMs: null, dial: null, transport: null, version: null, ejection: null, code: null };
    const success = { ready: 0, attempted: 0, windowMs: 60_000 };
    const breaker = { state: 'closed' as const, until: null, failures: 0 };
    const sessions = this.#options.sessions(id);
    return {
      id,
      name,
      url,
      admin,
      weight,
      state,
      cause,
      lastSeenAt,
      sessions,
      warmth: 1,
      breaker,
      dialHistogram: [],
      success,
      sockets: [],
      ...counts,
      ...nothing,
    };
  }
}

const noHealth = { state: 'closed' as const, latencyMs: null, lastSeenAt: null, cause: 'not registered', dead: false, identity: null };
