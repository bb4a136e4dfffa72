/**
 * What the host says, taken in: events are appended and everything that follows from them moves in the same transaction; what has
 * to be told to others happens after the commit. A batch that comes again changes nothing.
 */
import type { NumberedEvent, SessionEvent } from '#shared/domain/session-event.ts';
import { FaultError } from '#shared/lib/fault.ts';
import type { SessionRow } from '#store/store.ts';
import type { Deps, Effect } from '../deps.ts';
import type { Limiter } from '../governor/limiter.ts';
import type { EndRun } from './end-run.ts';
import type { LiveParts } from './live-parts.ts';
import type { Permissions } from './permissions.ts';
import type { Run, Runs } from './runs.ts';
import { toBlocked, toWorking } from './timing.ts';

/** How long a finished turn waits for another one that a late message may have started. */
const QUIET_MS = 5000;
const FINISH_GRACE_MS = 30_000;

export type Reactor = ReturnType<typeof createReactor>;

export function createReactor(
  deps: Deps,
  parts: { runs: Runs; end: EndRun; permissions: Permissions; limiter: Limiter; live: LiveParts; changed: (sessionId: string) => void; pump: () => void },
) {
  const { store, now, log } = deps;
  const { runs, end, permissions, limiter, live } = parts;

  /** @throws {FaultError} when nothing could be stored: the host keeps the events and gives them again; HOST_PROTOCOL when it may not tell of that run */
  function take(hostId: string, sessionId: string, events: readonly NumberedEvent[]): void {
    if (!mayTell(hostId, sessionId, events)) return;
    let effects: Effect[] = [];
    try {
      effects = store.transaction(() => store.events.append(sessionId, events).flatMap(({ event }) => react(sessionId, event)));
    } catch (error) {
      if (!(error instanceof FaultError) || error.fault.code.startsWith('STORE_')) throw error;
      const run = runs.get(sessionId, events[0]?.epoch ?? '');
      // A gap is closed by connecting again, once. When it is still there, the events are gone: the run ends, the others go on.
      if (run && !run.gap) {
        run.gap = true;
        throw error;
      }
      log('warn', 'events that cannot be put in their place were dropped', { sessionId, code: error.fault.code, why: error.fault.why });
      if (run) giveUp(sessionId, run);
      return;
    }
    const taken = runs.get(sessionId);
    if (taken) taken.gap = false;
    for (const effect of effects) effect();
    parts.changed(sessionId);
    settleDead(sessionId, events.at(-1));
  }

  /** A host speaks for the runs that were given to it, and for no others. A run that this store never began has nobody who could use its events. */
  function mayTell(hostId: string, sessionId: string, events: readonly NumberedEvent[]): boolean {
    for (const epoch of new Set(events.map((each) => each.epoch))) {
      const owner = runs.get(sessionId, epoch)?.hostId ?? store.runs.get(sessionId, epoch)?.hostId;
      if (owner === hostId) continue;
      if (owner === undefined) {
        log('warn', 'events of a run that is not known here were dropped', { hostId, sessionId, epoch });
        return false;
      }
      throw new FaultError({
        code: 'HOST_PROTOCOL',
        message: 'The agent host tells of a run that was not given to it.',
        why: `Session ${sessionId}, run ${epoch} is on the host ${owner}, not on ${hostId}.`,
        fix: 'Look at the program that listens at the address of the host.',
      });
    }
    return true;
  }

  function react(sessionId: string, { epoch, event, at }: NumberedEvent): Effect[] {
    const settleLive: Effect = () => live.settle(sessionId, event);
    const run = runs.get(sessionId, epoch);
    const session = store.sessions.get(sessionId);
    if (!run || !session) return [settleLive];
    return [settleLive, ...consequences(session, run, event, at)];
  }

  function consequences(session: SessionRow, run: Run, event: SessionEvent, at: number): Effect[] {
    const { id } = session;
    switch (event.kind) {
      case 'started':
        store.sessions.move(id, 'running', { ...toWorking(session, now()), nextPrompt: null, ...agentSession(event.agentSessionId) }, ['starting']);
        if (session.status !== 'starting') store.sessions.patch(id, { nextPrompt: null, ...agentSession(event.agentSessionId) });
        return [];
      case 'permission_asked': {
        const effect = permissions.asked(session, run.epoch, event, at);
        return effect ? [effect] : [];
      }
      case 'permission_closed':
        permissions.closed(session, run.epoch, event);
        return [];
      case 'usage':
        return limiter.onUsage(session);
      case 'rate_limit':
        return event.status === 'limited' ? [() => limiter.onRateLimit(session, event)] : [];
      case 'turn_ended':
        if (event.code === 'interrupted') return interrupted(session, run);
        return [() => turnEnded(id, run)];
      case 'exited':
        return [end.end(id, run.epoch, event), parts.pump];
      case 'message':
      case 'text':
      case 'thinking':
      case 'tool_call':
        return wake(session, run);
      default:
        return [];
    }
  }

  /** A turn that a person interrupted leaves the agent waiting for a word. */
  function interrupted(session: SessionRow, run: Run): Effect[] {
    if (session.statusCode === '' && run.messages === 0) {
      const patch = { ...toBlocked(session, now()), statusCode: 'TURN_INTERRUPTED', statusText: 'Interrupted. Say what to do next, or stop the session.' };
      store.sessions.move(session.id, 'waiting', patch, ['running', 'waiting']);
      return [];
    }
    return run.messages > 0 ? [() => turnEnded(session.id, run)] : [];
  }

  /** The agent does something: an interrupted session works again, a quiet one is not to be ended. */
  function wake(session: SessionRow, run: Run): Effect[] {
    if (session.status === 'waiting' && session.statusCode === 'TURN_INTERRUPTED') {
      store.sessions.move(session.id, 'running', { ...toWorking(session, now()), statusCode: '', statusText: '' }, ['waiting']);
    }
    if (run.quiet) clearTimeout(run.quiet);
    run.quiet = null;
    return [];
  }

  function turnEnded(sessionId: string, run: Run): void {
    if (run.messages === 0) return finish(sessionId, run);
    run.messages = 0;
    run.quiet = setTimeout(() => finish(sessionId, run), QUIET_MS);
  }

  function finish(sessionId: string, run: Run): void {
    if (run.finishing || runs.get(sessionId) !== run) return;
    run.finishing = true;
    const order = { sessionId, how: 'finish', reason: 'completed', graceMs: FINISH_GRACE_MS } as const;
    void deps.hosts.of(run.hostId).call('session.stop', order, { timeoutMs: FINISH_GRACE_MS * 2 });
  }

  /** A run that the host found dead ends when its last event is in. */
  function settleDead(sessionId: string, last: NumberedEvent | undefined): void {
    const run = last && runs.get(sessionId, last.epoch);
    if (run && run.toldAt !== null && last.seq >= run.toldAt) lose(sessionId, run.epoch);
  }

  function giveUp(sessionId: string, run: Run): void {
    void deps.hosts.of(run.hostId).call('session.stop', { sessionId, how: 'stop', reason: 'stopped', graceMs: 2000 });
    lose(sessionId, run.epoch);
  }

  /** Ends a run without its own last word. */
  function lose(sessionId: string, epoch: string): void {
    const effect = store.transaction(() => end.end(sessionId, epoch, { reason: 'host_lost', exitCode: null, signal: null, fault: null }));
    effect();
    parts.changed(sessionId);
    parts.pump();
  }

  return { take, lose };
}

const agentSession = (id: string | null): { agentSessionId?: string } => (id === null ? {} : { agentSessionId: id });
