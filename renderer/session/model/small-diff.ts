/** An edit as the few lines that changed, with bounded work: a diff that would take long is not shown here but in the review. */
import { diffLines } from 'diff';
import type { FileEdit } from '#shared/domain/session-event.ts';

export type DiffLine = { readonly sign: ' ' | '+' | '-' | '…'; readonly text: string };
export type SmallDiff = { readonly lines: readonly DiffLine[]; readonly added: number; readonly deleted: number };

/** Characters of both sides together that are still compared on the page's thread. */
const MAX_CHARACTERS = 60_000;
const CONTEXT = 2;
const known = new WeakMap<FileEdit, SmallDiff | 'too-large'>();

/**
 * Computes the diff of one edit once.
 * @returns its lines with two lines of context, or `too-large` when it is bounded away (60,000 characters, 20 ms)
 */
export function smallDiff(edit: FileEdit): SmallDiff | 'too-large' {
  let diff = known.get(edit);
  if (diff === undefined) known.set(edit, (diff = compute(edit)));
  return diff;
}

function compute(edit: FileEdit): SmallDiff | 'too-large' {
  const before = edit.oldText ?? '';
  if (before.length + edit.newText.length > MAX_CHARACTERS) return 'too-large';
  const changes = diffLines(endLine(before), endLine(edit.newText), { timeout: 20, maxEditLength: 2000 });
  if (!changes) return 'too-large';
  const lines: DiffLine[] = [];
  let added = 0;
  let deleted = 0;
  changes.forEach((change, i) => {
    const texts = change.value.replace(/\n$/, '').split('\n');
    if (change.added) added += change.count;
    if (change.removed) deleted += change.count;
    if (change.added || change.removed) lines.push(...texts.map((text) => ({ sign: change.added ? ('+' as const) : ('-' as const), text })));
    else lines.push(...context(texts, i === 0, i === changes.length - 1));
  });
  return { lines, added, deleted };
}

/** Keeps what lies next to a change; a longer stretch becomes one line that says how many were left out. */
function context(texts: readonly string[], first: boolean, last: boolean): DiffLine[] {
  const head = first ? 0 : CONTEXT;
  const tail = last ? 0 : CONTEXT;
  const same = (text: string): DiffLine => ({ sign: ' ', text });
  if (texts.length <= head + tail + 1) return texts.map(same);
  const left = texts.length - head - tail;
  return [...texts.slice(0, head).map(same), { sign: '…', text: `${left} unchanged lines` }, ...texts.slice(texts.length - tail).map(same)];
}

const endLine = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
