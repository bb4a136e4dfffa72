/**
 * The transcript is a fold over session events: one item a line of the view. An event either adds an item or changes the one
 * it belongs to (a tool's result lands on its call). The core keeps the items in SQLite beside the events, in the same
 * transaction, so a window of a long transcript is one indexed read.
 */
import { z } from 'zod';
import { FileEdit, MessageSource, ToolKind, type SessionEvent } from './session-event.ts';

const base = { parentCallId: z.string().optional(), cut: z.number().int().positive().optional() };

export const TranscriptItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), from: MessageSource, text: z.string() }),
  z.object({ kind: z.literal('text'), blockId: z.string(), text: z.string(), ...base }),
  z.object({ kind: z.literal('thinking'), blockId: z.string(), text: z.string(), ...base }),
  z.object({
    kind: z.literal('tool'),
    callId: z.string(),
    tool: z.string(),
    toolKind: ToolKind,
    title: z.string(),
    input: z.string(),
    status: z.enum(['running', 'ok', 'failed']),
    output: z.string(),
    edits: z.array(FileEdit),
    endedAt: z.number().int().nullable(),
    ...base,
  }),
  z.object({
    kind: z.literal('permission'),
    requestId: z.string(),
    title: z.string(),
    outcome: z.enum(['waiting', 'allowed', 'denied', 'withdrawn']),
    note: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('subagent'),
    taskId: z.string(),
    callId: z.string().nullable(),
    title: z.string(),
    status: z.enum(['running', 'done', 'failed', 'stopped']),
    summary: z.string().nullable(),
  }),
  z.object({ kind: z.literal('plan'), entries: z.array(z.object({ text: z.string(), status: z.enum(['pending', 'active', 'done']) })) }),
  z.object({
    kind: z.literal('output'),
    stream: z.enum(['stdout', 'stderr']),
    source: z.enum(['agent', 'setup']),
    text: z.string(),
    cut: z.number().int().positive().optional(),
  }),
  z.object({
    kind: z.literal('notice'),
    level: z.enum(['info', 'warn', 'error']),
    code: z.string(),
    text: z.string(),
    why: z.string().optional(),
    fix: z.string().optional(),
  }),
  z.object({ kind: z.literal('unknown'), type: z.string(), raw: z.string(), cut: z.number().int().positive().optional() }),
  z.object({ kind: z.literal('turn'), ok: z.boolean(), code: z.string(), text: z.string() }),
  z.object({ kind: z.literal('exit'), reason: z.string(), exitCode: z.number().int().nullable(), signal: z.string().nullable(), text: z.string() }),
]);
export type TranscriptItem = z.infer<typeof TranscriptItem>;

/** Names the item an event changes or adds; null when the event leaves no line in the transcript. */
export function itemKey(event: SessionEvent, seq: number): string | null {
  switch (event.kind) {
    case 'tool_call':
    case 'tool_result':
      return `tool:${event.callId}`;
    case 'permission_asked':
    case 'permission_closed':
      return `permission:${event.requestId}`;
    case 'subagent':
      return `subagent:${event.taskId}`;
    case 'plan':
      return 'plan';
    case 'started':
    case 'usage':
    case 'rate_limit':
      return null;
    default:
      return `#${seq}`;
  }
}

/**
 * One step of the fold.
 * @param before the item this event's key names, if there is one
 * @param at the host's clock, milliseconds
 * @returns the item after the event; null when the event changes nothing that can be shown (a result without its call)
 */
export function foldItem(before: TranscriptItem | null, event: SessionEvent, at: number): TranscriptItem | null {
  switch (event.kind) {
    case 'message':
    case 'text':
    case 'thinking':
    case 'output':
    case 'notice':
    case 'unknown':
      return event;
    case 'tool_call':
      return { ...event, kind: 'tool', status: 'running', output: '', endedAt: null };
    case 'tool_result':
      if (before?.kind !== 'tool') return null;
      return {
        ...before,
        status: event.status,
        output: event.output,
        cut: event.cut ?? before.cut,
        edits: event.edits.length > 0 ? event.edits : before.edits,
        endedAt: event.status === 'running' ? null : at,
      };
    case 'permission_asked':
      return { kind: 'permission', requestId: event.requestId, title: event.title, outcome: 'waiting', note: null };
    case 'permission_closed':
      return before?.kind === 'permission' ? { ...before, outcome: event.outcome, note: event.note } : null;
    case 'subagent':
      return { kind: 'subagent', taskId: event.taskId, callId: event.callId, title: event.title, status: event.status, summary: event.summary };
    case 'plan':
      return { kind: 'plan', entries: event.entries };
    case 'turn_ended':
      return { kind: 'turn', ok: event.ok, code: event.code, text: event.text };
    case 'exited':
      return { kind: 'exit', reason: event.reason, exitCode: event.exitCode, signal: event.signal, text: event.fault?.message ?? '' };
    case 'started':
    case 'usage':
    case 'rate_limit':
      return null;
  }
}
