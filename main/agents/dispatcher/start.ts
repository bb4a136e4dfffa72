/**
 * Starts one run of a queued session on its host.
 *
 *   queued ──► starting (host, run and epoch stored) ──host answers or says "started"──► running
 *                 └─ host cannot be reached: back to queued ; host refuses: its last event says why and ends the run
 */
import type { Repository } from '#shared/domain/repository.ts';
import type { HostInput } from '#shared/host-protocol/commands.ts';
import type { SessionRow } from '#store/store.ts';
import type { Deps } from '../deps.ts';
import { siteOn, type Site } from '../placement/sites.ts';
import { limitsLeft } from '../governor/budget.ts';
import type { EndRun } from './end-run.ts';
import type { Permissions } from './permissions.ts';
import { isResumable } from './prompt.ts';
import type { Run, Runs } from './runs.ts';
import { toRest, toWorking } from './timing.ts';
import { folderOf, workspaceOf } from './workspace.ts';

/** Beside the set-up command's own limit: making a worktree of a large repository takes its time. */
const START_MS = 180_000;

export class Starter {
  readonly #deps: Deps;
  readonly #runs: Runs;
  readonly #end: EndRun;
  readonly #permissions: Permissions;
  /** Called when a session went back to the queue though the host is there: somebody has to look at the queue again. */
  onPutBack: () => void = () => undefined;

  constructor(deps: Deps, runs: Runs, end: EndRun, permissions: Permissions) {
    this.#deps = deps;
    this.#runs = runs;
    this.#end = end;
    this.#permissions = permissions;
  }

