/**
 * Agent hosts that do what the test says: a real store and core above them, no process below. They keep the promises of the real
 * ones: events are numbered per run, kept until the center took them, and told again after a reconnect.
 */
import type { LivePart, NumberedEvent, SessionEvent, Usage } from '#shared/domain/session-event.ts';
import { hostCommands, type HostCommand, type HostInput, type HostOutput } from '#shared/host-protocol/commands.ts';
import type { Cursor, HostIdentity } from '#shared/host-protocol/frames.ts';
import { LOCAL_HOST, type HostHealth, type HostLink, type HostListener } from '#shared/host-protocol/link.ts';
import { fail, ok, type Fault, type Result } from '#shared/lib/fault.ts';

type Start = HostInput<'session.start'>;
type Held = { readonly sessionId: string; readonly epoch: string; seq: number; live: boolean; readonly events: { seq: number; event: SessionEvent }[] };
/** Answers of the test's own; null means the usual one. */
type Script = (name: HostCommand, input: unknown) => Result<unknown> | null;

export const usage = (more: Partial<Usage>): SessionEvent => ({
  kind: 'usage',
  usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0, turns: 1, contextTokens: null, contextWindow: null, ...more },
});

export class ScriptedHost {
  /** Every start the host was asked for, in order. */
  readonly starts: Start[] = [];
  readonly calls: { name: HostCommand; input: unknown }[] = [];
  /** Files the next look at a folder finds. */
  changed = 0;
  script: Script = () => null;
  /** Set: the next starts are refused with it, as by the real host in the answer and in the last event of the run. */
  refusal: Fault | null = null;
  /** What an answer waits for; null answers at once. */
  delay: (name: HostCommand) => Promise<void> | null = () => null;
  /** Set: agents take their prompt but never say that they began. */
  silent = false;
  /** Set: a stop is heard but nothing ends. */
  deaf = false;
  /** The host's clock. */
  at: () => number = Date.now;
  /** Set: it cannot be reached from the start. */
  away = false;
  readonly url: string;
  #id = LOCAL_HOST;
  #dead = false;
  #orphan = false;
  #runs: Held[] = [];
  #listener: HostListener | null = null;
  #up = false;

  /** @param url address under which it is found; empty for the host of this machine */
  constructor(url = '') {
    this.url = url;
  }

  /** Name the core gave it. */
  get id(): string {
    return this.#id;
  }

  get link(): HostLink {
    return {
      hostId: this.#id,
      health: () => this.health(),
      call: async <C extends HostCommand>(name: C, input: HostInput<C>): Promise<Result<HostOutput<C>>> => {
        if (this.#orphan || (!this.#up && this.url !== '')) return fail('HOST_UNREACHABLE', `${this.url} is down for the test.`);
        // As over a socket: the input is parsed by the host, the output by the center.
        const parsed = hostCommands[name].input.parse(JSON.parse(JSON.stringify(input)));
        this.calls.push({ name, input: parsed });
        await this.delay(name);
        const answer = this.script(name, parsed) ?? this.#usual(name, parsed);
        return answer.ok ? ok(outputOf(name, answer.value)) : answer;
      },
    };
  }

  /** A core knows it now, under this name. */
  attach(id: string, listener: HostListener, cursors: (hostId: string) => Cursor[]): void {
    this.#id = id;
    this.#listener = listener;
    this.#up = false;
    this.#orphan = false;
    queueMicrotask(() => (this.away ? listener.health(this.health()) : this.connect(cursors(id))));
  }

  /** The core that knew it is gone. */
  detach(): void {
    this.#up = false;
  }

  /** The core that knew it was killed: neither hears the other any more. */
  orphan(): void {
    this.#up = false;
    this.#listener = null;
    this.#orphan = true;
  }

  /** Connects on a new link: first the streams it holds, then the events the center has not. */
  connect(have: readonly Cursor[] = []): void {
    this.#listener?.streams(
      this.#id,
      this.#runs.map((run) => ({ ...run, recovered: true })),
    );
    this.reconnect(have);
  }

