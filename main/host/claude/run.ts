/**
 * One live process of the Claude Code CLI: its lines become events, a person's acts become lines. Knows the order of things at
 * the end: pending questions are withdrawn, a held-back turn end is told, leftovers are killed, then `exited`, once.
 *
 *   waiting for the child ──begin──► running ──stop(finish)──► input closed ──┐
 *                                      ├──────stop(stop)─────► signalled ─────┼──► sweeping ──► exited
 *                                      └──────ends by itself──────────────────┘
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { SessionEventOf } from '#shared/domain/session-event.ts';
import { fail, ok, type Fault, type Result } from '#shared/lib/fault.ts';
import type { DriverRun, DriverStart, PermissionReply } from '../driver.ts';
import type { Child, ExitStatus } from '../process/spawn.ts';
import { exitFault } from './complaints.ts';
import { readLine } from './lines.ts';
import { LiveText } from './live.ts';
import { CanUseTool, ControlCancel, ControlRequest, ControlResponse, type Envelope } from './messages.ts';
import { PermissionDesk } from './permissions.ts';
import { initialize, interrupt, refuse, userMessage } from './requests.ts';
import { unknownEvent } from './speech.ts';
import { Stderr } from './stderr.ts';
import { Translator } from './translate.ts';

/** How long the CLI may take to answer a control request, in milliseconds. */
const CONTROL_TIMEOUT_MS = 10_000;
/** How long processes that the CLI left behind get to end, in milliseconds. */
const SWEEP_GRACE_MS = 1000;

type Live = { readonly child: Child; readonly translator: Translator };

export class ClaudeRun implements DriverRun {
  readonly #start: DriverStart;
  readonly #desk: PermissionDesk;
  readonly #text: LiveText;
  readonly #stderr = new Stderr();
  readonly #early: { line: string; cut: number }[] = [];
  readonly #control = new Map<string, (error: string | null) => void>();
  readonly #ended = Promise.withResolvers<void>();
  #live: Live | null = null;
  #over = false;
  #asked: SessionEventOf<'exited'>['reason'] | null = null;

  constructor(start: DriverStart) {
    this.#start = start;
    this.#desk = new PermissionDesk(start.cwd);
    this.#text = new LiveText(start.live);
  }

  get pid(): number | null {
    return this.#over ? null : (this.#live?.child.pid ?? null);
  }

