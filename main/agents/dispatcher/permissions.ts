/**
 * Permission requests: answered at once by a rule, or put into the inbox until a person answers.
 *
 *   asked ──rule──► allowed                                (never a question: it wants words)
 *     └──► waiting ──person──► allowed | denied          (withdrawn by the agent, or its run is gone: expired)
 *
 * A request whose run was lost stays open while its session waits to go on: the agent asks again, and the old row points to the new
 * one, or, when a person answered it meanwhile, the answer is given to the new one. An agent that asks for something else has gone
 * another way: what it asked for before the crash is asked no more.
 */
import { answersText, unanswered, type Answers } from '#shared/domain/question.ts';
import { allowingRule, parseRule, type RuleRequest } from '#shared/domain/rules.ts';
import type { SessionEventOf } from '#shared/domain/session-event.ts';
import type { PermissionAnswer } from '#shared/domain/session.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import type { PermissionRow, SessionRow } from '#store/store.ts';
import { hostOf, type Deps, type Effect } from '../deps.ts';
import type { Runs } from './runs.ts';
import { toBlocked, toWorking } from './timing.ts';

type Reply = { readonly allow: boolean; readonly note: string; readonly remember: readonly string[]; readonly answers?: Answers | undefined };
const SESSION_RULE = 'permission.allow-session';

export class Permissions {
  readonly #deps: Deps;
  readonly #runs: Runs;
  /** Answers given while no run could take them, by session, tool and input. */
  readonly #held = new Map<string, Reply & { readonly by: string }>();

  constructor(deps: Deps, runs: Runs) {
    this.#deps = deps;
    this.#runs = runs;
  }

  /** Takes a new request into the store. Call inside the transaction of its event. */
  asked(session: SessionRow, epoch: string, event: SessionEventOf<'permission_asked'>, at: number): Effect | null {
    const { store, now } = this.#deps;
    if (store.permissions.byRequest(session.id, epoch, event.requestId)) return null;
    const earlier = store.permissions.waiting(session.id).filter((row) => row.epoch !== epoch);
    const { requestId, tool, title, input, reason, rules, questions = [] } = event;
    const asked = { requestId, epoch, tool, title, input, reason, rules, questions, askedAt: at };
    const row = store.permissions.insert({ id: newId('per', at), sessionId: session.id, ...asked });
    for (const old of earlier) {
      const same = old.tool === tool && old.input === input;
      store.permissions.close(old.id, 'expired', null, `${same ? 'Asked again' : 'Asked for something else'} after a restart: ${row.id}.`, now());
    }

    const rule = questions.length > 0 ? null : allowingRule(this.rulesOf(session), { tool, input, cwd: session.cwd });
    const key = heldKey(session.id, tool, input);
    const held = this.#held.get(key);
    this.#held.delete(key);
    const reply = rule !== null ? { allow: true, note: '', remember: [], by: `rule ${rule}` } : held;
    if (reply) {
      store.permissions.close(row.id, reply.allow ? 'allowed' : 'denied', reply.by, reply.note || null, now(), reply.answers);
      return () => void this.#tell(session.id, requestId, reply);
    }
    store.sessions.move(session.id, 'waiting', toBlocked(session, now()), ['starting', 'running']);
    return null;
  }

  /** The host says that a request is closed. Call inside the transaction of its event. */
  closed(session: SessionRow, epoch: string, event: SessionEventOf<'permission_closed'>): void {
    const { store, now } = this.#deps;
    const row = store.permissions.byRequest(session.id, epoch, event.requestId);
    // What goes down with its run stays open while the session waits to go on; when it does not, its end closes it.
    if (row?.status !== 'waiting' || event.ended === true) return;
    const to = event.outcome === 'withdrawn' ? 'expired' : event.outcome;
    store.permissions.close(row.id, to, event.outcome === 'withdrawn' ? null : 'agent', event.note, now());
    this.#unblock(session.id);
  }

