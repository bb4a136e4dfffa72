/** Tasks, plans and sessions as the views see them. */
import { z } from 'zod';
import { AgentChoice, Isolation, Limits } from './agent.ts';
import { Answers, Question } from './question.ts';
import { NodeStatus, PermissionStatus, PlanStatus, SessionStatus } from './status.ts';

export const NewTask = z.object({
  repositoryId: z.string(),
  title: z.string().trim().min(1).max(200),
  text: z.string().min(1).max(100_000),
  acceptance: z.string().max(20_000).default(''),
  agent: AgentChoice,
  limits: Limits.default({}),
  isolation: Isolation.default({ mode: 'worktree', base: '' }),
  /** Allow rules for this task only, in the agent's own syntax: `Bash(npm test:*)`, `Edit`. */
  allow: z.array(z.string().min(1).max(1000)).max(200).default([]),
  /** Further steps, one node each, done in order in the same place after the first. */
  then: z
    .array(z.object({ title: z.string().trim().min(1).max(200), text: z.string().min(1).max(100_000) }))
    .max(50)
    .default([]),
});
export type NewTask = z.infer<typeof NewTask>;

export const PlanNode = z.object({
  id: z.string(),
  title: z.string(),
  status: NodeStatus,
  dependsOn: z.array(z.string()),
  attempts: z.number().int(),
  sessionId: z.string().nullable(),
});
export const Task = NewTask.omit({ then: true }).extend({
  id: z.string(),
  plan: z.object({ id: z.string(), status: PlanStatus, nodes: z.array(PlanNode) }),
  spentUsd: z.number(),
  createdAt: z.number().int(),
  rev: z.number().int(),
});
export type Task = z.infer<typeof Task>;

export const Session = z.object({
  id: z.string(),
  taskId: z.string(),
  nodeId: z.string(),
  repositoryId: z.string(),
  title: z.string(),
  agent: AgentChoice,
  status: SessionStatus,
  /** Why it is in this state, as a code and a sentence: empty when nothing needs to be said. */
  statusCode: z.string(),
  statusText: z.string(),
  /** The agent host it works, or worked last, on; empty while it waits for one. */
  hostId: z.string(),
  agentSessionId: z.string().nullable(),
  cwd: z.string(),
  branch: z.string().nullable(),
  limits: Limits,
  createdAt: z.number().int(),
  startedAt: z.number().int().nullable(),
  endedAt: z.number().int().nullable(),
  /** Working time in milliseconds: time with a live process, less the time it waited for a person. `activeSince` is set while it runs. */
  activeMs: z.number().int(),
  blockedMs: z.number().int(),
  activeSince: z.number().int().nullable(),
  /** Since when it waits for a person; null while it does not. That wait is not in `blockedMs` yet. */
  blockedSince: z.number().int().nullable(),
  lastEventAt: z.number().int().nullable(),
  /** The latest act in a few words: `Edit src/http.ts`. */
  activity: z.string(),
  turns: z.number().int(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  cacheReadTokens: z.number().int(),
  cacheWriteTokens: z.number().int(),
  costUsd: z.number().nullable(),
  contextTokens: z.number().int().nullable(),
  contextWindow: z.number().int().nullable(),
  rssBytes: z.number().int().nullable(),
  rssPeakBytes: z.number().int().nullable(),
  /** Number of events stored, and of transcript items. */
  events: z.number().int(),
  items: z.number().int(),
  /** Events in each of the last 20 minutes, oldest first: the small bars in lists. */
  pulse: z.array(z.number().int()),
  changeId: z.string().nullable(),
  /** False from the end of the work until it is known whether there is a change to review. */
  settled: z.boolean(),
  archivedAt: z.number().int().nullable(),
  rev: z.number().int(),
});
export type Session = z.infer<typeof Session>;

export const Permission = z.object({
  id: z.string(),
  sessionId: z.string(),
  repositoryId: z.string(),
  sessionTitle: z.string(),
  requestId: z.string(),
  tool: z.string(),
  title: z.string(),
  input: z.string(),
  reason: z.string().nullable(),
  /** Rules that would allow this and its like, in the agent's syntax, narrowest first. */
  rules: z.array(z.string()),
  /** What the agent wants to know, when it asks for an answer and not for a permission. */
  questions: z.array(Question).default([]),
  /** What a person replied; empty before, and for a plain permission. */
  answers: Answers.default({}),
  status: PermissionStatus,
  note: z.string().nullable(),
  answeredBy: z.string().nullable(),
  askedAt: z.number().int(),
  answeredAt: z.number().int().nullable(),
  rev: z.number().int(),
});
export type Permission = z.infer<typeof Permission>;

export const PermissionAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('allow-once') }),
  z.object({ kind: z.literal('allow-session') }),
  /** Also stores the rule, so the same act is allowed from now on in this repository. */
  z.object({ kind: z.literal('allow-always'), rule: z.string().min(1).max(1000) }),
  z.object({ kind: z.literal('deny'), note: z.string().max(10_000).default('') }),
  /** Answers a request that has questions, every one of them. */
  z.object({ kind: z.literal('reply'), answers: Answers }),
]);
export type PermissionAnswer = z.infer<typeof PermissionAnswer>;

export const PermissionRule = z.object({
  id: z.string(),
  repositoryId: z.string().nullable(),
  rule: z.string(),
  createdAt: z.number().int(),
  createdBy: z.string(),
});
export type PermissionRule = z.infer<typeof PermissionRule>;

/** One human act. Never changed, never removed. */
export const Decision = z.object({
  id: z.string(),
  at: z.number().int(),
  actor: z.string(),
  action: z.string(),
  targetKind: z.string(),
  targetId: z.string(),
  detail: z.string(),
  undoes: z.string().nullable(),
});
export type Decision = z.infer<typeof Decision>;
