/** One agent's session updates → session events. Order is kept; what this version does not know is kept raw. */
import type { SessionUpdate } from '@agentclientprotocol/sdk';
import { z } from 'zod';
import type { SessionEvent } from '#shared/domain/session-event.ts';
import type { Blocks } from './blocks.ts';
import { textOf } from './content.ts';
import type { ToolCalls } from './tools.ts';
import type { UsageMeter } from './usage.ts';

const KNOWN: ReadonlySet<string> = new Set<SessionUpdate['sessionUpdate']>([
  'user_message_chunk',
  'agent_message_chunk',
  'agent_thought_chunk',
  'tool_call',
  'tool_call_update',
  'plan',
  'available_commands_update',
  'current_mode_update',
  'config_option_update',
  'session_info_update',
  'usage_update',
  'notice',
  'compaction_update',
  'compaction_summary_chunk',
]);
const MAX_RAW = 20_000;
const AnyUpdate = z.looseObject({ method: z.literal('session/update'), params: z.looseObject({ update: z.looseObject({ sessionUpdate: z.string() }) }) });

/** An update of a kind that this version does not know, as an event; null for everything else. The SDK would drop it. */
export function unknownUpdate(message: unknown): SessionEvent | null {
  const update = AnyUpdate.safeParse(message).data?.params.update;
  if (!update || KNOWN.has(update.sessionUpdate)) return null;
  const raw = JSON.stringify(update);
  const cut = raw.length - MAX_RAW;
  return { kind: 'unknown', type: update.sessionUpdate, raw: raw.slice(0, MAX_RAW), ...(cut > 0 ? { cut } : {}) };
}

export type UpdateSinks = { readonly blocks: Blocks; readonly tools: ToolCalls; readonly usage: UsageMeter; readonly emit: (event: SessionEvent) => void };

export function takeUpdate(update: SessionUpdate, { blocks, tools, usage, emit }: UpdateSinks): void {
  switch (update.sessionUpdate) {
    case 'agent_message_chunk':
      return blocks.add('text', update.messageId ?? null, textOf(update.content));
    case 'agent_thought_chunk':
      return blocks.add('thinking', update.messageId ?? null, textOf(update.content));
    case 'tool_call':
    case 'tool_call_update':
      blocks.close();
      return void tools.update(update);
    case 'plan':
      blocks.close();
      return emit({ kind: 'plan', entries: update.entries.map((entry) => ({ text: entry.content, status: PLAN[entry.status] })) });
    case 'usage_update':
      return usage.update(update);
    case 'notice':
      return emit({
        kind: 'notice',
        level: update.severity === 'error' ? 'error' : update.severity === 'warning' ? 'warn' : 'info',
        code: 'AGENT_NOTICE',
        text: update.title,
        ...(update.description ? { why: update.description } : {}),
      });
    case 'compaction_update':
      if (update.status !== 'completed') return;
      return emit({ kind: 'notice', level: 'info', code: 'CONTEXT_COMPACTED', text: 'The agent shortened its context.' });
    default: // what a person said (we said it), and facts about the agent that no view shows
  }
}

const PLAN = { pending: 'pending', in_progress: 'active', completed: 'done' } as const;
