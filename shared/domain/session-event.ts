/**
 * What a session says, in one vocabulary for every driver. Events are facts: append-only, numbered by the host within one
 * run of a session (epoch), stored before they are announced. The text of a block that is still being written is not a fact
 * yet; it travels as a LivePart beside the events and is replaced by the event of the whole block.
 */
import { z } from 'zod';
import { Question } from './question.ts';

/** Longest text kept in one event, in characters. What is cut is said by `cut` (characters left out). */
export const MAX_EVENT_TEXT = 200_000;

export const ToolKind = z.enum(['read', 'search', 'edit', 'run', 'fetch', 'think', 'agent', 'plan', 'other']);
export type ToolKind = z.infer<typeof ToolKind>;

export const FileEdit = z.object({ path: z.string(), oldText: z.string().nullable(), newText: z.string() });
export type FileEdit = z.infer<typeof FileEdit>;

/** Tokens and money of the current run so far: cumulative, so the latest replaces the one before. */
export const Usage = z.object({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  cacheReadTokens: z.number().int().nonnegative(),
  cacheWriteTokens: z.number().int().nonnegative(),
  /** US dollars as the agent reports them; null when the agent reports none. */
  costUsd: z.number().nonnegative().nullable(),
  turns: z.number().int().nonnegative(),
  /** Tokens in the context window now, and its size; null when unknown. */
  contextTokens: z.number().int().nonnegative().nullable(),
  contextWindow: z.number().int().positive().nullable(),
});
export type Usage = z.infer<typeof Usage>;

/** Who gave the agent a message: a person with the task, on the way or with "ask for changes", or the app itself ("go on" after a restart). */
export const MessageSource = z.enum(['task', 'person', 'review', 'app']);
export type MessageSource = z.infer<typeof MessageSource>;

const cut = z.number().int().positive().optional();
/** The tool call of the parent agent when a subagent said this. */
const parentCallId = z.string().optional();

export const SessionEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('started'),
    pid: z.number().int().nullable(),
    cwd: z.string(),
    agentSessionId: z.string().nullable(),
    resumed: z.boolean(),
    model: z.string().nullable(),
    version: z.string().nullable(),
  }),
  z.object({ kind: z.literal('message'), from: MessageSource, text: z.string() }),
  z.object({ kind: z.literal('text'), blockId: z.string(), text: z.string(), cut, parentCallId }),
  z.object({ kind: z.literal('thinking'), blockId: z.string(), text: z.string(), cut, parentCallId }),
  z.object({
    kind: z.literal('tool_call'),
    callId: z.string(),
    tool: z.string(),
    toolKind: ToolKind,
    title: z.string(),
    input: z.string(),
    cut,
    edits: z.array(FileEdit).default([]),
    parentCallId,
  }),
  /** A later state of a tool call; ends it when `status` is not `running`. `output` replaces what was there. */
  z.object({
    kind: z.literal('tool_result'),
    callId: z.string(),
    status: z.enum(['running', 'ok', 'failed']),
    output: z.string(),
    cut,
    edits: z.array(FileEdit).default([]),
  }),
  z.object({
    kind: z.literal('permission_asked'),
    requestId: z.string(),
    callId: z.string().nullable(),
    tool: z.string(),
    title: z.string(),
    input: z.string(),
    reason: z.string().nullable(),
    rules: z.array(z.string()),
    /** Set when the agent asks for an answer, not for a permission. */
    questions: z.array(Question).optional(),
  }),
  z.object({
    kind: z.literal('permission_closed'),
    requestId: z.string(),
    outcome: z.enum(['allowed', 'denied', 'withdrawn']),
    note: z.string().nullable(),
    /** Withdrawn only because its run came to an end: the next run of the session may ask again. */
    ended: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('subagent'),
    taskId: z.string(),
    callId: z.string().nullable(),
    status: z.enum(['running', 'done', 'failed', 'stopped']),
    title: z.string(),
    summary: z.string().nullable(),
  }),
  z.object({ kind: z.literal('plan'), entries: z.array(z.object({ text: z.string(), status: z.enum(['pending', 'active', 'done']) })) }),
  z.object({ kind: z.literal('usage'), usage: Usage }),
  z.object({
    kind: z.literal('rate_limit'),
    provider: z.string(),
    status: z.enum(['ok', 'warning', 'limited']),
    resetsAt: z.number().int().nullable(),
    text: z.string(),
  }),
  /** Standard output or error of a command agent, of a set-up command, or stderr of any agent. */
  z.object({ kind: z.literal('output'), stream: z.enum(['stdout', 'stderr']), source: z.enum(['agent', 'setup']), text: z.string(), cut }),
  z.object({
    kind: z.literal('notice'),
    level: z.enum(['info', 'warn', 'error']),
    code: z.string(),
    text: z.string(),
    why: z.string().optional(),
    fix: z.string().optional(),
  }),
  /** A message of the agent that this version does not know: kept as it came, shown folded. */
  z.object({ kind: z.literal('unknown'), type: z.string(), raw: z.string(), cut }),
  z.object({
    kind: z.literal('turn_ended'),
    ok: z.boolean(),
    code: z.enum(['done', 'interrupted', 'max_turns', 'max_usd', 'refused', 'error']),
    text: z.string(),
  }),
  /** The last event of a run. `reason` says who ended it. */
  z.object({
    kind: z.literal('exited'),
    exitCode: z.number().int().nullable(),
    signal: z.string().nullable(),
    reason: z.enum(['completed', 'failed', 'stopped', 'limit', 'host_lost', 'spawn_failed']),
    fault: z.object({ code: z.string(), message: z.string(), why: z.string().optional(), fix: z.string().optional() }).nullable(),
  }),
]);
export type SessionEvent = z.infer<typeof SessionEvent>;
export type SessionEventOf<K extends SessionEvent['kind']> = Extract<SessionEvent, { kind: K }>;

/** An event in its place: the run it belongs to, its number in that run (from 1, no gaps), and the host's clock. */
export const NumberedEvent = z.object({ epoch: z.string(), seq: z.number().int().positive(), at: z.number().int(), event: SessionEvent });
export type NumberedEvent = z.infer<typeof NumberedEvent>;

/** Text that is still being written. `offset` is the number of characters sent before; 0 starts the block again. */
export const LivePart = z.object({
  blockId: z.string(),
  kind: z.enum(['text', 'thinking', 'tool_input']),
  offset: z.number().int().nonnegative(),
  text: z.string(),
});
export type LivePart = z.infer<typeof LivePart>;

/** Measured facts about a running session that replace each other: never queued, the latest wins. */
export const SessionGauge = z.object({
  /** Resident memory of the agent's process tree in bytes, and how many processes it has. */
  rssBytes: z.number().int().nonnegative(),
  processes: z.number().int().nonnegative(),
  /** CPU time of the tree in milliseconds since its start. */
  cpuMs: z.number().nonnegative(),
});
export type SessionGauge = z.infer<typeof SessionGauge>;
