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
  /** Give this to the host's link. */
  readonly listener: HostListener;
  /** Providers that are slowed now. */
  slowed(): { provider: string; until: number; why: string }[];
  /** Calls back when a session has new events, live text or a gauge. */
  onSession(listener: (sessionId: string) => void): () => void;
  /** Takes up what an earlier core left. @returns true when a host is needed at once */
  recover(): boolean;
  /** Something that decides over the queue changed outside: settings, a decided change. */
  wake(): void;
  /** Ends every session so that it goes on at the next start; about 3 s at most. */
  close(): Promise<void>;
};

export function createFleet(deps: Deps): Fleet {
  const { store, host } = deps;
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
  const pump = new Pump(deps, engine, limiter, new Starter(deps, runs, end, permissions));
  const wake = (): void => pump.wake();
  const reactor = createReactor(deps, { runs, end, permissions, limiter, live, changed, pump: wake });
  const steer = createSteer(deps, { runs, end, engine, limiter, pump: wake });
  const recovery = createRecovery(deps, { runs, end, reactor });

  return {
    tasks: createTasks(deps, { engine, steer, pump: wake }),
    sessions: steer,
    permissions,
    live,
    listener: {
      events: reactor.take,
      live(sessionId, part) {
        live.add(sessionId, part);
        changed(sessionId);
      },
      gauge(sessionId, gauge) {
        live.setGauge(sessionId, gauge);
        store.sessions.gauge(sessionId, gauge);
        changed(sessionId);
      },
      streams(streams) {
        recovery.reconcile(streams);
        pump.setOpen(true);
      },
      health(health) {
        if (health.state !== 'ready') pump.setOpen(false);
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
    wake,
    async close() {
      end.closing = true;
      pump.close();
      limiter.close();
      recovery.close();
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
    if (sessions.length === 0 || host.health().state !== 'ready') return;
    for (const { id } of sessions) {
      void host.call('session.stop', { sessionId: id, how: 'stop', reason: 'stopped', graceMs: CLOSE_GRACE_MS }, { timeoutMs: CLOSE_MS });
    }
    await new Promise<void>((resolve) => {
      const none = (): boolean => store.sessions.inStatus(LIVE_SESSION).length === 0;
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
