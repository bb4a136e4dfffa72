/**
 * Turns what the CLI prints into events. Pure but for the live text: no process, no clock of its own.
 *
 * A turn ends with `result`, but the CLI may go on at once with a message that waited or with what a background agent brought.
 * So the end is held back until the CLI says that it is idle:
 *
 *   idle ──running | request──► working ──result──► ending ──idle──► idle          (turn_ended)
 *                                  ▲                   └──next turn──► working     (only a notice, when it went wrong)
 *
 * A CLI that does not tell its state ends the turn with the result.
 */
import type { SessionEvent, SessionEventOf } from '#shared/domain/session-event.ts';
import type { Fault } from '#shared/lib/fault.ts';
import { complaintOf } from './complaints.ts';
import { LiveText } from './live.ts';
import { Assistant, ResultMessage, StreamEvent, systemMessages, User, type Envelope } from './messages.ts';
import { Speech, unknownEvent } from './speech.ts';
import { SystemMessages } from './system.ts';
import { turnEnd } from './turn.ts';
import { UsageLedger } from './usage.ts';

export type TranslatorOptions = {
  readonly cwd: string;
  readonly pid: number;
  readonly resumed: boolean;
  readonly live: LiveText;
  /** The host's clock, milliseconds. */
  readonly now: () => number;
};

const QUIET = new Set([
  'tool_progress',
  'keep_alive',
  'command_lifecycle',
  'prompt_suggestion',
  'control_response',
  'control_request',
  'control_cancel_request',
]);

export class Translator {
  readonly #options: TranslatorOptions;
  readonly #speech: Speech;
  readonly #system: SystemMessages;
  readonly #ledger = new UsageLedger();
  #started = false;
  #tellsState = false;
  #working = false;
  #ending: SessionEventOf<'turn_ended'> | null = null;
  #interrupted = false;
  #complaint: Fault | null = null;
  #streaming: string | null = null;

  constructor(options: TranslatorOptions) {
    this.#options = options;
    this.#speech = new Speech(options.cwd, options.live);
    this.#system = new SystemMessages(options.now);
  }

  /** A person asked to interrupt: a failing result of this turn is that, not an error. Nothing happens between turns. */
  interruptAsked(): void {
    this.#interrupted = this.#working;
  }

  /** What the CLI said about why it cannot go on, in the last turn; null when that went well. */
  get complaint(): Fault | null {
    return this.#complaint;
  }

  /** One line of the CLI that was JSON. */
  take(message: Envelope, raw: string): SessionEvent[] {
    switch (message.type) {
      case 'stream_event':
        return this.#stream(message);
      case 'assistant': {
        const assistant = Assistant.safeParse(message).data;
        return assistant ? this.#assistant(assistant) : [unknownEvent('assistant', raw)];
      }
      case 'user': {
        const user = User.safeParse(message).data;
        return user ? this.#speech.user(user) : [unknownEvent('user', raw)];
      }
      case 'system':
        return this.#systemMessage(message, raw);
      case 'result': {
        const result = ResultMessage.safeParse(message).data;
        return result ? this.#result(result) : [unknownEvent('result', raw)];
      }
      case 'rate_limit_event':
        return this.#system.rateLimit(message, raw);
      default:
        return QUIET.has(message.type) ? [] : [unknownEvent(message.subtype === undefined ? message.type : `${message.type}/${message.subtype}`, raw)];
    }
  }

  /** The process is gone: tells the end of a turn that was held back. */
  end(): SessionEvent[] {
    this.#options.live.drop();
    const ending = this.#ending;
    this.#ending = null;
    return ending === null ? [] : [ending];
  }

  #systemMessage(message: Envelope, raw: string): SessionEvent[] {
    if (message.subtype === 'init') {
      const init = systemMessages.init.safeParse(message).data;
      return init ? [...this.#begin(), ...this.#start(init)] : [unknownEvent('system/init', raw)];
    }
    if (message.subtype === 'session_state_changed') return this.#state(message);
    return this.#system.take(message, raw);
  }