  /** The same link goes on over another connection. */
  reconnect(have: readonly Cursor[] = []): void {
    this.#up = true;
    this.#dead = false;
    this.#listener?.health(this.health());
    for (const run of this.#runs) {
      const seen = have.find((each) => each.epoch === run.epoch)?.seq ?? 0;
      for (const { seq, event } of run.events) if (seq > seen) this.#tell(run.sessionId, [{ epoch: run.epoch, seq, at: this.at(), event }]);
    }
  }

  /** The connection is gone; what runs goes on unheard. */
  disconnect(): void {
    this.#up = false;
    this.#listener?.health(this.health());
  }

  /** Nothing listens at its address any more, as far as the center can see; agents may go on. */
  die(): void {
    this.#dead = true;
    this.disconnect();
  }

  /** As a disconnect that the core has not seen yet. */
  goSilently(): void {
    this.#up = false;
  }

  /** The host's process is gone, and every agent with it. `told`: it could write that down first. */
  crash(told: boolean): void {
    this.#dead = true;
    this.disconnect();
    for (const run of this.#runs.filter((each) => each.live)) {
      run.live = false;
      if (told) run.events.push({ seq: ++run.seq, event: { kind: 'exited', exitCode: null, signal: null, reason: 'host_lost', fault: null } });
    }
  }

  /** Says something of any run, given to it or not. */
  lie(sessionId: string, epoch: string, seq: number, event: SessionEvent): void {
    this.#tell(sessionId, [{ epoch, seq, at: this.at(), event }]);
  }

  liveSessions(): string[] {
    return this.#runs.filter((run) => run.live).map((run) => run.sessionId);
  }

  forget(): void {
    this.#runs = [];
  }

