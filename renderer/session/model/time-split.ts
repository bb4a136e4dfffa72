/**
 * Where the time of a session went, counted from its stored events: tools while at least one call ran, waiting while a
 * permission stood open, the model for the rest of the time a process was there. Overlaps count once; waiting wins over
 * tools, because a call that waits for an answer does not work.
 */
import { z } from 'zod';

/** What is needed of a stored event; anything else of it is ignored. */
const Seen = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started') }),
  z.object({ kind: z.literal('exited') }),
  z.object({ kind: z.literal('tool_call'), callId: z.string() }),
  z.object({ kind: z.literal('tool_result'), callId: z.string(), status: z.enum(['running', 'ok', 'failed']) }),
  z.object({ kind: z.literal('permission_asked'), requestId: z.string() }),
  z.object({ kind: z.literal('permission_closed'), requestId: z.string() }),
  z.object({ kind: z.literal('message') }),
  z.object({ kind: z.literal('turn_ended') }),
]);

export type TimeSplit = { readonly modelMs: number; readonly toolsMs: number; readonly waitingMs: number };

export type SplitState = {
  readonly split: TimeSplit;
  /** Milliseconds since the epoch up to which time is counted; null before the first event. */
  readonly at: number | null;
  readonly running: boolean;
  readonly inTurn: boolean;
  readonly calls: ReadonlySet<string>;
  readonly asked: ReadonlySet<string>;
};

export const noTime: SplitState = {
  split: { modelMs: 0, toolsMs: 0, waitingMs: 0 },
  at: null,
  running: false,
  inTurn: false,
  calls: new Set(),
  asked: new Set(),
};

/** One step of the fold. @param at the host's clock in milliseconds; a clock set back adds nothing */
export function foldTime(state: SplitState, event: unknown, at: number): SplitState {
  const next = { ...state, split: elapse(state, at), at: Math.max(at, state.at ?? at) };
  const seen = Seen.safeParse(event);
  if (!seen.success) return next;
  const it = seen.data;
  switch (it.kind) {
    case 'started':
      return { ...next, running: true, inTurn: true, calls: new Set(), asked: new Set() };
    case 'exited':
      return { ...next, running: false, inTurn: false, calls: new Set(), asked: new Set() };
    case 'message':
      return { ...next, inTurn: true };
    case 'turn_ended':
      return { ...next, inTurn: false, calls: new Set(), asked: new Set() };
    case 'tool_call':
      return { ...next, calls: new Set([...state.calls, it.callId]) };
    case 'tool_result':
      return it.status === 'running' ? next : { ...next, calls: without(state.calls, it.callId) };
    case 'permission_asked':
      return { ...next, asked: new Set([...state.asked, it.requestId]) };
    case 'permission_closed':
      return { ...next, asked: without(state.asked, it.requestId) };
  }
}

/** The split with the time up to `now` added. */
export function elapse(state: SplitState, now: number): TimeSplit {
  const ms = state.at === null ? 0 : Math.max(0, now - state.at);
  if (ms === 0 || !state.running || !state.inTurn) return state.split;
  const { modelMs, toolsMs, waitingMs } = state.split;
  if (state.asked.size > 0) return { modelMs, toolsMs, waitingMs: waitingMs + ms };
  if (state.calls.size > 0) return { modelMs, toolsMs: toolsMs + ms, waitingMs };
  return { modelMs: modelMs + ms, toolsMs, waitingMs };
}

function without(set: ReadonlySet<string>, value: string): Set<string> {
  const left = new Set(set);
  left.delete(value);
  return left;
}