  /**
   * A person's answer.
   * @returns PERMISSION_CLOSED when it was answered or withdrawn meanwhile, RULE_INVALID for a rule that is none, QUESTION_NEEDS_REPLY,
   *   NOT_A_QUESTION or REPLY_INCOMPLETE for an answer that does not fit the request
   */
  async answer(id: string, answer: PermissionAnswer, actor: string): Promise<Result<PermissionRow>> {
    const { store, now } = this.#deps;
    const before = store.permissions.get(id);
    if (!before) return fail('PERMISSION_NOT_FOUND', 'There is no such permission request.');
    const misfit = misfitOf(before, answer);
    if (misfit) return misfit;
    if (answer.kind === 'allow-always' && parseRule(answer.rule) === null) {
      return fail('RULE_INVALID', `"${answer.rule}" is not a rule.`, { fix: "Write a tool's name, or a tool with a pattern: Edit, Bash(npm test:*)." });
    }
    // The narrowest offered rule; a whole tool is never allowed by a click that does not say so.
    const sessionRule = answer.kind === 'allow-session' ? before.rules[0] : undefined;
    const remember = answer.kind === 'allow-always' ? [answer.rule] : sessionRule === undefined ? [] : [sessionRule];
    const answers = answer.kind === 'reply' ? answer.answers : undefined;
    const reply = { allow: answer.kind !== 'deny', note: answer.kind === 'deny' ? answer.note : '', remember, answers };
    const said = answers === undefined ? reply.note : answersText(before.questions, answers);
    const closed = store.transaction(() => {
      const at = now();
      const row = store.permissions.close(id, reply.allow ? 'allowed' : 'denied', actor, reply.note || null, at, answers);
      if (row === null) return null;
      const decision = { id: newId('dec', at), at, actor, targetKind: 'session', targetId: row.sessionId, undoes: null };
      if (sessionRule !== undefined) store.decisions.append({ ...decision, action: SESSION_RULE, detail: sessionRule });
      else store.decisions.append({ ...decision, action: `permission.${answer.kind}`, detail: said ? `${row.title}: ${said}` : row.title });
      if (answer.kind === 'allow-always') {
        store.permissions.addRule({ id: newId('rul', at), repositoryId: row.repositoryId, rule: answer.rule, createdAt: at, createdBy: actor });
      }
      this.#unblock(row.sessionId);
      return row;
    });
    if (closed === null) return fail('PERMISSION_CLOSED', 'This request is closed already.', { why: `It is ${before.status}.` });
    if (this.#runs.get(closed.sessionId, closed.epoch)) await this.#tell(closed.sessionId, closed.requestId, reply);
    else this.#held.set(heldKey(closed.sessionId, closed.tool, closed.input), { ...reply, by: actor });
    if (remember.length > 0) await this.#answerByRules(closed.repositoryId, remember[0] ?? '');
    return ok(closed);
  }

  /** Closes what no run will take an answer for any more. Call inside a transaction. */
  expire(sessionId: string, why: string): void {
    const { store, now } = this.#deps;
    for (const row of store.permissions.waiting(sessionId)) store.permissions.close(row.id, 'expired', null, why, now());
  }

  /** Every rule that holds for a session: its task's, its repository's, and those a person gave it. */
  rulesOf(session: SessionRow): string[] {
    const { store } = this.#deps;
    const own = store.decisions.list({ targetId: session.id, limit: 500 }).filter((decision) => decision.action === SESSION_RULE);
    return [
      ...(store.tasks.get(session.taskId)?.allow ?? []),
      ...store.permissions.rules(session.repositoryId).map((rule) => rule.rule),
      ...own.map((decision) => decision.detail),
    ];
  }

  /** A new rule also answers what waits already. */
  async #answerByRules(repositoryId: string, rule: string): Promise<void> {
    const { store, now } = this.#deps;
    for (const row of store.permissions.waiting()) {
      const session = store.sessions.get(row.sessionId);
      if (row.repositoryId !== repositoryId || row.questions.length > 0 || session === null || !this.#runs.get(row.sessionId, row.epoch)) continue;
      const request: RuleRequest = { tool: row.tool, input: row.input, cwd: session.cwd };
      if (!this.rulesOf(session).includes(rule) || allowingRule([rule], request) === null) continue;
      const closed = store.transaction(() => {
        const done = store.permissions.close(row.id, 'allowed', `rule ${rule}`, null, now());
        if (done) this.#unblock(row.sessionId);
        return done;
      });
      if (closed) await this.#tell(row.sessionId, row.requestId, { allow: true, note: '', remember: [] });
    }
  }

  #unblock(sessionId: string): void {
    const { store, now } = this.#deps;
    const session = store.sessions.get(sessionId);
    if (session?.status !== 'waiting' || session.statusCode !== '' || store.permissions.waiting(sessionId).length > 0) return;
    store.sessions.move(sessionId, 'running', toWorking(session, now()), ['waiting']);
  }

  async #tell(sessionId: string, requestId: string, reply: Reply): Promise<void> {
    const { allow, note, remember, answers } = reply;
    const told = await hostOf(this.#deps, sessionId).call('session.answer', { sessionId, requestId, allow, note, remember: [...remember], answers });
    // The answer is stored. When the run is gone, the agent asks again in its next one.
    if (!told.ok) this.#deps.log('warn', 'an answer did not reach the agent', { sessionId, requestId, code: told.fault.code });
  }
}

/** An allowed question without an answer would tell the agent nothing, and a reply to a plain request would be lost. */
function misfitOf({ questions }: PermissionRow, answer: PermissionAnswer): Result<never> | null {
  if (answer.kind === 'deny') return null;
  if (answer.kind !== 'reply') {
    return questions.length === 0 ? null : fail('QUESTION_NEEDS_REPLY', 'The agent asks a question.', { fix: 'Reply to it, or deny it with a note.' });
  }
  if (questions.length === 0)
    return fail('NOT_A_QUESTION', 'The agent asks for a permission, not for an answer.', { fix: 'Allow it, or deny it with a note.' });
  const open = unanswered(questions, answer.answers)[0];
  return open ? fail('REPLY_INCOMPLETE', `The reply has no answer to "${open.question}".`, { fix: 'Answer every question, each under its own text.' }) : null;
}

const heldKey = (sessionId: string, tool: string, input: string): string => `${sessionId}\0${tool}\0${input}`;
