/**
 * Tool calls of an ACP agent. The agent patches a call piece by piece; we keep its last state and say it as events: the call when it
 * begins or is named anew, its output at most four times a second, and its end.
 *
 *   (unknown id) ──► running ──► ok | failed
 */
import type { ToolCallContent, ToolCallUpdate, ToolKind as AcpToolKind } from '@agentclientprotocol/sdk';
import { MAX_EVENT_TEXT, type FileEdit, type SessionEvent, type ToolKind } from '#shared/domain/session-event.ts';
import { textOf } from './content.ts';

const KINDS: Readonly<Record<AcpToolKind, ToolKind>> = {
  read: 'read',
  edit: 'edit',
  delete: 'edit',
  move: 'edit',
  search: 'search',
  execute: 'run',
  think: 'think',
  fetch: 'fetch',
  switch_mode: 'plan',
  other: 'other',
};
const JOIN_MS = 250;

type Call = { callId: string; name: string; kind: AcpToolKind; title: string; input: string; output: string; edits: FileEdit[]; dirty: boolean };

export type ToolCalls = {
  /** Takes a call or a patch of one. @returns our id of the call and what is known of it */
  update(patch: ToolCallUpdate): { readonly callId: string; readonly tool: string; readonly kind: ToolKind; readonly title: string; readonly input: string };
  /** Emits output that still waits. */
  flush(): void;
  /** The turn is over: what still runs will not end any more. */
  abandon(): void;
};

export function createToolCalls(run: string, emit: (event: SessionEvent) => void): ToolCalls {
  const calls = new Map<string, Call>();
  let timer: NodeJS.Timeout | null = null;

  const tellCall = (call: Call): void => {
    const input = clip(call.input);
    emit({
      kind: 'tool_call',
      callId: call.callId,
      tool: call.name,
      toolKind: KINDS[call.kind] ?? 'other',
      title: call.title,
      input: input.text,
      edits: call.edits,
      ...input.more,
    });
  };
  const tellResult = (call: Call, status: 'running' | 'ok' | 'failed'): void => {
    call.dirty = false;
    const output = clip(call.output);
    emit({ kind: 'tool_result', callId: call.callId, status, output: output.text, edits: call.edits, ...output.more });
  };
  const flush = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    for (const call of calls.values()) if (call.dirty) tellResult(call, 'running');
  };
  return {
    flush,
    update(patch) {
      const before = calls.get(patch.toolCallId);
      const kind = patch.kind ?? before?.kind ?? 'other';
      const call: Call = before ?? { callId: `${run}:${patch.toolCallId}`, name: '', kind, title: '', input: '', output: '', edits: [], dirty: false };
      const named = { title: call.title, input: call.input, kind: call.kind };
      call.kind = kind;
      call.name = patch.name ?? (call.name || kind);
      call.title = patch.title ?? (call.title || call.name);
      if (patch.rawInput !== undefined && patch.rawInput !== null) call.input = jsonOf(patch.rawInput);
      else if (call.input === '' && patch.locations?.length) call.input = patch.locations.map((at) => at.path + (at.line ? `:${at.line}` : '')).join('\n');
      if (patch.content) {
        call.output = outputOf(patch.content);
        const edits = patch.content.flatMap((part) => (part.type === 'diff' ? [editOf(part)] : []));
        if (edits.length > 0) call.edits = edits;
        call.dirty = true;
      } else if (patch.rawOutput !== undefined && patch.rawOutput !== null && call.output === '') {
        call.output = jsonOf(patch.rawOutput);
        call.dirty = true;
      }
      calls.set(patch.toolCallId, call);
      if (!before || named.title !== call.title || named.input !== call.input || named.kind !== call.kind) tellCall(call);
      if (patch.status === 'completed' || patch.status === 'failed') {
        tellResult(call, patch.status === 'completed' ? 'ok' : 'failed');
        calls.delete(patch.toolCallId);
      } else if (call.dirty) timer ??= setTimeout(flush, JOIN_MS);
      return { callId: call.callId, tool: call.name, kind: KINDS[call.kind] ?? 'other', title: call.title, input: call.input };
    },
    abandon() {
      flush();
      for (const call of calls.values()) tellResult(call, 'failed');
      calls.clear();
    },
  };
}

const editOf = (diff: { path: string; oldText?: string | null; newText: string }): FileEdit => ({
  path: diff.path,
  oldText: diff.oldText ?? null,
  newText: diff.newText,
});

const outputOf = (content: readonly ToolCallContent[]): string =>
  content
    .map((part) => (part.type === 'content' ? textOf(part.content) : ''))
    .filter((text) => text !== '')
    .join('\n');

const jsonOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

function clip(text: string): { text: string; more: { cut?: number } } {
  const cut = text.length - MAX_EVENT_TEXT;
  return cut > 0 ? { text: text.slice(0, MAX_EVENT_TEXT), more: { cut } } : { text, more: {} };
}
