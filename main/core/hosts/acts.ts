/** What a person does to agent hosts: add, change, drain, eject, take back, remove. Each act is stored before the pool is told. */
import type { AgentHost, PoolLimits, TlsFiles } from '#shared/domain/connection.ts';
import { LIVE_SESSION } from '#shared/domain/status.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import type { Fleet } from '#agents/index.ts';
import type { SessionRow, Store } from '#store/store.ts';
import type { HostsRoom } from './room.ts';
import { readTls } from './secrets.ts';

/** How long sessions of a host that is removed may take to stop, in milliseconds: the host may not answer at all. */
const STOP_MS = 3000;

export type NewHost = Pick<AgentHost, 'name' | 'url' | 'tls' | 'weight' | 'limits'> & { readonly token: string };
export type HostChange = {
  readonly name?: string | undefined;
  readonly weight?: number | undefined;
  readonly limits?: PoolLimits | undefined;
  readonly tls?: TlsFiles | undefined;
  readonly token?: string | undefined;
};
type Deps = { readonly store: Store; readonly room: HostsRoom; readonly fleet: Pick<Fleet, 'wake' | 'forsake'>; readonly now: () => number };

export type HostActs = ReturnType<typeof createHostActs>;

export function createHostActs({ store, room, fleet, now }: Deps) {
  const find = (id: string): Result<AgentHost> => {
    const host = store.hosts.get(id);
    return host ? ok(host) : fail('HOST_UNKNOWN', 'This agent host is not registered.', { why: id, fix: 'Reload the connections.' });
  };
  /** The same address twice would be one host with two names, each taking the other's connections. */
  const twice = (url: string): AgentHost | undefined => store.hosts.list().find((host) => host.url !== '' && addressOf(host.url) === addressOf(url));

  function add({ token, ...host }: NewHost): Result<AgentHost> {
    const known = twice(host.url);
    if (known) return fail('HOST_KNOWN', `This address is "${known.name}" already.`, { fix: 'Change that host, or remove it first.' });
    const tls = readTls(host.tls);
    if (!tls.ok) return tls;
    const id = newId('hst', now());
    const kept = room.secrets.keep(id, token);
    if (!kept.ok) return kept;
    const added = store.hosts.insert({ ...host, id, name: host.name.trim() || new URL(host.url).host, admin: 'active', addedAt: now() });
    room.put(added);
    room.hosts.wake();
    return ok(added);
  }

  function save(id: string, { token, ...change }: HostChange): Result<AgentHost> {
    const host = find(id);
    if (!host.ok) return host;
    if (id === LOCAL_HOST && (token !== undefined || change.tls !== undefined)) {
      return fail('HOST_LOCAL', 'The host of this machine has no token and no certificates of its own.', { fix: 'Change its name, weight or limits only.' });
    }
    if (change.tls) {
      const tls = readTls(change.tls);
      if (!tls.ok) return tls;
    }
    if (token !== undefined) {
      const kept = room.secrets.keep(id, token);
      if (!kept.ok) return kept;
    }
    const { name, weight, limits, tls } = change;
    const patch = {
      ...(name === undefined ? {} : { name }),
      ...(weight === undefined ? {} : { weight }),
      ...(limits === undefined ? {} : { limits }),
      ...(tls === undefined ? {} : { tls }),
    };
    const saved = Object.keys(patch).length === 0 ? host.value : store.hosts.patch(id, patch);
    if (!saved) return find(id);
    room.put(saved);
    if (token !== undefined || tls !== undefined) room.renew(id);
    fleet.wake();
    return ok(saved);
  }

  function setAdmin(id: string, admin: AgentHost['admin']): Result<AgentHost> {
    const host = find(id);
    if (!host.ok || host.value.admin === admin) return host;
    const saved = store.hosts.patch(id, { admin });
    if (!saved) return find(id);
    room.put(saved);
    fleet.wake();
    return ok(saved);
  }

  async function readmit(id: string): Promise<Result<AgentHost>> {
    const host = setAdmin(id, 'active');
    if (!host.ok) return host;
    (await room.pool()).readmit(id);
    fleet.wake();
    return host;
  }

  async function reconnect(id: string): Promise<Result<void>> {
    const host = find(id);
    if (!host.ok) return host;
    room.renew(id);
    (await room.pool()).reconnect(id);
    return ok(undefined);
  }

  /** @returns HOST_LOCAL; HOST_IN_USE while sessions run there and they are not to be lost */
  async function remove(id: string, force: boolean): Promise<Result<void>> {
    const host = find(id);
    if (!host.ok) return host;
    if (id === LOCAL_HOST) return fail('HOST_LOCAL', 'The host of this machine is always there.', { fix: 'Drain it, so that it takes no new sessions.' });
    const live = liveOn(id);
    if (live.length > 0 && !force) {
      return fail('HOST_IN_USE', `${live.length === 1 ? 'One session runs' : `${live.length} sessions run`} on "${host.value.name}".`, {
        fix: 'Drain it and wait until they end, stop them, or remove it by force: then they are lost.',
      });
    }
    setAdmin(id, 'draining');
    await stopAll(id, live);
    store.hosts.remove(id, now());
    room.remove(id);
    fleet.forsake(id);
    return ok(undefined);
  }

  const liveOn = (id: string): SessionRow[] => store.sessions.inStatus(LIVE_SESSION).filter((session) => session.hostId === id);

  /** Agents that nobody listens to any more must not go on working. */
  async function stopAll(id: string, live: readonly SessionRow[]): Promise<void> {
    const link = room.hosts.of(id);
    if (live.length === 0 || link.health().state !== 'ready') return;
    const how = { how: 'stop', reason: 'stopped', graceMs: STOP_MS } as const;
    await Promise.all(live.map((session) => link.call('session.stop', { sessionId: session.id, ...how }, { timeoutMs: STOP_MS })));
  }

  return { add, save, setAdmin, readmit, reconnect, remove };
}

const addressOf = (url: string): string => new URL(url.replace(/^ws/, 'http')).host.toLowerCase();
