/**
 * The durable plan engine: carries decisions into the store. Each transition is compare-and-set and leaves its plan event in the
 * same transaction, so after a crash at any moment the plan is where its last whole transition left it, and nothing runs twice.
 */
import type { NewTask, Task } from '#shared/domain/session.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import type { NodeRow, PlanEvent, SessionRow } from '#store/store.ts';
import type { Deps } from '../deps.ts';
import { promptElsewhere } from '../dispatcher/prompt.ts';
import { branchOf } from '../dispatcher/workspace.ts';
import { decide, type Decision, type Outcome } from './decide.ts';
import { buildPlan, orderOf } from './graph.ts';
import { Waits } from './waits.ts';

/** Status code of a session, and detail of the moves, when its step goes on on another host. */
export const HOST_GONE = 'HOST_GONE';
export const MOVED = 'begun anew on another host';

export class PlanEngine {
  readonly #deps: Deps;
  readonly #waits = new Waits();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Stores the task with its plan and queues the first attempt, in one transaction. */
  create(task: NewTask, key: string | undefined): { task: Task; sessionId: string } {
    const { store, now } = this.#deps;
    return store.transaction(() => {
      const at = now();
      const nodes = unwrap(orderOf(buildPlan(task, at)));
      const stored = store.tasks.insert(newId('tsk', at), task, nodes, at, key);
      const sessionId = this.spawnReady(stored.plan.id).sessions[0] ?? '';
      return { task: store.tasks.get(stored.id) ?? stored, sessionId };
    });
  }