  /** Takes the process: says hello, hands over the prompt, waits for the end. */
  begin(child: Child): void {
    const { cwd, resume } = this.#start;
    this.#live = { child, translator: new Translator({ cwd, pid: child.pid, resumed: resume !== null, live: this.#text, now: Date.now }) };
    for (const { line, cut } of this.#early.splice(0)) this.line(line, cut);
    void child.write(initialize(randomUUID()) + userMessage(this.#start.prompt));
    void child.exited.then((status) => this.#finish(child, status));
  }

  line(line: string, cut: number): void {
    if (this.#over) return;
    if (this.#live === null) {
      this.#early.push({ line, cut });
      return;
    }
    const { message, notice } = readLine(line, cut);
    if (notice !== null) this.#start.emit(notice);
    if (message === null) return;
    if (!this.#controlMessage(this.#live.child, message, line)) for (const event of this.#live.translator.take(message, line)) this.#start.emit(event);
  }

  stderr(text: string): void {
    if (!this.#over) for (const event of this.#stderr.take(text)) this.#start.emit(event);
  }

  async send(text: string, from: 'person' | 'review'): Promise<Result<void>> {
    const written = await this.#write(userMessage(text));
    if (written.ok) this.#start.emit({ kind: 'message', from, text });
    return written;
  }

  async answer(reply: PermissionReply): Promise<Result<void>> {
    const answered = this.#desk.answer(reply);
    if (!answered.ok) return answered;
    this.#start.emit(answered.value.event);
    return this.#write(answered.value.line);
  }

  async interrupt(): Promise<Result<void>> {
    const id = randomUUID();
    const heard = Promise.withResolvers<string | null>();
    const timer = setTimeout(() => heard.resolve('no answer'), CONTROL_TIMEOUT_MS);
    this.#control.set(id, heard.resolve);
    this.#live?.translator.interruptAsked();
    try {
      const written = await this.#write(interrupt(id));
      if (!written.ok) return written;
      const error = await heard.promise;
      return error === null ? ok(undefined) : fail('AGENT_NOT_RESPONDING', 'Claude Code did not take the interrupt.', { why: error, fix: 'Stop the session.' });
    } finally {
      clearTimeout(timer);
      this.#control.delete(id);
    }
  }

  async stop(how: 'finish' | 'stop', reason: 'completed' | 'stopped' | 'limit', graceMs: number): Promise<void> {
    const child = this.#live?.child;
    if (child === undefined || this.#over) return this.#ended.promise;
    this.#asked ??= reason;
    if (how === 'stop') await child.stop(graceMs);
    else {
      child.endInput();
      const patience = new AbortController();
      await Promise.race([child.exited, delay(graceMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
      patience.abort();
      await child.stop(0);
    }
    await this.#ended.promise;
  }

  async #write(line: string): Promise<Result<void>> {
    if (this.#live === null || this.#over) return fail('SESSION_NOT_RUNNING', 'The agent of this session does not run.', { fix: 'Resume the session first.' });
    if (await this.#live.child.write(line)) return ok(undefined);
    return fail('AGENT_NOT_RESPONDING', 'Claude Code does not read what is sent to it.', { fix: 'Stop the session and resume it.' });
  }

  /** @returns true when the message was for this side of the control protocol and not for the transcript */
  #controlMessage(child: Child, message: Envelope, raw: string): boolean {
    if (message.type === 'control_request') {
      const asked = ControlRequest.safeParse(message).data;
      const request = CanUseTool.safeParse(asked?.request).data;
      if (asked && request) this.#start.emit(this.#desk.ask(asked.request_id, request));
      else {
        this.#start.emit(unknownEvent(`control_request/${asked?.request.subtype ?? 'unreadable'}`, raw));
        if (asked) void child.write(refuse(asked.request_id, asked.request.subtype));
      }
      return true;
    }
    if (message.type === 'control_cancel_request') {
      const cancelled = ControlCancel.safeParse(message).data;
      // One that is being ended takes its questions back on the way out.
      const closed = cancelled ? this.#desk.withdraw(cancelled.request_id, this.#asked !== null) : null;
      if (closed !== null) this.#start.emit(closed);
      return true;
    }
    if (message.type !== 'control_response') return false;
    const response = ControlResponse.safeParse(message).data?.response;
    if (response) this.#control.get(response.request_id)?.(response.subtype === 'success' ? null : (response.error ?? response.subtype));
    return true;
  }

  async #finish(child: Child, status: ExitStatus): Promise<void> {
    // What the CLI started and left behind ends with the run: nothing works in the worktree after `exited`.
    await child.stop(SWEEP_GRACE_MS).catch(() => undefined);
    for (const settle of this.#control.values()) settle('the agent ended');
    for (const event of [...this.#desk.withdrawAll(), ...(this.#live?.translator.end() ?? [])]) this.#start.emit(event);
    this.#over = true;
    this.#start.emit({ kind: 'exited', exitCode: status.code, signal: status.signal, ...this.#outcome(status) });
    this.#ended.resolve();
  }

  /** The exit code alone says little: the CLI ends with 1 whenever its last turn did not succeed, also after an interrupt. */
  #outcome({ code, signal }: ExitStatus): { reason: SessionEventOf<'exited'>['reason']; fault: Fault | null } {
    const complaint = this.#live?.translator.complaint ?? null;
    const exit = exitFault(code, signal, this.#stderr.lastWords);
    // The failed turn is told before the process ends, so the center may have asked for the end meanwhile.
    if (exit.code === 'AGENT_SESSION_LOST' && (this.#asked ?? 'completed') === 'completed') return { reason: 'failed', fault: exit };
    if (this.#asked !== null) return { reason: this.#asked, fault: complaint };
    if (code === 0) return { reason: complaint === null ? 'completed' : 'failed', fault: complaint };
    return { reason: 'failed', fault: complaint ?? exit };
  }
}
