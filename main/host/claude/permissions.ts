/** Permission requests of one run that wait for a person: asked by the CLI, answered once, withdrawn by the CLI or by its end. */
import { answersText } from '#shared/domain/question.ts';
import type { SessionEvent } from '#shared/domain/session-event.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { PermissionReply } from '../driver.ts';
import { clip } from './clip.ts';
import type { CanUseTool } from './messages.ts';
import { allow, deny } from './requests.ts';
import { parseRule, rulesFor } from './rules.ts';
import { questionsOf, shortPath, titleOf } from './tools.ts';

/** What the agent reads when a person denies without a word. */
const DENIED = 'The user denied this. Do not try it another way; go on without it or say what you need.';

export class PermissionDesk {
  readonly #cwd: string;
  readonly #waiting = new Map<string, CanUseTool>();

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  ask(requestId: string, request: CanUseTool): SessionEvent {
    this.#waiting.set(requestId, request);
    const questions = questionsOf(request.tool_name, request.input);
    const { text } = clip(JSON.stringify(request.input));
    const outside = request.blocked_path ? `It touches ${shortPath(request.blocked_path, this.#cwd)}.` : null;
    return {
      kind: 'permission_asked',
      requestId,
      callId: request.tool_use_id ?? null,
      tool: request.tool_name,
      title: request.title ?? titleOf(request.tool_name, request.input, this.#cwd),
      input: text,
      reason: request.decision_reason ?? outside,
      rules: rulesFor(request, this.#cwd),
      ...(questions.length === 0 ? {} : { questions }),
    };
  }

  /** @returns the line for the CLI and the event; PERMISSION_GONE when nobody waits for this answer any more */
  answer(reply: PermissionReply): Result<{ line: string; event: SessionEvent }> {
    const request = this.#waiting.get(reply.requestId);
    if (request === undefined) {
      return fail('PERMISSION_GONE', 'This request no longer waits for an answer.', { why: 'It was answered, or the agent withdrew it or ended.' });
    }
    this.#waiting.delete(reply.requestId);
    const answers = reply.answers ?? {};
    const note = answersText(questionsOf(request.tool_name, request.input), answers) || reply.note.trim();
    const line = reply.allow
      ? allow(reply.requestId, reply.answers === undefined ? request.input : { ...request.input, answers }, reply.remember.map(parseRule))
      : deny(reply.requestId, note === '' ? DENIED : note);
    return ok({
      line,
      event: { kind: 'permission_closed', requestId: reply.requestId, outcome: reply.allow ? 'allowed' : 'denied', note: note === '' ? null : note },
    });
  }

  /**
   * The CLI does not need the answer any more; null when it was given already.
   * @param ended it only ends, and may ask again in its next run
   */
  withdraw(requestId: string, ended: boolean): SessionEvent | null {
    if (!this.#waiting.delete(requestId)) return null;
    return { kind: 'permission_closed', requestId, outcome: 'withdrawn', note: null, ...(ended ? { ended } : {}) };
  }

  /** The run ends: nobody waits for an answer any more. */
  withdrawAll(): SessionEvent[] {
    return [...this.#waiting.keys()].flatMap((requestId) => this.withdraw(requestId, true) ?? []);
  }
}
