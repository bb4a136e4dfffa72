/** All hosts: adds and removes them, chooses among them, tells what happens to them. */
import { randomUUID } from 'node:crypto';
import type { HostFacts, PoolEvent, PoolSettings } from '#shared/domain/connection.ts';
import type { HostHealth, HostLink } from '#shared/host-protocol/link.ts';
import { fail } from '#shared/lib/fault.ts';
import { monotonic } from './health/clock.ts';
import { Ejector } from './health/ejector.ts';
import { Wheel } from './health/wheel.ts';
import { PooledHost, type LinkPool } from './link/host-link.ts';
import type { Sockets } from './link/sockets.ts';
import { eligible, isPanic, type Standing } from './pick/choose.ts';
import { createPicker } from './pick/index.ts';
import { DialGate } from './transport/index.ts';
import type { Pool, PoolOptions } from './types.ts';

/** So many new hosts begin in one turn of the loop: a thousand at once would hold up the answers to the first dials. */
const BEGIN = 32;
/** How often ejections and success rates are looked at. */
const SWEEP_MS = 1000;

export function createPool(options: PoolOptions): Pool {
  const now = options.now ?? Date.now;
  const link = randomUUID();
  const wheel = new Wheel(monotonic());
  const gate = new DialGate();
  const hosts = new Map<string, PooledHost>();
  const beginning: Sockets[] = [];
  const listeners = new Set<(event: PoolEvent) => void>();
  let settings: PoolSettings = options.settings;
  let pick = createPicker(settings.strategy);
  let panic = false;
  let closed = false;

  const emit = (hostId: string, kind: PoolEvent['kind'], from: string, to: string, cause: string): void => {
    for (const listener of listeners) listener({ at: now(), hostId, kind, from, to, cause });
  };
  const ejector = new Ejector(
    () => settings.health,
    ({ hostId, kind, cause }) => {
      emit(hostId, kind, kind === 'ejected' ? 'in' : 'out', kind === 'ejected' ? 'out' : 'in', cause);
      if (kind === 'readmitted') hosts.get(hostId)?.readmit();
    },
  );

  function beginSome(): void {
    for (const sockets of beginning.splice(0, BEGIN)) sockets.start();
    if (beginning.length > 0) setImmediate(beginSome);
  }

  const common: LinkPool = {
    ...options,
    wheel,
    gate,
    begin: (sockets) => {
      if (beginning.push(sockets) === 1) setImmediate(beginSome);
    },
    now,
    emit,
    rules: () => settings.health,
    judge: (hostId, ok, why) => (ok ? ejector.success(hostId, performance.now()) : ejector.failure(hostId, performance.now(), why)),
  };

  function standing(host: PooledHost, at: number): Standing {
    if (host.host.admin !== 'active' || host.draining) return 'withheld';
    if (!host.takes(at)) return 'away';
    return ejector.ejection(host.hostId) ? 'ejected' : 'ready';
  }

  function eligibleOf(some: Iterable<PooledHost>, at: number): ReturnType<typeof eligible> {
    return eligible(
      [...some].map((host) => ({ candidate: host.candidate(at), standing: standing(host, at) })),
      settings.health.panicShare,
    );
  }

  /** Counts alone, and nothing where none is ejected: this is asked every second, of all hosts. */
  function panics(at: number): boolean {
    if (ejector.ejected === 0) return false;
    const counts = { all: 0, well: 0, ejected: 0 };
    for (const host of hosts.values()) {
      const stands = standing(host, at);
      if (stands === 'withheld' || host.host.weight <= 0) continue;
      counts.all++;
      if (stands === 'ready') counts.well++;
      else if (stands === 'ejected') counts.ejected++;
    }
    return isPanic(counts, settings.health.panicShare);
  }

  function sweep(): void {
    wheel.after(SWEEP_MS, sweep);
    const at = performance.now();
    ejector.sweep(at);
    const is = panics(at);
    if (is === panic) return;
    panic = is;
    emit('', 'panic', is ? 'off' : 'on', is ? 'on' : 'off', is ? 'too few hosts are healthy: ejections are ignored' : 'enough hosts are healthy again');
  }
  wheel.after(SWEEP_MS, sweep);

  function facts(host: PooledHost): HostFacts {
    const ejection = ejector.ejection(host.hostId);
    return host.facts(ejection && { ...ejection, until: Math.round(ejection.until + now() - performance.now()) });
  }

  return {
    put(host, target) {
      if (closed) return;
      const known = hosts.get(host.id);
      if (known) {
        known.change(host, target);
        return;
      }
      ejector.add(host.id, performance.now());
      emit(host.id, 'added', '', host.name, host.url);
      hosts.set(host.id, new PooledHost(host, target, options.link?.(host.id) ?? link, common));
    },
    remove(hostId) {
      const host = hosts.get(hostId);
      if (!host) return;
      hosts.delete(hostId);
      void host.end('the host was removed');
      ejector.remove(hostId, performance.now());
      emit(hostId, 'removed', host.host.name, '', 'removed by a person');
    },
    down: (hostId, cause) => hosts.get(hostId)?.down(cause),
    renew: (hostId) => hosts.get(hostId)?.renew(),
    reconnect(hostId) {
      ejector.readmit(hostId, performance.now(), 'a person asked for a new connection');
      hosts.get(hostId)?.reconnect();
    },
    readmit(hostId) {
      ejector.readmit(hostId, performance.now(), 'a person took it back in');
      hosts.get(hostId)?.readmit();
    },
    configure(next) {
      const before = settings.strategy;
      settings = next;
      if (before === next.strategy) return;
      pick = createPicker(next.strategy);
      emit('', 'strategy', before, next.strategy, 'set by a person');
    },
    of: (hostId) => hosts.get(hostId) ?? unknownHost(hostId),
    all: () => [...hosts.values()].map((host) => host.health()),
    choose(among) {
      const some = among.flatMap((id) => hosts.get(id) ?? []);
      return pick(eligibleOf(some, performance.now()).candidates)?.id ?? null;
    },
    wake: () => undefined,
    view: () => ({ strategy: settings.strategy, panic, hosts: [...hosts.values()].map(facts) }),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    minutes: () =>
      [...hosts.values()].flatMap((host) => {
        const body = host.minute();
        return body ? [{ hostId: host.hostId, body }] : [];
      }),
    async close() {
      closed = true;
      await Promise.all([...hosts.values()].map((host) => host.end('the control center closes')));
      wheel.close();
    },
  };
}

function unknownHost(hostId: string): HostLink {
  const health: HostHealth = {
    hostId,
    name: hostId,
    state: 'closed',
    latencyMs: null,
    lastSeenAt: null,
    cause: 'This host is not registered.',
    dead: false,
    identity: null,
  };
  return {
    hostId,
    health: () => health,
    call: () =>
      Promise.resolve(fail('HOST_UNKNOWN', 'This agent host is not registered.', { why: hostId, fix: 'Add it again in Connections, or choose another host.' })),
  };
}
