/**
 * One live ACP agent. A message that comes while the agent works waits for the end of the turn, because ACP takes one at a time.
 *
 *   greeting ──► idle ◄──► working ──► sweeping ──► exited
 *      └── fault, or the program ends, or stop ──────┘
 */
import { methods, type ClientConnection, type StopReason } from '@agentclientprotocol/sdk';
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTick } from 'node:timers/promises';
import { agentLabel } from '#shared/domain/agent.ts';
import type { SessionEvent, SessionEventOf } from '#shared/domain/session-event.ts';
import { fail, ok, type Fault, type Result } from '#shared/lib/fault.ts';
import type { DriverRun, DriverStart, PermissionReply } from '../driver.ts';
import { createOutputBatch, type OutputBatch } from '../process/output.ts';
import type { Child, ExitStatus } from '../process/spawn.ts';
import { settledWithin } from '../process/wait.ts';
import { createBlocks } from './blocks.ts';
import { connect } from './connect.ts';
import { endedEarly, notReading, refusal } from './faults.ts';
import { greet } from './greet.ts';
import { createPermissions, type Permissions } from './permissions.ts';
import { lineStream, type LineStream } from './stream.ts';
import { createToolCalls } from './tools.ts';
import { takeUpdate, unknownUpdate, type UpdateSinks } from './updates.ts';
import { createUsageMeter } from './usage.ts';

type TurnEnd = Omit<SessionEventOf<'turn_ended'>, 'kind'>;

/** What an agent left running gets this long to end, in milliseconds. */
const SWEEP_GRACE_MS = 1000;
/** When the connection ends because the program does, its exit follows within this time. */
const EXIT_LIMIT_MS = 5000;

export class AcpRun implements DriverRun {
  readonly #start: DriverStart;
  readonly #label: string;
  readonly #lines: LineStream;
  readonly #output: OutputBatch;
  readonly #sinks: UpdateSinks;
  readonly #permissions: Permissions;
  readonly #waiting: string[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #child: Child | null = null;
  #connection: ClientConnection | null = null;
  /** Null until the greeting is over. */
  #sessionId: string | null = null;
  #turn: Promise<void> | null = null;
  #turnOpen = false;
  #replaying = false;
  #interrupted = false;
  #saidGarbage = false;
  #over = false;
  #fault: Fault | null = null;
  #asked: 'completed' | 'stopped' | 'limit' | null = null;

