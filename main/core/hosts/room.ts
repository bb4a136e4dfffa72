/**
 * All agent hosts behind one door, for the rooms above. The pool's code is loaded and this machine's host is started when they are first
 * needed: opening the app waits for neither.
 *
 *   idle ──call or wake──► loading ──► loaded: every host of the store in the pool ──stop──► stopped
 */
import path from 'node:path';
import type { createLocalHost, createPool, LocalHost, Pool, Target } from '#pool/index.ts';
import type { AgentHost, ConnectionMinute, HostFacts } from '#shared/domain/connection.ts';
import { LOCAL_HOST, type HostHealth, type HostLink, type HostListener, type Hosts } from '#shared/host-protocol/link.ts';
import { fail, FaultError } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';
import { hostCommand, hostEnv } from './command.ts';
import { idleFacts, idleHealth } from './idle.ts';
import { Journal } from './journal.ts';
import { Secrets } from './secrets.ts';
import { Targets } from './targets.ts';

/** The pool's makers; the pool's own unless a caller brings others. */
export type PoolParts = { readonly createPool: typeof createPool; readonly createLocalHost: typeof createLocalHost };

/** A run that was lost this long ago, in milliseconds, is not told of any more. */
const LOST_MS = 7 * 86_400_000;
/** How often a host whose token or certificates cannot be read is looked at again. */
const AGAIN_MS = 5000;

export type RoomOptions = {
  readonly dataDir: string;
  readonly store: Store;
  readonly log: Log;
  readonly now: () => number;
  readonly listener: () => HostListener;
  /** Open runs on a host. */
  readonly runsOn: (hostId: string) => number;
  readonly parts?: PoolParts | undefined;
  /** Told of what each host's connections did, once a minute and at the end. */
  readonly onMinute: (hostId: string, body: ConnectionMinute) => void;
};

export type HostsRoom = {
  readonly hosts: Hosts;
  readonly secrets: Secrets;
  /** Loads what is needed and answers with the pool; throws HOST_UNREACHABLE while the app is closing. */
  pool(): Promise<Pool>;
  makers(): Promise<PoolParts>;
  /** Where a registered host is dialled now; null while there is nothing to dial with. */
  target(hostId: string): Target | null;
  /** A host was added or is another now. */
  put(host: AgentHost): void;
  /** Its token or its certificates are others. */
  renew(hostId: string): void;
  remove(hostId: string): void;
  /** What is shown of all hosts, also before the pool is there. */
  view(): { panic: boolean; hosts: HostFacts[] };
  /** The settings were saved. */
  configure(): void;
  /** Tells what the connections did since the last minute was told; no more are told. Before whoever is told closes. @returns false when there were none */
  lastMinute(): boolean;
  stop(): Promise<void>;
};

