/** Which agent works on a task, how far it may go, and where it works. */
import { z } from 'zod';

export const AgentKind = z.enum(['claude-code', 'acp', 'command']);
export type AgentKind = z.infer<typeof AgentKind>;

export const AgentChoice = z.object({
  kind: AgentKind,
  /** For `acp`: the registered agent's name (gemini, codex, opencode …). Empty otherwise. */
  name: z.string().max(100).default(''),
  /** For `command` and unregistered ACP agents: program and arguments, never a shell line. The prompt is given on stdin and in ACC_PROMPT. */
  command: z.array(z.string().max(32_768)).max(256).default([]),
  /** Model name or alias as the agent knows it; empty means the agent's default. */
  model: z.string().max(200).default(''),
});
export type AgentChoice = z.infer<typeof AgentChoice>;

/** Limits of one task. A missing limit does not limit. */
export const Limits = z.object({
  /** Turns of the agent, at least 1. */
  maxTurns: z.number().int().min(1).max(10_000).optional(),
  /** US dollars over all attempts and resumes of the task. */
  maxUsd: z.number().positive().max(100_000).optional(),
  /** Minutes of working time, waiting for a person not counted. */
  maxMinutes: z.number().positive().max(100_000).optional(),
});
export type Limits = z.infer<typeof Limits>;

/** Where a session works: its own worktree (the default), an existing worktree, or the folder itself. */
export const Isolation = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('worktree'), base: z.string().max(500).default('') }),
  z.object({ mode: z.literal('existing'), path: z.string().min(1).max(4096) }),
  z.object({ mode: z.literal('in-place') }),
]);
export type Isolation = z.infer<typeof Isolation>;

/** How an agent is named to a person: "Claude Code", "gemini", "npm". */
export function agentLabel(agent: Pick<AgentChoice, 'kind' | 'name' | 'command'>): string {
  if (agent.kind === 'claude-code') return 'Claude Code';
  if (agent.kind === 'acp') return agent.name || (agent.command[0] ?? 'ACP agent');
  return agent.command[0]?.split('/').at(-1) ?? 'command';
}
