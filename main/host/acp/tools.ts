/**
 * Tool calls of an ACP agent. The agent patches a call piece by piece; we keep its last state and say it as events: the call when it
 * begins or is named anew, its output at most four times a second, and its end.
 *
 *   (unknown id) ──► running ──► ok | failed
 */
import type { ToolCallContent, ToolCallUpdate, ToolKind as AcpToolKind } from '@agentclientprotocol/sdk';
import { MAX_EVENT_TEXT, type FileEdit, type SessionEvent, type ToolKind } from '#shared/domain/session-event.ts';
import { bounded, shortPath } from '../claude/tools.ts';
import type { AskedCall } from './acts.ts';
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

type Status = 'running' | 'ok' | 'failed';
type Call = {
  readonly callId: string;
  name: string;
  kind: AcpToolKind;
  title: string;
  rawInput: unknown;
  input: string;
  output: string;
  edits: FileEdit[];
  paths: string[];
  status: Status;
  dirty: boolean;
};

export type ToolCalls = {
  /** Takes a call or a patch of one. @returns what is known of the call now */
  update(patch: ToolCallUpdate): AskedCall & { readonly callId: string; readonly title: string };
  /** Emits output that still waits. */
  flush(): void;
  /** The turn is over: what still runs will not end any more. */
  abandon(): void;
};

/** @param cwd paths below it are told short, as a person there would write them */
export function createToolCalls(run: string, cwd: string, emit: (event: SessionEvent) => void): ToolCalls {
  const calls = new Map<string, Call>();
  let timer: NodeJS.Timeout | null = null;

  const tellCall = ({ callId, name, kind, title, input, edits }: Call): void => {
    const { text, more } = clip(input);
    emit({ kind: 'tool_call', callId, tool: name || kind, toolKind: KINDS[kind] ?? 'other', title, input: text, edits: bounded(edits), ...more });
  };
  const tellResult = (call: Call): void => {
    call.dirty = false;
    const { text, more } = clip(call.output);
    emit({ kind: 'tool_result', callId: call.callId, status: call.status, output: text, edits: bounded(call.edits), ...more });
  };
  const flush = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    for (const call of calls.values()) if (call.dirty) tellResult(call);
  };
  return {
    flush,
    update(patch) {
      const before = calls.get(patch.toolCallId);
      const call = before ?? newCall(`${run}:${patch.toolCallId}`);
      calls.set(patch.toolCallId, call);
      const named = nameOf(call);
      apply(call, patch, cwd);
      if (!before || named !== nameOf(call)) tellCall(call);
      if (patch.status === 'completed' || patch.status === 'failed') {
        call.status = patch.status === 'completed' ? 'ok' : 'failed';
        tellResult(call);
      } else if (call.dirty) timer ??= setTimeout(flush, JOIN_MS);
      return call;
    },
    abandon() {
      flush();
      for (const call of calls.values()) if (call.status === 'running') tellResult(Object.assign(call, { status: 'failed' as const }));
      calls.clear();
    },
  };
}

const newCall = (callId: string): Call => ({
  callId,
  name: '',
  kind: 'other',
  title: '',
  rawInput: null,
  input: '',
  output: '',
  edits: [],
  paths: [],
  status: 'running',
  dirty: false,
});

/** What a person tells a call by: a change of it is worth telling the call again, as long as it runs. */
const nameOf = (call: Call): string => (call.status === 'running' ? [call.kind, call.title, call.input].join('\0') : '');

/** Takes over what a patch says; what it leaves out stays. */
function apply(call: Call, { kind, name, title, rawInput, rawOutput, content, locations }: ToolCallUpdate, cwd: string): void {
  call.kind = kind ?? call.kind;
  call.name = name ?? call.name;
  call.title = title ?? (call.title || call.name || call.kind);
  if (locations) call.paths = locations.map((at) => at.path);
  if (rawInput !== undefined && rawInput !== null) {
    call.rawInput = rawInput;
    call.input = jsonOf(rawInput);
  } else if (call.rawInput === null && locations) call.input = call.paths.map((path) => shortPath(path, cwd)).join('\n');
  if (content) {
    call.output = outputOf(content);
    const diffs = content.flatMap((part) => (part.type === 'diff' ? [part] : []));
    if (diffs.length > 0) {
      call.edits = diffs.map((diff) => ({ path: shortPath(diff.path, cwd), oldText: diff.oldText ?? null, newText: diff.newText }));
      call.paths = [...new Set(diffs.map((diff) => diff.path))];
    }
    call.dirty = true;
  } else if (rawOutput !== undefined && rawOutput !== null && call.output === '') {
    call.output = jsonOf(rawOutput);
    call.dirty = true;
  }
}

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
