/**
 * What follows from the end of an attempt: pure, so that every consequence can be tested without a store or a process.
 *
 *   done         node done → dependents ready → plan done when nothing is left
 *   failed       node ready again after a wait while tries are left, else node failed → dependents cancelled → plan failed
 *   limited      like failed, without another try: more time or money is a person's decision
 *   interrupted  like limited: what cannot be resumed is not repeated by itself
 *   stopped      node, dependents and plan cancelled
 *   held         the attempt goes back to the queue and goes on later (pause, quit, resume after a crash)
 */
import type { AttemptStatus, NodeStatus, PlanStatus } from '#shared/domain/status.ts';
import { dependentsOf } from './graph.ts';

export type Outcome = 'done' | 'failed' | 'limited' | 'interrupted' | 'stopped' | 'held';
export type PlanView = {
  readonly status: PlanStatus;
  readonly nodes: readonly { readonly id: string; readonly status: NodeStatus; readonly dependsOn: readonly string[]; readonly attempts: number }[];
};
export type Retry = { readonly attempts: number; readonly backoffSeconds: number };
export type Ended = { readonly nodeId: string; readonly outcome: Outcome; /** False when a further try would end the same way. */ readonly retryable: boolean };

export type Decision = {
  readonly attempt: AttemptStatus;
  readonly nodes: readonly { readonly id: string; readonly to: NodeStatus; readonly notBefore?: number }[];
  /** Plan moves in order; more than one when the table has no direct way. */
  readonly plan: readonly PlanStatus[];
  /** True when the work is to be given to review, if files changed. */
  readonly collect: boolean;
};

const MAX_BACKOFF_MS = 3_600_000;
const attemptOf: Readonly<Record<Outcome, AttemptStatus>> = {
  done: 'succeeded',
  failed: 'failed',
  limited: 'failed',
  interrupted: 'interrupted',
  stopped: 'cancelled',
  held: 'queued',
};

/** Milliseconds to wait before try number `attempts + 1`: doubles each time, at most an hour. */
export function backoffMs(retry: Retry, attempts: number): number {
  return Math.min(MAX_BACKOFF_MS, retry.backoffSeconds * 1000 * 2 ** Math.max(0, attempts - 1));
}

/** @param now milliseconds since the epoch */
export function decide(plan: PlanView, ended: Ended, retry: Retry, now: number): Decision {
  const attempt = attemptOf[ended.outcome];
  const node = plan.nodes.find((each) => each.id === ended.nodeId);
  const nothing: Decision = { attempt, nodes: [], plan: [], collect: false };
  if (node === undefined) return nothing;
  const open = plan.status === 'active' || plan.status === 'paused';

  if (ended.outcome === 'held') return plan.status === 'paused' ? { ...nothing, nodes: [{ id: node.id, to: 'paused' }] } : nothing;

  if (ended.outcome === 'done') {
    const done = new Set([...plan.nodes.filter((each) => each.status === 'done').map((each) => each.id), node.id]);
    const freed = plan.nodes.filter((each) => each.status === 'blocked' && each.dependsOn.every((id) => done.has(id)));
    const all = plan.nodes.every((each) => done.has(each.id));
    return {
      attempt,
      nodes: [{ id: node.id, to: 'done' }, ...(open ? freed.map((each) => ({ id: each.id, to: 'ready' as const })) : [])],
      plan: all && open ? closing(plan.status, 'done') : [],
      collect: all,
    };
  }

  if (ended.outcome === 'failed' && ended.retryable && open && node.attempts < retry.attempts) {
    return { ...nothing, nodes: [{ id: node.id, to: 'ready', notBefore: now + backoffMs(retry, node.attempts) }] };
  }

  const stopped = ended.outcome === 'stopped';
  const waiting = new Set(dependentsOf(plan.nodes, node.id));
  const dropped = plan.nodes.filter((each) => waiting.has(each.id) && (each.status === 'blocked' || each.status === 'ready' || each.status === 'paused'));
  return {
    attempt,
    nodes: [{ id: node.id, to: stopped ? 'cancelled' : 'failed' }, ...dropped.map((each) => ({ id: each.id, to: 'cancelled' as const }))],
    plan: open ? closing(plan.status, stopped ? 'cancelled' : 'failed') : [],
    collect: !stopped,
  };
}

function closing(from: PlanStatus, to: 'done' | 'failed' | 'cancelled'): PlanStatus[] {
  return from === 'paused' && to !== 'cancelled' ? ['active', to] : [to];
}