  /**
   * Queues a session for every node that may start now.
   * @returns the sessions, oldest node first, and in how many milliseconds the next one that waits for its time may start
   */
  spawnReady(planId?: string): { sessions: string[]; nextMs: number } {
    const { store, now } = this.#deps;
    return store.transaction(() => {
      const { due, nextMs } = this.#waits.look(store.plans.readyNodes(), store.settings.get().retry, { at: now(), steady: performance.now() });
      const nodes = due.filter((node) => planId === undefined || node.planId === planId);
      return { sessions: nodes.flatMap((node) => this.#spawn(node) ?? []), nextMs };
    });
  }

  /**
   * Gives up a queued session whose host is gone, and queues a new attempt of its step that may go to any host.
   * @returns the new session's id; null when the session or its step is not what it was any more
   */
  beginElsewhere(session: SessionRow, text: string): string | null {
    const { store, now } = this.#deps;
    return store.transaction(() => {
      const at = now();
      const nextPrompt = promptElsewhere(session.nextPrompt, store.plans.node(session.nodeId)?.body ?? '');
      if (store.plans.node(session.nodeId)?.status !== 'active') return null;
      const patch = { statusCode: HOST_GONE, statusText: text, endedAt: at, nextPrompt: null };
      if (store.sessions.move(session.id, 'interrupted', patch, ['queued']) === null) return null;
      store.plans.moveAttempt(session.attemptId, 'interrupted', MOVED, at);
      store.plans.moveNode(session.nodeId, 'ready', MOVED, at, { notBefore: null });
      const node = store.plans.node(session.nodeId);
      const next = node && this.#spawn(node);
      if (next !== null) store.sessions.patch(next, { nextPrompt });
      return next;
    });
  }

  #spawn(node: NodeRow): string | null {
    const { store, now } = this.#deps;
    const at = now();
    const task = store.tasks.get(node.taskId);
    const repository = task && store.repositories.get(task.repositoryId);
    if (!task || !repository) return null;
    const sessionId = newId('ses', at);
    const number = node.attempts + 1;
    if (!store.plans.moveNode(node.id, 'active', `attempt ${number}`, at, { sessionId, attempts: number, notBefore: null })) return null;
    const attemptId = newId('att', at);
    store.plans.insertAttempt({ id: attemptId, nodeId: node.id, number, sessionId, at });
    const earlier = this.sessionsOf(task).find((session) => session.place !== null && session.statusCode !== HOST_GONE);
    store.sessions.insert({
      id: sessionId,
      taskId: task.id,
      nodeId: node.id,
      attemptId,
      repositoryId: task.repositoryId,
      title: node.title,
      agent: task.agent,
      limits: task.limits,
      at,
      // All steps and tries of a task work one after the other in the same place, from the same base: one change a task.
      // The first one's folder is decided with its host.
      patch: earlier
        ? { hostId: earlier.hostId, cwd: earlier.cwd, branch: earlier.branch, base: earlier.base, place: earlier.place }
        : { branch: branchOf(task, this.#moves(node.planId).length + 1) },
    });
    return sessionId;
  }

  /** The latest session of each step of a task, in the order of the plan. */
  sessionsOf(task: Task): SessionRow[] {
    return task.plan.nodes.flatMap((node) => (node.sessionId ? (this.#deps.store.sessions.get(node.sessionId) ?? []) : []));
  }

  /** Carries the consequences of an attempt's end into the store. Call inside the transaction that moves the session. */
  settle(session: SessionRow, outcome: Outcome, retryable: boolean, detail: string): Decision {
    const { store, now } = this.#deps;
    const at = now();
    const plan = store.tasks.get(session.taskId)?.plan;
    if (!plan) return { attempt: 'failed', nodes: [], plan: [], collect: false };
    const decision = decide(this.#counted(plan), { nodeId: session.nodeId, outcome, retryable }, store.settings.get().retry, at);
    store.plans.moveAttempt(session.attemptId, decision.attempt, detail, at);
    const before = new Map(plan.nodes.map((node) => [node.id, node.status]));
    for (const move of decision.nodes) {
      if (before.get(move.id) === move.to) continue;
      store.plans.moveNode(move.id, move.to, detail, at, move.notBefore === undefined ? {} : { notBefore: move.notBefore });
    }
    for (const to of decision.plan) store.plans.movePlan(plan.id, to, detail, at);
    return decision;
  }

  /** An attempt that went with its host was not the step's fault: it does not count against the tries. */
  #counted(plan: Task['plan']): Task['plan'] {
    const moves = this.#moves(plan.id);
    if (moves.length === 0) return plan;
    return { ...plan, nodes: plan.nodes.map((node) => ({ ...node, attempts: node.attempts - moves.filter((event) => event.targetId === node.id).length })) };
  }

  /** The times a step of the plan began anew on another host. */
  #moves(planId: string): PlanEvent[] {
    return this.#deps.store.plans.events(planId).filter((event) => event.kind === 'node' && event.to === 'ready' && event.detail === MOVED);
  }

  /** How often a step began anew on another host since then. */
  movesOf(session: SessionRow, since: number): number {
    const planId = this.#deps.store.plans.node(session.nodeId)?.planId ?? '';
    return this.#moves(planId).filter((event) => event.targetId === session.nodeId && event.at > since).length;
  }

  /** Opens plan, node and attempt of an ended session again, because a person wants it to go on. Call inside a transaction. */
  reopen(session: SessionRow, detail: string): void {
    const { store, now } = this.#deps;
    const at = now();
    const plan = store.tasks.get(session.taskId)?.plan;
    if (!plan) return;
    if (plan.status !== 'active') store.plans.movePlan(plan.id, 'active', detail, at);
    const node = plan.nodes.find((each) => each.id === session.nodeId);
    if (node && node.status !== 'active') store.plans.moveNode(node.id, 'active', detail, at, { sessionId: session.id, notBefore: null });
    for (const each of plan.nodes) if (each.status === 'cancelled' && each.id !== session.nodeId) store.plans.moveNode(each.id, 'blocked', detail, at);
    store.plans.moveAttempt(session.attemptId, 'queued', detail, at);
  }

  pause(task: Task): boolean {
    return this.#deps.store.plans.movePlan(task.plan.id, 'paused', 'paused by a person', this.#deps.now());
  }

  unpause(task: Task): boolean {
    const { store, now } = this.#deps;
    return store.transaction(() => {
      if (!store.plans.movePlan(task.plan.id, 'active', 'resumed by a person', now())) return false;
      for (const node of task.plan.nodes) if (node.status === 'paused') store.plans.moveNode(node.id, 'active', 'resumed by a person', now());
      return true;
    });
  }

  /** Cancels the plan and every step that has no live session. Call inside a transaction. */
  cancel(task: Task): boolean {
    const { store, now } = this.#deps;
    if (!store.plans.movePlan(task.plan.id, 'cancelled', 'cancelled by a person', now())) return false;
    for (const node of task.plan.nodes) {
      if (node.status === 'blocked' || node.status === 'ready') store.plans.moveNode(node.id, 'cancelled', 'cancelled by a person', now());
    }
    return true;
  }
}
