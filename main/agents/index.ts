/** The fleet: plans, queue, running sessions and their recovery behind one door. */
import type { HostListener } from '#shared/host-protocol/link.ts';
import { LIVE_SESSION } from '#shared/domain/status.ts';
import type { Deps } from './deps.ts';
import { EndRun } from './dispatcher/end-run.ts';
import { LiveParts } from './dispatcher/live-parts.ts';
import { Permissions } from './dispatcher/permissions.ts';
import { Pump } from './dispatcher/pump.ts';
import { createReactor } from './dispatcher/react.ts';
import { Runs } from './dispatcher/runs.ts';
import { Starter } from './dispatcher/start.ts';
import { createSteer, type Steer } from './dispatcher/steer.ts';
import { createTasks, type Tasks } from './dispatcher/tasks.ts';
import { Limiter } from './governor/limiter.ts';
import { PlanEngine } from './plan/engine.ts';
import { Placement } from './placement/placement.ts';
import { Presence } from './placement/presence.ts';
import { createFailover } from './recovery/failover.ts';
import { createRecovery } from './recovery/recover.ts';

export type { Deps } from './deps.ts';

/** How long closing waits for running sessions to end, in milliseconds. */
const CLOSE_MS = 3000;
const CLOSE_GRACE_MS = 1500;

export type Fleet = {
  readonly tasks: Tasks;
  readonly sessions: Pick<Steer, 'send' | 'interrupt' | 'stop' | 'resume' | 'resumeNow' | 'archive'>;
  readonly permissions: Pick<Permissions, 'answer'>;
  readonly live: Pick<LiveParts, 'blocks' | 'gauge'>;
  /** Give this to the pool. */
  readonly listener: HostListener;
  /** Providers that are slowed now. */
  slowed(): { provider: string; until: number; why: string }[];
  /** Calls back when a session has new events, live text or a gauge. */
  onSession(listener: (sessionId: string) => void): () => void;
  /** Open runs on a host: what it has to do now. */
  runsOn(hostId: string): number;
  /** Gives up what runs on a host that was taken away: it is lost. */
  forsake(hostId: string): void;
  /** Takes up what an earlier core left. @returns true when a host is needed at once */
  recover(): boolean;
  /** Something that decides over the queue changed outside: settings, a decided change. */
  wake(): void;
  /** Ends every session so that it goes on at the next start; about 3 s at most. */
  close(): Promise<void>;
};

export function createFleet(deps: Deps): Fleet {
  const { store, hosts } = deps;
  const listeners = new Set<(sessionId: string) => void>();
  const changed = (sessionId: string): void => {
    for (const listener of listeners) listener(sessionId);
  };
  const runs = new Runs();
  const live = new LiveParts();
  const engine = new PlanEngine(deps);
  const permissions = new Permissions(deps, runs);
  const limiter = new Limiter(deps, runs);
  const end = new EndRun(deps, runs, engine, permissions);
  const presence = new Presence(deps);
  const placement = new Placement(deps, presence);
  const pump = new Pump(deps, engine, limiter, new Starter(deps, runs, end, permissions), placement);
  const wake = (): void => pump.wake();
  const reactor = createReactor(deps, { runs, end, permissions, limiter, live, changed, pump: wake });
  const steer = createSteer(deps, { runs, end, engine, limiter, pump: wake });
  const recovery = createRecovery(deps, { runs, end, reactor, presence });
  const failover = createFailover(deps, { presence, placement, engine, permissions, reactor, pump: wake });
  presence.onGone = failover.gone;
  presence.onBack = (hostId) => void recovery.back(hostId);
  pump.moveAway = failover.move;

  return {
    tasks: createTasks(deps, { engine, steer, pump: wake }),
    sessions: steer,
    permissions,
    live,
    listener: {
      events: reactor.take,
      live(hostId, sessionId, part) {
        if (runs.get(sessionId)?.hostId !== hostId) return;
        live.add(sessionId, part);
        changed(sessionId);
      },
      gauge(hostId, sessionId, gauge) {
        if (runs.get(sessionId)?.hostId !== hostId) return;
        live.setGauge(sessionId, gauge);
        store.sessions.gauge(sessionId, gauge);
        changed(sessionId);
      },
      streams(hostId, streams) {
        recovery.reconcile(hostId, streams);
        presence.reconciled(hostId);
        wake();
      },
      health(health) {
        if (presence.health(health)) wake();
      },
    },
    slowed: () => limiter.slowed().map(([, { provider, until, why }]) => ({ provider, until, why })),
    onSession(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    recover() {
      const needed = recovery.begin();
      wake();
      return needed;
    },
    runsOn: (hostId) => runs.on(hostId),
    forsake: failover.gone,
    wake() {
      presence.look();
      wake();
    },
    async close() {
      end.closing = true;
      pump.close();
      limiter.close();
      presence.close();
      await stopAll();
    },
  };

  async function stopAll(): Promise<void> {
    const sessions = store.sessions.inStatus(LIVE_SESSION);
    store.transaction(() => {
      for (const { id, statusCode } of sessions) {
        if (statusCode === '' || statusCode === 'TURN_INTERRUPTED') store.sessions.patch(id, { statusCode: 'QUITTING', statusText: 'The app is closing.' });
      }
    });
    const reached = sessions.filter(({ hostId }) => hosts.of(hostId).health().state === 'ready');
    if (reached.length === 0) return;
    for (const { id, hostId } of reached) {
      void hosts.of(hostId).call('session.stop', { sessionId: id, how: 'stop', reason: 'stopped', graceMs: CLOSE_GRACE_MS }, { timeoutMs: CLOSE_MS });
    }
    await new Promise<void>((resolve) => {
      const told = new Set(reached.map(({ id }) => id));
      const none = (): boolean => !store.sessions.inStatus(LIVE_SESSION).some(({ id }) => told.has(id));
      const done = (): void => {
        clearTimeout(timer);
        off();
        resolve();
      };
      const timer = setTimeout(done, CLOSE_MS);
      const off = store.onChanged(() => none() && done());
      if (none()) done();
    });
  }
}
