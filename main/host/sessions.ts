/**
 * The sessions that run on this host: makes the workspace, starts the driver, turns what it says into the run's event stream.
 *
 *   start ──► preparing ──► running ──► ended          (a failed preparation ends the run too, with its fault as last event)
 */
import type { SessionEvent, LivePart } from '#shared/domain/session-event.ts';
import { fail, faultOf, ok, type Fault, type Result } from '#shared/lib/fault.ts';
import type { HostInput, HostOutput, WorkspaceSpec } from '#shared/host-protocol/commands.ts';
import type { Driver, DriverRun } from './driver.ts';
import type { Reaper } from './process/reap.ts';
import type { EventStream } from './spool/stream.ts';
import type { Spool } from './spool/spool.ts';
import type { Prepared, PrepareOn } from './workspace/prepare.ts';

type StartInput = HostInput<'session.start'>;
type StartOutput = HostOutput<'session.start'>;

type Entry = {
  /** The control center that started it: no other may touch it. */
  readonly center: string;
  readonly kind: StartInput['agent']['kind'];
  readonly epoch: string;
  readonly stream: EventStream;
  readonly abort: AbortController;
  run: DriverRun | null;
};

export type SessionsOptions = {
  readonly spool: Spool;
  readonly drivers: Readonly<Record<StartInput['agent']['kind'], Driver>>;
  /** Keeps a record of what runs, so that the next host can end what a killed one left. */
  readonly reaper: Pick<Reaper, 'expect' | 'started' | 'ended'>;
  readonly prepare: (spec: WorkspaceSpec, known: { base: string | null }, on: Pick<PrepareOn, 'output' | 'signal'>) => Promise<Result<Prepared>>;
  /** The whole environment of an agent's process. */
  readonly environment: (sessionId: string, extra: Readonly<Record<string, string>>) => Record<string, string>;
  readonly live: (center: string, sessionId: string, part: LivePart) => void;
  readonly now: () => number;
};

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #entries = new Map<string, Entry>();
  /** Events said since the start. */
  emitted = 0;
  #draining = false;
  #closing = false;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** How many run, by kind of agent. */
  kinds(): Record<StartInput['agent']['kind'], number> {
    const kinds = { 'claude-code': 0, acp: 0, command: 0 };
    for (const { kind } of this.#entries.values()) kinds[kind]++;
    return kinds;
  }

  /** Roots of the process trees that run now, of every center. */
  running(): { center: string; sessionId: string; epoch: string; pid: number | null }[] {
    return [...this.#entries].map(([sessionId, entry]) => ({ center: entry.center, sessionId, epoch: entry.epoch, pid: entry.run?.pid ?? null }));
  }

  /** Those of one center. */
  list(center: string): HostOutput<'session.list'>['sessions'] {
    return this.running().flatMap(({ center: owner, ...session }) => (owner === center ? [session] : []));
  }

  isLive(sessionId: string, epoch: string): boolean {
    return this.#entries.get(sessionId)?.epoch === epoch;
  }

  /** From now on nothing is started; what runs goes on. */
  drain(): void {
    this.#draining = true;
  }

  async start(center: string, input: StartInput): Promise<Result<StartOutput>> {
    if (this.#draining)
      return fail('HOST_DRAINING', 'The agent host takes no new sessions: it ends when those it has are done.', { fix: 'Start the session on another host.' });
    if (this.#closing) return fail('HOST_CLOSING', 'The agent host is going away.', { fix: 'Start the session again when the host is back.' });
    if (this.#entries.has(input.sessionId))
      return fail('SESSION_BUSY', 'This session already runs on the host.', { fix: 'Stop it before it is started again.' });
    const stream = this.#options.spool.open(center, input.sessionId, input.epoch);
    const entry: Entry = { center, kind: input.agent.kind, epoch: input.epoch, stream, abort: new AbortController(), run: null };
    this.#entries.set(input.sessionId, entry);
    stream.onStuck = () => void entry.run?.stop('stop', 'stopped', 0);
    try {
      return await this.#prepareAndRun(input, entry);
    } catch (error) {
      return this.#refuse(input.sessionId, entry, faultOf(error, 'START_FAILED', 'The session could not be started.'));
    }
  }

  async send(center: string, input: HostInput<'session.send'>): Promise<Result<HostOutput<'session.send'>>> {
    return this.#with(center, input.sessionId, (run) => run.send(input.text, input.from));
  }

  async answer(center: string, input: HostInput<'session.answer'>): Promise<Result<HostOutput<'session.answer'>>> {
    return this.#with(center, input.sessionId, (run) => run.answer(input));
  }

  async interrupt(center: string, input: HostInput<'session.interrupt'>): Promise<Result<HostOutput<'session.interrupt'>>> {
    return this.#with(center, input.sessionId, (run) => run.interrupt());
  }

  /** Ends the run; a session that does not run is already where the caller wants it. */
  async stop(center: string, input: HostInput<'session.stop'>): Promise<Result<HostOutput<'session.stop'>>> {
    const entry = this.#entries.get(input.sessionId);
    if (entry && entry.center !== center) return notFound();
    entry?.abort.abort();
    await entry?.run?.stop(input.how, input.reason, input.graceMs);
    return ok({});
  }

  /** Ends every run because the host goes away; their last events say so. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    await Promise.all(
      [...this.#entries.values()].map(async (entry) => {
        entry.abort.abort();
        await entry.run?.stop('stop', 'stopped', graceMs);
      }),
    );
  }

  async #prepareAndRun(input: StartInput, entry: Entry): Promise<Result<StartOutput>> {
    const { sessionId } = input;
    const emit = (event: SessionEvent): void => this.#emit(sessionId, entry, event);
    const prepared = await this.#options.prepare(
      input.workspace,
      { base: input.base },
      {
        output: (stream, text) => emit({ kind: 'output', stream, source: 'setup', text }),
        signal: entry.abort.signal,
      },
    );
    if (!prepared.ok) return this.#refuse(sessionId, entry, prepared.fault);
    if (entry.abort.signal.aborted) return this.#refuse(sessionId, entry, { code: 'STOPPED', message: 'The session was stopped before its agent began.' });
    this.#options.reaper.expect(sessionId);
    const run = await this.#options.drivers[input.agent.kind]({
      sessionId,
      agent: input.agent,
      program: programOf(input),
      cwd: prepared.value.place.cwd,
      env: this.#options.environment(sessionId, input.env),
      prompt: input.prompt,
      promptFrom: input.promptFrom,
      resume: input.resume,
      limits: input.limits,
      allow: input.allow,
      emit,
      live: (part) => this.#options.live(entry.center, sessionId, part),
    });
    entry.run = run;
    if (run.pid !== null) await this.#options.reaper.started(sessionId, run.pid);
    // The agent may have ended while its record was written.
    if (entry.stream.ended) this.#options.reaper.ended(sessionId);
    if (entry.abort.signal.aborted) await run.stop('stop', 'stopped', 1000);
    return ok({ ...prepared.value, pid: run.pid });
  }

  #emit(sessionId: string, entry: Entry, event: SessionEvent): void {
    // A run that ends because the host closes was not stopped by a person: the center may resume it.
    const said = event.kind === 'exited' && this.#closing && event.reason === 'stopped' ? { ...event, reason: 'host_lost' as const } : event;
    entry.stream.append(said, this.#options.now());
    this.emitted++;
    if (event.kind !== 'exited' || this.#entries.get(sessionId) !== entry) return;
    this.#entries.delete(sessionId);
    this.#options.reaper.ended(sessionId);
  }

  #refuse(
    sessionId: string,
    entry: Entry,
    fault: { code: string; message: string; why?: string | undefined; fix?: string | undefined },
  ): { ok: false; fault: typeof fault } {
    const stopped = fault.code === 'STOPPED' || entry.abort.signal.aborted;
    this.#emit(sessionId, entry, { kind: 'exited', exitCode: null, signal: null, reason: stopped ? 'stopped' : 'spawn_failed', fault });
    return { ok: false, fault };
  }

  async #with(center: string, sessionId: string, act: (run: DriverRun) => Promise<Result<void>>): Promise<Result<Record<string, never>>> {
    const entry = this.#entries.get(sessionId);
    if (entry && entry.center !== center) return notFound();
    const run = entry?.run;
    if (!run) return fail('SESSION_NOT_RUNNING', 'The session does not run on this host.', { fix: 'Resume it first.' });
    const done = await act(run);
    return done.ok ? ok({}) : done;
  }
}

/** Another center's session: this one learns no more of it than that. */
const notFound = (): { ok: false; fault: Fault } =>
  fail('SESSION_NOT_FOUND', 'This control center has no such session on this host.', { fix: 'Reload; the session may belong to another control center.' });

/** The program of an agent: the one that was set, else the one on PATH by its usual name. */
function programOf({ program, agent }: StartInput): readonly string[] {
  if (program.length > 0) return program;
  return agent.kind === 'claude-code' ? ['claude'] : agent.command;
}