  constructor(start: DriverStart) {
    this.#start = start;
    this.#label = agentLabel(start.agent);
    const run = randomBytes(4).toString('hex');
    const emit = (event: SessionEvent): void => this.#emit(event);
    this.#output = createOutputBatch(emit);
    this.#sinks = { emit, blocks: createBlocks(run, emit, start.live), tools: createToolCalls(run, start.cwd, emit), usage: createUsageMeter(emit) };
    this.#permissions = createPermissions(run, start.cwd, start.allow, emit);
    this.#lines = lineStream({
      write: async (text) => (await this.#child?.write(text)) ?? false,
      onGarbage: (line, cut) => this.#garbage(line, cut),
      onMessage: (message) => this.#look(message),
    });
    this.#waiting.push(start.prompt);
  }

  get pid(): number | null {
    return this.#over ? null : (this.#child?.pid ?? null);
  }

  line(text: string, cut: number): void {
    this.#lines.line(text, cut);
  }

  stderr(text: string): void {
    this.#output.push('stderr', text);
  }

  /** Takes the process, greets the agent and hands over the prompt. */
  begin(child: Child): void {
    this.#child = child;
    this.#connection = connect({
      stream: this.#lines.stream,
      cwd: this.#start.cwd,
      tools: this.#sinks.tools,
      permissions: this.#permissions,
      onUpdate: (update) => {
        if (!this.#replaying) takeUpdate(update, this.#sinks);
      },
    });
    void child.exited.then((status) => this.#finish(child, status));
    void this.#connection.closed.then(() => this.#disconnected(child));
    void this.#greet(child, this.#connection);
  }

  async send(text: string, from: 'person' | 'review'): Promise<Result<void>> {
    if (this.#over || this.#asked !== null) return gone();
    this.#emit({ kind: 'message', from, text });
    this.#waiting.push(text);
    this.#work();
    return ok(undefined);
  }

  async answer(reply: PermissionReply): Promise<Result<void>> {
    const answered = this.#permissions.answer(reply);
    // ACP has no place for a note beside a refusal: it follows as a message.
    if (answered.ok && !reply.allow && reply.note !== '') return this.send(reply.note, 'person');
    return answered;
  }

  async interrupt(): Promise<Result<void>> {
    if (this.#over || !this.#connection) return gone();
    if (!this.#turnOpen || this.#sessionId === null) return ok(undefined);
    this.#interrupted = true;
    this.#permissions.withdraw(false);
    try {
      await this.#connection.agent.notify(methods.agent.session.cancel, { sessionId: this.#sessionId });
      return ok(undefined);
    } catch (error) {
      return fail('AGENT_NOT_RESPONDING', `${this.#label} did not take the interrupt.`, { why: String(error), fix: 'Stop the session.' });
    }
  }

  async stop(how: 'finish' | 'stop', reason: 'completed' | 'stopped' | 'limit', graceMs: number): Promise<void> {
    if (this.#child && !this.#over) {
      this.#asked ??= reason;
      const until = performance.now() + graceMs;
      if (how === 'finish') {
        this.#waiting.length = 0;
        if (this.#turn) await settledWithin(this.#turn, graceMs);
        this.#child.endInput();
        await settledWithin(this.#child.exited, Math.max(0, until - performance.now()));
      }
      await this.#child.stop(how === 'finish' ? 0 : graceMs);
    }
    await this.#ended.promise;
  }

  async #greet(child: Child, connection: ClientConnection): Promise<void> {
    const { cwd, resume, agent, limits } = this.#start;
    const greeted = await greet({
      agent: connection.agent,
      label: this.#label,
      cwd,
      resume,
      model: agent.model,
      emit: this.#sinks.emit,
      onReplay: (replaying) => (this.#replaying = replaying),
    });
    if (connection.signal.aborted) return; // the end of the connection is dealt with there
    if (!greeted.ok) {
      this.#fault = greeted.fault;
      await child.stop(SWEEP_GRACE_MS);
      return;
    }
    const { sessionId, resumed, version, model } = greeted.value;
    this.#emit({ kind: 'started', pid: child.pid, cwd, agentSessionId: sessionId, resumed, model, version });
    if (limits.maxTurns !== undefined) {
      this.#emit({
        kind: 'notice',
        level: 'info',
        code: 'LIMIT_NOT_SUPPORTED',
        text: `${this.#label} does not report its model turns: the limit of ${limits.maxTurns} turns cannot be held.`,
        fix: 'Limit the minutes or the money instead.',
      });
    }
    this.#sessionId = sessionId;
    this.#work();
  }

  /** The connection also ends when the agent reads nothing for too long: then the program still runs, but nobody can talk to it. */
  async #disconnected(child: Child): Promise<void> {
    if (await settledWithin(child.exited, EXIT_LIMIT_MS)) return;
    this.#fault ??= notReading(this.#label);
    await child.stop(SWEEP_GRACE_MS);
  }

  #work(): void {
    const { agent } = this.#connection ?? {};
    const sessionId = this.#sessionId;
    if (this.#turn || !agent || sessionId === null) return;
    const text = this.#waiting.shift();
    if (text === undefined) return;
    this.#turnOpen = true;
    this.#interrupted = false;
    this.#turn = agent
      .request(methods.agent.session.prompt, { sessionId, prompt: [{ type: 'text', text }] })
      .then(
        async ({ stopReason }) => {
          await nextTick(); // handlers of the updates before this answer have run now
          this.#endTurn(turnEnd(stopReason, this.#label));
        },
        (error: unknown) => {
          // When the connection is gone, the exit of the program tells the end of the turn.
          if (this.#connection?.signal.aborted) return;
          this.#endTurn({ ok: false, code: 'error', text: refusalText(refusal(this.#label, error, [])) });
        },
      )
      .then(() => {
        this.#turn = null;
        if (!this.#over) this.#work();
      });
  }

  #endTurn(end: TurnEnd): void {
    if (!this.#turnOpen) return;
    this.#turnOpen = false;
    const { blocks, tools, usage, emit } = this.#sinks;
    blocks.close();
    tools.abandon();
    this.#permissions.withdraw(this.#asked !== null);
    usage.turnEnded();
    const said = blocks.takeLastText();
    emit({
      kind: 'turn_ended',
      ...(this.#interrupted && !end.ok ? { ok: false, code: 'interrupted', text: '' } : end.text === '' ? { ...end, text: said } : end),
    });
  }

  #look(message: unknown): boolean {
    const unknown = unknownUpdate(message);
    if (unknown && !this.#replaying) this.#emit(unknown);
    this.#sinks.usage.answer(message);
    return unknown === null;
  }

  #garbage(line: string, cut: number): void {
    if (cut > 0)
      this.#emit({ kind: 'notice', level: 'warn', code: 'MESSAGE_TOO_LONG', text: `${this.#label} sent a line that is too long; ${cut} characters are lost.` });
    else if (!this.#saidGarbage) {
      this.#saidGarbage = true;
      this.#emit({ kind: 'notice', level: 'warn', code: 'ACP_GARBAGE', text: `${this.#label} wrote text to stdout that is no ACP message.` });
    }
    this.#output.push('stdout', `${line}\n`);
  }

  async #finish(child: Child, status: ExitStatus): Promise<void> {
    const when = this.#turnOpen ? 'in the middle of a turn' : this.#sessionId === null ? 'before it was ready' : 'by itself';
    const early = this.#turnOpen || this.#sessionId === null || status.code !== 0;
    this.#lines.end();
    await nextTick();
    this.#output.end();
    await child.stop(SWEEP_GRACE_MS);
    const how = status.signal ? `signal ${status.signal}` : `exit code ${status.code ?? 'unknown'}`;
    const lastLine = this.#output.lastLine('stderr') || this.#output.lastLine('stdout');
    if (this.#asked === null && early) this.#fault ??= endedEarly(this.#label, how, lastLine, when);
    this.#permissions.withdraw(true);
    this.#endTurn(this.#asked ? { ok: false, code: 'interrupted', text: '' } : { ok: false, code: 'error', text: this.#fault?.message ?? '' });
    this.#sinks.blocks.close();
    const reason = this.#asked ?? (this.#fault ? 'failed' : 'completed');
    this.#emit({ kind: 'exited', exitCode: status.code, signal: status.signal, reason, fault: this.#fault });
    this.#over = true;
    this.#ended.resolve();
  }

  #emit(event: SessionEvent): void {
    if (!this.#over) this.#start.emit(event);
  }
}

function turnEnd(stopReason: StopReason, label: string): TurnEnd {
  switch (stopReason) {
    case 'end_turn':
      return { ok: true, code: 'done', text: '' };
    case 'cancelled':
      return { ok: false, code: 'interrupted', text: '' };
    case 'refusal':
      return { ok: false, code: 'refused', text: `${label} refused to go on.` };
    case 'max_turn_requests':
      return { ok: false, code: 'max_turns', text: `${label} reached its limit of model turns.` };
    case 'max_tokens':
      return { ok: false, code: 'error', text: `${label} reached the longest answer that its model gives.` };
  }
}

const refusalText = (fault: Fault): string => [fault.message, fault.why].filter(Boolean).join(' ');
const gone = (): Result<void> => fail('SESSION_NOT_RUNNING', 'The agent of this session does not run.', { fix: 'Resume the session first.' });
