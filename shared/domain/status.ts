/**
 * The states of everything durable and the transitions that are allowed. Every write of a state is compare-and-set against these.
 *
 *   session   queued → starting → running ⇄ waiting → finished | failed | stopped | limited | interrupted
 *                                                      └── any ended state → queued (resume)
 *   node      blocked → ready → active → done | failed | cancelled ;  ready|active ⇄ paused ;  active → ready (retry)
 *   attempt   queued → active → succeeded | failed | cancelled | interrupted
 *   plan      active ⇄ paused → done | failed | cancelled
 *   change    waiting → merged | kept | rejected | changes_asked | conflicted ;  undo leads back to waiting
 *   permission waiting → allowed | denied | expired
 */
import { z } from 'zod';

export const SessionStatus = z.enum(['queued', 'starting', 'running', 'waiting', 'finished', 'failed', 'stopped', 'limited', 'interrupted']);
export type SessionStatus = z.infer<typeof SessionStatus>;

/** States in which a process exists or is about to. */
export const LIVE_SESSION = ['starting', 'running', 'waiting'] as const satisfies readonly SessionStatus[];
/** States in which nothing runs and nothing will run by itself. */
export const ENDED_SESSION = ['finished', 'failed', 'stopped', 'limited', 'interrupted'] as const satisfies readonly SessionStatus[];

export const sessionTransitions: Readonly<Record<SessionStatus, readonly SessionStatus[]>> = {
  queued: ['starting', 'stopped', 'limited', 'interrupted'],
  starting: ['running', 'waiting', 'finished', 'failed', 'stopped', 'limited', 'interrupted', 'queued'],
  running: ['waiting', 'finished', 'failed', 'stopped', 'limited', 'interrupted', 'queued'],
  waiting: ['running', 'finished', 'failed', 'stopped', 'limited', 'interrupted', 'queued'],
  finished: ['queued'],
  failed: ['queued'],
  stopped: ['queued'],
  limited: ['queued'],
  interrupted: ['queued'],
};

export const PlanStatus = z.enum(['active', 'paused', 'done', 'failed', 'cancelled']);
export type PlanStatus = z.infer<typeof PlanStatus>;
export const planTransitions: Readonly<Record<PlanStatus, readonly PlanStatus[]>> = {
  active: ['paused', 'done', 'failed', 'cancelled'],
  paused: ['active', 'cancelled'],
  done: ['active'],
  failed: ['active'],
  cancelled: ['active'],
};

export const NodeStatus = z.enum(['blocked', 'ready', 'active', 'paused', 'done', 'failed', 'cancelled']);
export type NodeStatus = z.infer<typeof NodeStatus>;
export const nodeTransitions: Readonly<Record<NodeStatus, readonly NodeStatus[]>> = {
  blocked: ['ready', 'cancelled'],
  ready: ['active', 'paused', 'cancelled'],
  active: ['ready', 'paused', 'done', 'failed', 'cancelled'],
  paused: ['ready', 'active', 'cancelled'],
  done: ['active'],
  failed: ['ready', 'active'],
  cancelled: ['ready', 'active', 'blocked'],
};

export const AttemptStatus = z.enum(['queued', 'active', 'succeeded', 'failed', 'cancelled', 'interrupted']);
export type AttemptStatus = z.infer<typeof AttemptStatus>;
export const attemptTransitions: Readonly<Record<AttemptStatus, readonly AttemptStatus[]>> = {
  queued: ['active', 'cancelled', 'interrupted'],
  active: ['succeeded', 'failed', 'cancelled', 'interrupted', 'queued'],
  succeeded: ['queued'],
  failed: ['queued'],
  cancelled: ['queued'],
  interrupted: ['queued'],
};

export const ChangeStatus = z.enum(['waiting', 'merged', 'kept', 'rejected', 'changes_asked', 'conflicted']);
export type ChangeStatus = z.infer<typeof ChangeStatus>;
export const changeTransitions: Readonly<Record<ChangeStatus, readonly ChangeStatus[]>> = {
  waiting: ['merged', 'kept', 'rejected', 'changes_asked', 'conflicted'],
  conflicted: ['merged', 'rejected', 'changes_asked', 'waiting'],
  changes_asked: ['waiting'],
  merged: ['waiting'],
  kept: ['waiting'],
  rejected: ['waiting'],
};

export const PermissionStatus = z.enum(['waiting', 'allowed', 'denied', 'expired']);
export type PermissionStatus = z.infer<typeof PermissionStatus>;

/** The states from which `to` may be entered: what a compare-and-set names in its `where`. */
export function sourcesOf<S extends string>(transitions: Readonly<Record<S, readonly S[]>>, to: S): S[] {
  return (Object.keys(transitions) as S[]).filter((from) => transitions[from].includes(to));
}