  /** The CLI repeats `init` at every turn; the run started once. */
  #start(init: ReturnType<typeof systemMessages.init.parse>): SessionEvent[] {
    if (init.model !== undefined) this.#ledger.model = init.model;
    if (this.#started) return [];
    this.#started = true;
    const { cwd, pid, resumed } = this.#options;
    return [{ kind: 'started', pid, cwd, agentSessionId: init.session_id, resumed, model: init.model ?? null, version: init.claude_code_version ?? null }];
  }

  #state(message: Envelope): SessionEvent[] {
    this.#tellsState = true;
    const state = systemMessages.session_state_changed.safeParse(message).data?.state;
    if (state !== 'idle') return state === 'running' && !this.#working ? this.#begin() : [];
    // The result is missing only when its line was lost (too long): the turn is over all the same.
    const ending = this.#ending ?? (this.#working ? ({ kind: 'turn_ended', ok: true, code: 'done', text: '' } as const) : null);
    this.#working = false;
    this.#interrupted = false;
    this.#ending = null;
    return ending === null ? [] : [ending];
  }

  /** A turn begins: an end that was held back was not the last word. */
  #begin(): SessionEvent[] {
    const before = this.#ending;
    this.#ending = null;
    this.#working = true;
    if (before === null || before.ok) return [];
    if (before.code === 'interrupted')
      return [{ kind: 'notice', level: 'info', code: 'TURN_INTERRUPTED', text: 'Interrupted; the agent goes on with the next message.' }];
    return [{ kind: 'notice', level: 'error', code: 'TURN_FAILED', text: before.text }];
  }

  #assistant(message: Assistant): SessionEvent[] {
    const main = !message.parent_tool_use_id;
    if (message.error !== undefined) return this.#apiError(message, message.error);
    if (message.message.usage !== undefined && this.#streaming !== message.message.id) this.#ledger.message(message.message.id, message.message.usage, main);
    if (main) this.#complaint = null;
    return [...this.#system.answered(), ...this.#speech.assistant(message)];
  }

  /** The CLI speaks for the API in the agent's place. */
  #apiError(message: Assistant, word: string): SessionEvent[] {
    const said = message.message.content.map((block) => (typeof block['text'] === 'string' ? block['text'] : '')).join('\n');
    const { code, message: text, why, fix } = complaintOf(word, said);
    this.#complaint = { code, message: text, ...(why === undefined ? {} : { why }), ...(fix === undefined ? {} : { fix }) };
    return [{ kind: 'notice', level: 'error', code, text, ...(why === undefined ? {} : { why }), ...(fix === undefined ? {} : { fix }) }];
  }

  #stream(message: Envelope): SessionEvent[] {
    const stream = StreamEvent.safeParse(message).data;
    // New kinds of deltas come and go; the whole block follows as an assistant message in any case.
    if (!stream || stream.parent_tool_use_id) return [];
    this.#options.live.take(stream.event);
    if (stream.event.type === 'message_start') {
      this.#streaming = stream.event.message.id;
      if (stream.event.message.usage !== undefined) this.#ledger.message(this.#streaming, stream.event.message.usage, true);
    }
    if (stream.event.type === 'message_delta' && stream.event.usage !== undefined && this.#streaming !== null) {
      this.#ledger.message(this.#streaming, stream.event.usage, true);
      return [{ kind: 'usage', usage: this.#ledger.now() }];
    }
    return [];
  }

  #result(result: ResultMessage): SessionEvent[] {
    this.#options.live.drop();
    this.#ledger.result(result);
    const ending = turnEnd(result, this.#interrupted);
    this.#interrupted = false;
    const before = this.#ending === null ? [] : this.#begin();
    const usage: SessionEvent = { kind: 'usage', usage: this.#ledger.now() };
    this.#working = this.#tellsState;
    if (!this.#tellsState) return [...before, usage, ending];
    this.#ending = ending;
    return [...before, usage];
  }
}