  /** Moves the session to `starting` on a host and tells that host. Loses cleanly when the session is not queued any more. */
  start(sessionId: string, hostId: string): void {
    const { store, now, log } = this.#deps;
    const epoch = crypto.randomUUID();
    const session = store.transaction(() => {
      const at = now();
      const before = store.sessions.get(sessionId);
      const cwd = before && before.cwd === '' ? this.#folderOf(before, hostId) : undefined;
      const moved = store.sessions.move(sessionId, 'starting', {
        statusCode: '',
        statusText: '',
        endedAt: null,
        startedAt: before?.startedAt ?? at,
        hostId,
        ...(cwd === undefined ? {} : { cwd }),
      });
      if (moved === null) return null;
      store.runs.begin(sessionId, epoch, at, hostId);
      store.plans.moveAttempt(moved.attemptId, 'active', '', at);
      return moved;
    });
    if (session === null) return;
    const run = this.#runs.begin(sessionId, { epoch, hostId }, session.activeMs);
    const abort = new AbortController();
    const settled = this.#call(session, run, abort.signal).catch((error: unknown) =>
      log('error', 'a session could not be started', { sessionId, error: String(error) }),
    );
    run.start = { abort, settled };
    void settled.then(() => (run.start = null));
  }

  async #call(session: SessionRow, run: Run, signal: AbortSignal): Promise<void> {
    const { store, now, hosts } = this.#deps;
    const host = hosts.of(run.hostId);
    const input = this.#inputOf(session, run.epoch);
    if (input === null) return this.#refuse(session.id, run.epoch);
    const timeoutMs = START_MS + (input.workspace.mode === 'worktree' ? input.workspace.setupTimeoutSeconds * 1000 : 0);
    const started = await host.call('session.start', input, { timeoutMs, signal });
    if (started.ok) {
      const { place, base, branch, pid } = started.value;
      store.transaction(() => {
        // Also after its end: review needs to know where the work is.
        const row = store.sessions.patch(session.id, { place, cwd: place.cwd, base: session.base ?? base, branch: branch ?? session.branch });
        store.runs.setPid(session.id, run.epoch, pid);
        if (row?.status === 'starting') store.sessions.move(session.id, 'running', toWorking(row, now()), ['starting']);
      });
      return;
    }
    if (started.fault.code === 'CANCELLED' || this.#runs.get(session.id) !== run) return;
    // The host told its refusal as the last event of the run; it is on its way.
    if (!started.fault.code.startsWith('HOST_') && started.fault.code !== 'SESSION_BUSY') return;
    if (started.fault.code === 'HOST_TIMEOUT')
      await host.call('session.stop', { sessionId: session.id, how: 'stop', reason: 'stopped', graceMs: 1000 }, { timeoutMs: 10_000 });
    this.#putBack(session.id, run, started.fault.code, started.fault.message);
  }

  /** Nothing of the run has begun: it goes back to the queue as it was. */
  #putBack(sessionId: string, run: Run, code: string, text: string): void {
    const { store, now } = this.#deps;
    if (this.#runs.get(sessionId) !== run) return;
    const back = store.transaction(() => {
      const row = store.sessions.get(sessionId);
      // A session that never had a folder may as well go to another host.
      const unbound = row?.place === null ? { hostId: '', cwd: '' } : {};
      const moved = row && store.sessions.move(sessionId, 'queued', { ...toRest(row, now()), ...unbound, statusCode: code, statusText: text }, ['starting']);
      if (!moved) return false;
      store.plans.moveAttempt(moved.attemptId, 'queued', code, now());
      store.runs.end(sessionId, run.epoch, now(), 'host_lost', null);
      return true;
    });
    if (!back) return;
    this.#runs.close(sessionId);
    this.onPutBack();
  }

  /** The repository or the step is not in the store any more, or not on the host. */
  #refuse(sessionId: string, epoch: string): void {
    const fault = {
      code: 'REPOSITORY_NOT_FOUND',
      message: 'The repository of this session is not registered any more, or not on its host.',
      fix: 'Add the repository again, or name its folder on that host.',
    };
    this.#deps.store.transaction(() => this.#end.end(sessionId, epoch, { reason: 'spawn_failed', exitCode: null, signal: null, fault }))();
  }

  #siteOf(repository: Repository, session: Pick<SessionRow, 'place'>, hostId: string): Site | null {
    return siteOn(repository, this.#deps.hosts.of(hostId).health(), this.#deps.dataDir, session.place?.repository);
  }

  #folderOf(session: SessionRow, hostId: string): string | undefined {
    const { store } = this.#deps;
    const task = store.tasks.get(session.taskId);
    const repository = store.repositories.get(session.repositoryId);
    const site = repository && this.#siteOf(repository, session, hostId);
    return task && site ? folderOf(task, session.branch, site) : undefined;
  }

  #inputOf(session: SessionRow, epoch: string): HostInput<'session.start'> | null {
    const { store } = this.#deps;
    const task = store.tasks.get(session.taskId);
    const node = store.plans.node(session.nodeId);
    const repository = store.repositories.get(session.repositoryId);
    const site = repository && this.#siteOf(repository, session, session.hostId);
    if (!task || !node || !repository || !site) return null;
    const prompt = session.nextPrompt ?? { text: node.body, from: 'task' as const };
    return {
      sessionId: session.id,
      epoch,
      agent: session.agent,
      program: this.#programOf(session),
      workspace: workspaceOf(task, session, repository, site),
      base: session.base,
      prompt: prompt.text,
      promptFrom: prompt.from,
      resume: isResumable(session) ? session.agentSessionId : null,
      limits: limitsLeft(session.limits, {
        taskUsd: session.limits.maxUsd === undefined ? 0 : store.sessions.spentOnTask(session.taskId),
        turns: session.turns,
      }),
      allow: this.#permissions.rulesOf(session),
      env: { ...ownEnv(session), ...this.#passedEnv() },
    };
  }

  /** What the owner said agents may have of this process's environment. */
  #passedEnv(): Record<string, string> {
    const { passEnv } = this.#deps.store.settings.get().agents;
    return Object.fromEntries(passEnv.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  }

  #programOf({ agent }: SessionRow): string[] {
    const { claudePath, acp } = this.#deps.store.settings.get().agents;
    if (agent.kind === 'claude-code') return claudePath === '' ? [] : [claudePath];
    if (agent.kind === 'acp') return acp.find((each) => each.name === agent.name)?.command ?? [];
    return [];
  }
}

/** Inside the desktop app our own program is Electron, which runs a script only when it is told to be Node. */
function ownEnv({ agent }: SessionRow): Record<string, string> {
  return process.versions['electron'] !== undefined && agent.command[0] === process.execPath ? { ELECTRON_RUN_AS_NODE: '1' } : {};
}