  emit(sessionId: string, ...events: SessionEvent[]): void {
    const run = this.#runs.findLast((each) => each.sessionId === sessionId);
    if (!run) throw new Error(`no run of ${sessionId}`);
    for (const event of events) {
      run.events.push({ seq: ++run.seq, event });
      if (event.kind === 'exited') run.live = false;
    }
    if (!this.#up) return;
    const numbered = run.events.slice(-events.length).map(({ seq, event }) => ({ epoch: run.epoch, seq, at: this.at(), event }));
    this.#tell(sessionId, numbered);
  }

  live(sessionId: string, part: LivePart): void {
    this.#listener?.live(this.#id, sessionId, part);
  }

  /** Loses the next event of a session for good. */
  lose(sessionId: string): void {
    const run = this.#runs.findLast((each) => each.sessionId === sessionId);
    if (run) run.seq += 1;
  }

  exit(sessionId: string, exitCode = 0): void {
    this.emit(sessionId, { kind: 'exited', exitCode, signal: null, reason: exitCode === 0 ? 'completed' : 'failed', fault: null });
  }

  ask(sessionId: string, requestId: string, command: string): void {
    const rules = [`Bash(${command}:*)`];
    this.emit(sessionId, {
      kind: 'permission_asked',
      requestId,
      callId: null,
      tool: 'Bash',
      title: command,
      input: JSON.stringify({ command }),
      reason: null,
      rules,
    });
  }

  called<C extends HostCommand>(name: C): HostInput<C>[] {
    return this.calls.filter((call) => call.name === name).map((call) => hostCommands[name].input.parse(call.input) as HostInput<C>);
  }

  #usual(name: HostCommand, input: unknown): Result<unknown> {
    switch (name) {
      case 'session.start':
        return this.#start(hostCommands['session.start'].input.parse(input));
      case 'session.stop': {
        const { sessionId, how, reason } = hostCommands['session.stop'].input.parse(input);
        const run = this.#runs.findLast((each) => each.sessionId === sessionId && each.live);
        const ended = how === 'finish' ? 'completed' : reason === 'limit' ? 'limit' : 'stopped';
        if (run)
          queueMicrotask(
            () => run.live && this.emit(sessionId, { kind: 'exited', exitCode: how === 'finish' ? 0 : null, signal: null, reason: ended, fault: null }),
          );
        return ok({});
      }
      case 'session.answer': {
        const { sessionId, requestId, allow, note } = hostCommands['session.answer'].input.parse(input);
        queueMicrotask(() => this.emit(sessionId, { kind: 'permission_closed', requestId, outcome: allow ? 'allowed' : 'denied', note: note || null }));
        return ok({});
      }
      case 'session.send': {
        const { sessionId, text, from } = hostCommands['session.send'].input.parse(input);
        queueMicrotask(() => this.emit(sessionId, { kind: 'message', from, text }));
        return ok({});
      }
      case 'session.list':
        return ok({ sessions: this.#runs.filter((run) => run.live).map(({ sessionId, epoch }) => ({ sessionId, epoch, pid: null })) });
      case 'host.diagnose':
        return ok({ findings: [] });
      case 'workspace.inspect':
        return ok({
          path: pathOf(input),
          vcs: 'git',
          root: pathOf(input),
          hasCommits: true,
          head: { branch: 'main', sha: 'b' },
          branches: ['main'],
          dirtyFiles: 0,
          submodules: false,
        });
      case 'workspace.snapshot':
        return ok({ tree: `tree-${this.changed}` });
      case 'workspace.files':
        return ok({
          files: Array.from({ length: this.changed }, (_, at) => ({ path: `f${at}`, oldPath: null, status: 'added', added: 1, deleted: 0, binary: false })),
        });
      default:
        return ok({});
    }
  }

  #start(input: Start): Result<unknown> {
    this.starts.push(input);
    this.#runs.push({ sessionId: input.sessionId, epoch: input.epoch, seq: 0, live: true, events: [] });
    if (this.refusal) {
      this.emit(input.sessionId, { kind: 'exited', exitCode: null, signal: null, reason: 'spawn_failed', fault: this.refusal });
      return { ok: false, fault: this.refusal };
    }
    const { cwd } = input.workspace;
    const agentSessionId = input.agent.kind === 'command' ? null : `agent-${input.sessionId}`;
    this.emit(input.sessionId, { kind: 'message', from: input.promptFrom, text: input.prompt });
    if (!this.silent) this.emit(input.sessionId, { kind: 'started', pid: 1, cwd, agentSessionId, resumed: input.resume !== null, model: null, version: null });
    return ok({
      place: { cwd, repository: '/r', gitDir: null },
      base: 'base',
      branch: input.workspace.mode === 'worktree' ? input.workspace.branch : null,
      pid: 1,
    });
  }

  #tell(sessionId: string, events: readonly NumberedEvent[]): void {
    this.#listener?.events(this.#id, sessionId, events);
  }

  health(): HostHealth {
    return {
      hostId: this.#id,
      name: 'test',
      state: this.#up ? 'ready' : 'reconnecting',
      latencyMs: 0,
      lastSeenAt: 0,
      cause: this.#up ? null : 'down for the test',
      dead: this.#dead,
      identity: this.url === '' ? null : identityOf(this.url),
    };
  }
}

const identityOf = (url: string): HostIdentity => ({
  id: url,
  name: url,
  version: 'test',
  pid: 1,
  platform: 'linux',
  startedAt: 0,
  boot: 'boot',
  workRoot: `/root-of/${new URL(url).hostname}`,
});

const pathOf = (input: unknown): string => hostCommands['workspace.inspect'].input.parse(input).path;

/** The map ties each name to its schema; TypeScript cannot follow that through an index with a type parameter. */
const outputOf = <C extends HostCommand>(name: C, value: unknown): HostOutput<C> => hostCommands[name].output.parse(value) as HostOutput<C>;

export const refused = (code: string): Result<never> => fail(code, `The test says ${code}.`);