export function createHostsRoom(options: RoomOptions): HostsRoom {
  const { store, log, now, dataDir } = options;
  const secrets = new Secrets(dataDir);
  const targets = new Targets(store, secrets);
  const journal = new Journal(store, log, now, options.onMinute);
  let loading: Promise<Pool> | null = null;
  let pool: Pool | null = null;
  let local: LocalHost | null = null;
  let again: NodeJS.Timeout | null = null;
  let stopped = false;

  const makers = async (): Promise<PoolParts> => options.parts ?? (await import('#pool/index.ts'));
  const targetOf = (id: string): (() => ReturnType<Targets['of']>) => (id === LOCAL_HOST ? () => local?.target() ?? null : () => targets.of(id));

  async function load(): Promise<Pool> {
    const made = await makers();
    if (stopped) throw closing();
    const fresh = made.createPool({
      center: store.hosts.centerId(),
      role: 'center',
      settings: store.settings.get().pool,
      listener: watched(options.listener()),
      cursors: (hostId) => [...store.runs.cursors(hostId, now() - LOST_MS), ...store.telemetry.cursors(hostId)],
      sessions: options.runsOn,
      log: (text) => log('warn', text),
      now,
    });
    pool = fresh;
    local = made.createLocalHost({
      dataDir: path.join(dataDir, 'host'),
      command: hostCommand(),
      env: hostEnv(),
      log: (text) => log('warn', `host: ${text.trimEnd()}`),
      pool: fresh,
    });
    journal.follow(fresh);
    for (const host of store.hosts.list()) fresh.put(host, targetOf(host.id));
    local.start();
    again = setInterval(() => {
      for (const id of targets.broken()) fresh.renew(id);
    }, AGAIN_MS);
    return fresh;
  }

  const watched = (listener: HostListener): HostListener => ({
    ...listener,
    health(health) {
      listener.health(health);
      if (health.state === 'ready') refuseTwins();
    },
  });

  /** One host under two addresses would speak for its runs under two names: the one that was added later is not dialled. */
  function refuseTwins(): void {
    const names = new Map<string, string>();
    for (const { hostId, name, state, identity } of pool?.all() ?? []) {
      if (state !== 'ready' || identity === null) continue;
      const twin = names.get(identity.id);
      names.set(identity.id, twin ?? name);
      if (twin === undefined) continue;
      const fix = 'Remove one of the two in Connections.';
      targets.refuse(hostId, fail('HOST_KNOWN', `This is the agent host "${twin}" under another address.`, { fix }).fault);
      setImmediate(() => !stopped && pool?.reconnect(hostId));
    }
  }

  const start = (): Promise<Pool> => (stopped ? Promise.reject(closing()) : (loading ??= load()));

  /** A host before the pool is there: a call brings it. */
  const waiting = (hostId: string): HostLink => ({
    hostId,
    health: () => withFault(idleHealth(hostId, store)),
    async call(name, input, callOptions) {
      if (stopped) return closed;
      return (await start()).of(hostId).call(name, input, callOptions);
    },
  });

  /** The pool does not know why a host has no address: the file that cannot be read is the cause. */
  function withFault<T extends { state: string; cause: string | null }>(it: T & ({ hostId: string } | { id: string })): T {
    const fault = it.state === 'ready' ? null : targets.fault('hostId' in it ? it.hostId : it.id);
    if (fault === null) return it;
    const cause = [fault.message, fault.why].filter(Boolean).join(' ');
    return 'code' in it ? { ...it, cause, code: fault.code } : { ...it, cause };
  }

  return {
    hosts: {
      of(hostId) {
        const link = pool?.of(hostId);
        return link ? { hostId, health: () => withFault(link.health()), call: link.call } : waiting(hostId);
      },
      all: (): HostHealth[] => (pool ? pool.all().map(withFault) : store.hosts.list().map((host) => withFault(idleHealth(host.id, store)))),
      choose: (among) => pool?.choose(among) ?? null,
      wake: () => {
        if (!stopped) start().catch((error: unknown) => log('error', 'the agent hosts could not be reached for', { error: String(error) }));
      },
    },
    secrets,
    pool: start,
    makers,
    target: (hostId) => targetOf(hostId)(),
    put(host) {
      targets.forget(host.id);
      pool?.put(host, targetOf(host.id));
    },
    renew(hostId) {
      targets.forget(hostId);
      pool?.renew(hostId);
    },
    remove(hostId) {
      pool?.remove(hostId);
      targets.forget(hostId);
      secrets.forget(hostId);
    },
    view() {
      if (!pool) return { panic: false, hosts: store.hosts.list().map((host) => withFault(idleFacts(host))) };
      const { panic, hosts } = pool.view();
      return { panic, hosts: hosts.map(withFault) };
    },
    configure: () => pool?.configure(store.settings.get().pool),
    lastMinute: () => journal.lastMinute(),
    async stop() {
      if (stopped) return;
      stopped = true;
      await loading?.catch(() => null);
      if (again) clearInterval(again);
      await local?.stop();
      await pool?.close();
      journal.close();
    },
  };
}

const closed = fail('HOST_UNREACHABLE', 'The app is closing.');
const closing = (): FaultError => new FaultError(closed.fault);
