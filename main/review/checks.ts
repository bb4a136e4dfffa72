/**
 * Checks of a change: the repository's own commands, run one after the other in the change's folder at the host.
 *
 *   waits (row `running`, not begun) ──turn──► runs ──► passed | failed | timeout | error
 *          └──────────── cancel ───────────────┴──► cancelled ; a restart marks both as cancelled
 */
import type { CheckRun } from '#shared/domain/change.ts';
import type { CheckSpec } from '#shared/domain/repository.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import type { ChangeRow } from '#store/store.ts';
import type { Desk } from './desk.ts';

/** Longest output kept, in characters: its end says most. */
const MAX_OUTPUT = 300_000;
/** How much longer than the check itself its answer may take, in milliseconds. */
const ANSWER_MS = 30_000;

type Queued = { readonly row: CheckRun; readonly spec: CheckSpec };

export class Checks {
  readonly #desk: Desk;
  /** Waiting and running checks of each change, the running one first. */
  readonly #queues = new Map<string, Queued[]>();
  readonly #stop = new AbortController();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async run(change: ChangeRow, names?: readonly string[]): Promise<Result<CheckRun[]>> {
    const { store, host, now } = this.#desk.deps;
    const specs = store.repositories.get(change.repositoryId)?.settings.checks ?? [];
    if (specs.length === 0)
      return fail('NO_CHECKS', 'This repository has no checks.', { fix: 'Name its test or lint commands in the settings of the repository.' });
    const unknown = names?.find((name) => !specs.some((spec) => spec.name === name));
    if (unknown !== undefined) return fail('CHECK_UNKNOWN', `This repository has no check ${unknown}.`, { fix: 'Reload the change.' });
    // A check says something of the files it ran on, which may be newer than those under review.
    const snapshot = await host(change.sessionId).call('workspace.snapshot', change.place, { timeoutMs: 330_000 });
    if (!snapshot.ok) return snapshot;
    const queue = this.#queues.get(change.id) ?? [];
    const busy = new Set(queue.map(({ row }) => row.name));
    const at = now();
    const fresh = specs
      .filter((spec) => (names === undefined || names.includes(spec.name)) && !busy.has(spec.name))
      .map((spec): Queued => ({ spec, row: rowOf(change, spec, snapshot.value.tree, at) }));
    store.transaction(() => fresh.forEach(({ row }) => store.changes.insertCheck(row)));
    const idle = queue.length === 0;
    queue.push(...fresh);
    if (queue.length > 0) this.#queues.set(change.id, queue);
    if (idle) void this.#drain(change, queue);
    return ok(queue.map(({ row }) => row));
  }

  async cancel(change: ChangeRow, checkId: string): Promise<Result<void>> {
    const queue = this.#queues.get(change.id) ?? [];
    const place = queue.findIndex(({ row }) => row.id === checkId);
    if (place > 0) {
      const [waiting] = queue.splice(place, 1);
      if (waiting) this.#finish(waiting.row, { outcome: 'cancelled', exitCode: null, output: '', cut: 0 });
      return ok(undefined);
    }
    if (place < 0) return fail('CHECK_ENDED', 'This check has ended already.');
    const cancelled = await this.#desk.deps.host(change.sessionId).call('check.cancel', { checkId });
    return cancelled.ok ? ok(undefined) : cancelled;
  }

  /** What was running on a host when the app ended: its outcome is lost. The host may still be at it. */
  recover(hostId: string): void {
    const { store, host } = this.#desk.deps;
    for (const row of store.changes.runningChecks()) {
      if (this.#queues.get(row.changeId)?.some((queued) => queued.row.id === row.id)) continue;
      const change = store.changes.get(row.changeId);
      if (change && host(change.sessionId).hostId !== hostId) continue;
      this.#finish(row, { outcome: 'cancelled', exitCode: null, output: 'The app was restarted while this check ran.', cut: 0 });
      if (change) void host(change.sessionId).call('check.cancel', { checkId: row.id });
    }
  }

  close(): void {
    this.#stop.abort();
    this.#queues.clear();
  }

  async #drain(change: ChangeRow, queue: Queued[]): Promise<void> {
    const { store, host, now, log } = this.#desk.deps;
    for (let next = queue[0]; next && !this.#stop.signal.aborted; next = queue[0]) {
      const { row, spec } = next;
      try {
        store.changes.startCheck(row.id, now());
        const timeoutMs = spec.timeoutSeconds * 1000;
        const answer = await host(change.sessionId).call(
          'check.run',
          { checkId: row.id, cwd: change.cwd, command: spec.command, timeoutMs },
          { timeoutMs: timeoutMs + ANSWER_MS, signal: this.#stop.signal },
        );
        if (this.#stop.signal.aborted) return;
        const { fault } = answer.ok ? { fault: null } : answer;
        this.#finish(
          row,
          answer.ok ? answer.value : { outcome: 'error', exitCode: null, output: [fault?.message, fault?.why].filter(Boolean).join('\n'), cut: 0 },
        );
      } catch (error) {
        // A full disk must not stop the checks that follow; the row is settled at the next start.
        log('error', 'a check could not be stored', { check: row.id, error: String(error) });
      }
      queue.shift();
    }
    this.#queues.delete(change.id);
  }

  #finish(row: CheckRun, answer: { outcome: Exclude<CheckRun['status'], 'running'>; exitCode: number | null; output: string; cut: number }): void {
    const { store, now } = this.#desk.deps;
    const over = Math.max(0, answer.output.length - MAX_OUTPUT);
    store.changes.finishCheck(row.id, {
      status: answer.outcome,
      exitCode: answer.exitCode,
      output: answer.output.slice(over),
      cut: answer.cut + over,
      endedAt: now(),
    });
  }
}

function rowOf(change: ChangeRow, spec: CheckSpec, snapshot: string, at: number): CheckRun {
  return {
    id: newId('chk', at),
    changeId: change.id,
    name: spec.name,
    command: spec.command,
    status: 'running',
    exitCode: null,
    output: '',
    cut: 0,
    snapshot,
    startedAt: at,
    endedAt: null,
  };
}
