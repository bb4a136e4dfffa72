/** One tool call as one line: a verb, what it acted on, and what came of it, each read from what the agent itself reported. */
import { z } from 'zod';
import type { ToolKind } from '#shared/domain/session-event.ts';
import type { TranscriptItem } from '#shared/domain/transcript.ts';
import { plainOutput } from './ansi.ts';
import { smallDiff } from './small-diff.ts';

export type ToolItem = Extract<TranscriptItem, { kind: 'tool' }>;
/** Counts of changed lines, or words. */
export type Summary = { readonly kind: 'lines'; readonly added: number; readonly deleted: number } | { readonly kind: 'words'; readonly text: string };

const VERBS: Readonly<Record<ToolKind, string>> = {
  read: 'Read',
  search: 'Search',
  edit: 'Edit',
  run: 'Run',
  fetch: 'Fetch',
  think: 'Think',
  agent: 'Subagent',
  plan: 'Plan',
  other: '',
};

/** Names of arguments that say what a call acts on, the most telling first. */
const TARGETS = ['command', 'file_path', 'path', 'notebook_path', 'pattern', 'url', 'query', 'description', 'prompt'] as const;
const Input = z.record(z.string(), z.unknown());

/** @returns the verb of the line; the tool's own name where the kind says nothing */
export function verbOf(item: Pick<ToolItem, 'tool' | 'toolKind'>): string {
  if (item.toolKind === 'edit' && item.tool === 'Write') return 'Write';
  if (item.tool === 'AskUserQuestion') return 'Ask';
  return VERBS[item.toolKind] || item.tool;
}

/** @returns what the call acts on, on one line; empty when the agent did not say */
export function targetOf(item: Pick<ToolItem, 'tool' | 'toolKind' | 'title' | 'input'>): string {
  const title = oneLine(item.title);
  const verb = verbOf(item);
  for (const lead of [verb, item.tool]) {
    if (lead && title.toLowerCase().startsWith(`${lead.toLowerCase()} `)) return title.slice(lead.length + 1).trim();
  }
  if (title !== '' && title !== item.tool && title !== verb) return title;
  const input = parse(item.input);
  for (const name of TARGETS) {
    const value = input[name];
    if (typeof value === 'string' && value.trim() !== '') return oneLine(value);
  }
  return '';
}

/** @returns what came of the call; null while it runs or when nothing can be said */
export function summaryOf(item: ToolItem): Summary | null {
  if (item.status === 'failed') return words(failure(item.output));
  if (item.edits.length > 0) return lineCount(item);
  if (item.status === 'running') return null;
  const text = plainOutput(item.output).trim();
  if (text === '') return item.toolKind === 'run' ? words('no output') : null;
  const lines = text.split('\n');
  if (item.toolKind === 'read') return words(lines.length === 1 ? '1 line' : `${lines.length} lines`);
  if (item.toolKind === 'search')
    return words(lines.length === 1 || /^(found|no )\b/i.test(lines[0] ?? '') ? oneLine(lines[0] ?? '') : `${lines.length} lines`);
  const last = lines.findLast((line) => line.trim() !== '') ?? '';
  return words(oneLine(item.toolKind === 'run' ? last : (lines[0] ?? '')));
}

/** Removed and added lines of all edits of a call; words when one of them is too large to compare here. */
function lineCount(item: ToolItem): Summary {
  let added = 0;
  let deleted = 0;
  for (const edit of item.edits) {
    const diff = smallDiff(edit);
    if (diff === 'too-large') return words('large edit');
    added += diff.added;
    deleted += diff.deleted;
  }
  return { kind: 'lines', added, deleted };
}

/** The line of a failed call's output that says most: the last one with a count of failures, else the exit code's line, else the last. */
function failure(output: string): string {
  const lines = plainOutput(output.replaceAll(/<\/?tool_use_error>/g, ''))
    .split('\n')
    .filter((line) => line.trim() !== '');
  return oneLine(lines.findLast((line) => /\b\d+\b.*\bfail(ed|ures?)?\b|\bfail(ed|ures?)\b.*\b\d+\b/i.test(line)) ?? lines.at(-1) ?? 'failed');
}

const words = (text: string): Summary => ({ kind: 'words', text: text.length > 80 ? `${text.slice(0, 79)}…` : text });

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

function parse(input: string): Record<string, unknown> {
  try {
    return Input.parse(JSON.parse(input));
  } catch {
    return {};
  }
}

/** @returns the input of a call for reading: JSON spread over lines, other text as it is */
export function readableInput(input: string): string {
  if (input.length > 20_000) return input;
  try {
    return JSON.stringify(JSON.parse(input), null, 2);
  } catch {
    return input;
  }
}
