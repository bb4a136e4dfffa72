/**
 * Looks after runs that an earlier core, or a lost connection, left open, so that no session counts as live without a process.
 *
 *   open run ─┬─ session ended, change not collected ──► collected
 *             ├─ host: alive ────────────────────────► goes on
 *             ├─ host: run dead, events still to come ───► ended by its own last event, or lost once all are in
 *             └─ host: unknown, or events are gone ──► lost: queued again to go on, or interrupted
 *
 * Every step is compare-and-set on what is stored: done twice, the second time finds nothing to do.
 */
import type { HostListener } from '#shared/host-protocol/link.ts';
import { LIVE_SESSION } from '#shared/domain/status.ts';
import type { RunRow } from '#store/store.ts';
import type { Deps } from '../deps.ts';
import type { EndRun } from '../dispatcher/end-run.ts';
import type { Reactor } from '../dispatcher/react.ts';
import type { Runs } from '../dispatcher/runs.ts';
import type { Presence } from '../placement/presence.ts';

const LEFTOVER_GRACE_MS = 2000;

type Streams = Parameters<HostListener['streams']>[1];

export type Recovery = ReturnType<typeof createRecovery>;

export function createRecovery(deps: Deps, parts: { runs: Runs; end: EndRun; reactor: Reactor; presence: Presence }) {
  const { store, now, log } = deps;
  const { runs, end, reactor, presence } = parts;

  /** First look after the store was opened, before any host is there. @returns true when a host is needed to go on */
  function begin(): boolean {
    runs.load(store);
    const open = store.runs.open();
    for (const hostId of new Set(open.map((run) => run.hostId))) presence.expect(hostId);
    return open.length > 0 || store.sessions.inStatus(['queued']).length > 0;
  }

  /** Compares the open runs of a host with what it holds, after each connect. */
  function reconcile(hostId: string, streams: Streams): void {
    for (const row of store.runs.open().filter((run) => run.hostId === hostId)) {
      const session = store.sessions.get(row.sessionId);
      if (!LIVE_SESSION.some((status) => status === session?.status)) collectAgain(row);
      else
        lookAt(
          row,
          streams.find((stream) => stream.sessionId === row.sessionId && stream.epoch === row.epoch),
        );
    }
    stopLeftovers(
      hostId,
      streams.filter((stream) => stream.live),
    );
  }

  /** A host is back whose runs were given up, on the link it had: it says by itself nothing of what it still runs. */
  async function back(hostId: string): Promise<void> {
    const listed = await deps.hosts.of(hostId).call('session.list', {});
    if (listed.ok) stopLeftovers(hostId, listed.value.sessions);
    else log('warn', 'a host that is back does not say what it runs', { hostId, code: listed.fault.code });
  }

  function stopLeftovers(hostId: string, live: readonly { readonly sessionId: string; readonly epoch: string }[]): void {
    for (const { sessionId, epoch } of live) if (!runs.get(sessionId, epoch)) stopLeftover(hostId, sessionId);
  }

  /** A run that was given up while its host was away: nobody listens to it any more. */
  function stopLeftover(hostId: string, sessionId: string): void {
    log('warn', 'a host still runs what was given up; it is told to stop', { hostId, sessionId });
    void deps.hosts.of(hostId).call('session.stop', { sessionId, how: 'stop', reason: 'stopped', graceMs: LEFTOVER_GRACE_MS });
  }

  function lookAt(row: RunRow, stream: Streams[number] | undefined): void {
    const run = runs.get(row.sessionId, row.epoch);
    // A run that is not the session's last was replaced: only its record is still open.
    if (!run) return store.runs.end(row.sessionId, row.epoch, now(), 'host_lost', null);
    if (stream?.live && stream.recovered) {
      run.toldAt = null;
      return;
    }
    // What the host did not carry out must not be repeated by the reconnect: the session goes through the queue again.
    run.start?.abort.abort();
    if (stream?.live) stopLeftover(row.hostId, row.sessionId);
    if (!stream || !stream.recovered || row.lastSeq >= stream.seq) reactor.lose(row.sessionId, row.epoch);
    else run.toldAt = stream.seq;
  }

  function collectAgain(row: RunRow): void {
    const session = store.sessions.get(row.sessionId);
    runs.close(row.sessionId);
    if (!session || session.status === 'queued') store.runs.end(row.sessionId, row.epoch, now(), 'host_lost', null);
    else void end.collect(row.sessionId, row.epoch, { reason: 'completed', exitCode: null });
  }

  return { begin, reconcile, back };
}
