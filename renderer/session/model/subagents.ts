/** The tree of subagents of a session, folded from its stored events: who started whom, how far each is, and how many tools it called. */
import { z } from 'zod';

const Seen = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('subagent'),
    taskId: z.string(),
    callId: z.string().nullable(),
    status: z.enum(['running', 'done', 'failed', 'stopped']),
    title: z.string(),
    summary: z.string().nullable(),
  }),
  z.object({ kind: z.literal('tool_call'), callId: z.string(), title: z.string(), parentCallId: z.string().optional() }),
]);

export type Subagent = {
  readonly taskId: string;
  readonly callId: string | null;
  readonly title: string;
  readonly status: 'running' | 'done' | 'failed' | 'stopped';
  readonly summary: string | null;
};
export type Subagents = {
  /** By task, in the order they were started. */
  readonly agents: ReadonlyMap<string, Subagent>;
  /** Per call that a subagent made: the call that started that subagent. */
  readonly owners: ReadonlyMap<string, string>;
  /** Per starting call: tools used and the latest of them. */
  readonly work: ReadonlyMap<string, { readonly tools: number; readonly latest: string }>;
};
export type Branch = { readonly agent: Subagent; readonly tools: number; readonly latest: string; readonly children: readonly Branch[] };

export const noSubagents: Subagents = { agents: new Map(), owners: new Map(), work: new Map() };

/** One step of the fold; other events change nothing. */
export function foldSubagents(before: Subagents, event: unknown): Subagents {
  const seen = Seen.safeParse(event);
  if (!seen.success) return before;
  const it = seen.data;
  if (it.kind === 'subagent') {
    const { taskId, callId, title, status, summary } = it;
    const known = before.agents.get(taskId);
    return {
      ...before,
      agents: new Map(before.agents).set(taskId, { taskId, callId: callId ?? known?.callId ?? null, title: title || (known?.title ?? ''), status, summary }),
    };
  }
  if (it.parentCallId === undefined) return before;
  const tools = (before.work.get(it.parentCallId)?.tools ?? 0) + 1;
  return {
    agents: before.agents,
    owners: new Map(before.owners).set(it.callId, it.parentCallId),
    work: new Map(before.work).set(it.parentCallId, { tools, latest: it.title }),
  };
}

/** @returns the subagents the agent itself started, each with those it started in turn */
export function treeOf(state: Subagents): Branch[] {
  const all = [...state.agents.values()];
  const starters = new Set(all.map((agent) => agent.callId).filter((id) => id !== null));
  const parentOf = (agent: Subagent): string | null => {
    const owner = agent.callId === null ? undefined : state.owners.get(agent.callId);
    return owner !== undefined && owner !== agent.callId && starters.has(owner) ? owner : null;
  };
  const under = (parent: string | null, depth: number): Branch[] =>
    depth > 8
      ? []
      : all
          .filter((agent) => parentOf(agent) === parent)
          .map((agent) => {
            const work = agent.callId === null ? undefined : state.work.get(agent.callId);
            return { agent, tools: work?.tools ?? 0, latest: work?.latest ?? '', children: agent.callId === null ? [] : under(agent.callId, depth + 1) };
          });
  return under(null, 0);
}
