/** How a tool call of Claude Code is shown: its kind, a title in a few words, and the edits its input names. */
import { isAbsolute, relative } from 'node:path';
import { MAX_QUESTION_TEXT, type Question } from '#shared/domain/question.ts';
import { MAX_EVENT_TEXT, type FileEdit, type ToolKind } from '#shared/domain/session-event.ts';
import { z } from 'zod';
import { clip, oneLine } from './clip.ts';

type Input = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<string, ToolKind>> = {
  Read: 'read',
  NotebookRead: 'read',
  LS: 'read',
  Grep: 'search',
  Glob: 'search',
  ToolSearch: 'search',
  WebSearch: 'search',
  Edit: 'edit',
  MultiEdit: 'edit',
  Write: 'edit',
  NotebookEdit: 'edit',
  Bash: 'run',
  BashOutput: 'run',
  Monitor: 'run',
  WebFetch: 'fetch',
  Agent: 'agent',
  Task: 'agent',
  SendMessage: 'agent',
  TodoWrite: 'plan',
  ExitPlanMode: 'plan',
};

/** Unknown tools (MCP servers, later versions) are `other`. */
export const kindOf = (tool: string): ToolKind => KINDS[tool] ?? 'other';

/** A path as a person in the working folder would write it. */
export function shortPath(path: string, cwd: string): string {
  if (!isAbsolute(path)) return path;
  const short = relative(cwd, path);
  return short === '' ? '.' : short === '..' || short.startsWith('../') || isAbsolute(short) ? path : short;
}

const word = (input: Input, key: string): string => (typeof input[key] === 'string' ? input[key] : '');

/** The call in a few words: `Edit src/http/client.ts`, `npm test -- http`. */
export function titleOf(tool: string, input: Input, cwd: string): string {
  const path = word(input, 'file_path') || word(input, 'notebook_path') || word(input, 'path');
  const place = path === '' ? '' : shortPath(path, cwd);
  switch (tool) {
    case 'Bash':
      return oneLine(word(input, 'command')) || tool;
    case 'Grep':
    case 'Glob':
      return oneLine(`${word(input, 'pattern')}${place === '' || place === '.' ? '' : ` in ${place}`}`) || tool;
    case 'Agent':
    case 'Task':
      return oneLine(word(input, 'description')) || tool;
    case 'AskUserQuestion':
      return oneLine(questionsOf(tool, input)[0]?.question ?? '') || 'A question';
    case 'TodoWrite':
      return 'Update the plan';
    case 'ExitPlanMode':
      return 'Present the plan';
    case 'NotebookEdit':
    case 'MultiEdit':
      return oneLine(`Edit ${place}`);
    default: {
      const target = place || word(input, 'url') || word(input, 'query') || word(input, 'skill') || word(input, 'description');
      return oneLine(`${tool} ${target}`);
    }
  }
}

/** More than the CLI itself allows at once. */
const MOST_QUESTIONS = 20;
const short = z.string().transform((text) => clip(text, MAX_QUESTION_TEXT).text);
const Option = z.looseObject({ label: short, description: short.catch('') });
const Asked = z.looseObject({
  // The key its answer is given under: cut, the CLI would not know it again.
  question: z.string().max(MAX_QUESTION_TEXT),
  header: short.catch(''),
  multiSelect: z.boolean().catch(false),
  options: z.array(z.unknown()).catch([]),
});
const Questions = z.looseObject({ questions: z.array(Asked).min(1).max(MOST_QUESTIONS) });

/** The questions the agent asks a person with AskUserQuestion; none for another tool, or when they have a shape this version does not know. */
export function questionsOf(tool: string, input: Input): Question[] {
  const asked = tool === 'AskUserQuestion' ? Questions.safeParse(input).data : undefined;
  return (asked?.questions ?? []).map(({ question, header, multiSelect, options }) => ({
    question,
    header,
    multiple: multiSelect,
    options: options.slice(0, MOST_QUESTIONS).flatMap((option) => {
      const { label, description } = Option.safeParse(option).data ?? { label: '', description: '' };
      return label === '' ? [] : [{ label, description }];
    }),
  }));
}

const Replace = z.object({ old_string: z.string(), new_string: z.string() });
const EditInput = Replace.extend({ file_path: z.string() });
const MultiEditInput = z.object({ file_path: z.string(), edits: z.array(Replace) });
const WriteInput = z.object({ file_path: z.string(), content: z.string() });

/** The edits a call is about to make; none when they are too long for one event (the input then says that it is cut). */
export function editsOf(tool: string, input: Input, cwd: string): FileEdit[] {
  return bounded(allEdits(tool, input, cwd));
}

function allEdits(tool: string, input: Input, cwd: string): FileEdit[] {
  if (tool === 'Edit') {
    const edit = EditInput.safeParse(input).data;
    return edit ? [{ path: shortPath(edit.file_path, cwd), oldText: edit.old_string, newText: edit.new_string }] : [];
  }
  if (tool === 'MultiEdit') {
    const edit = MultiEditInput.safeParse(input).data;
    return edit ? edit.edits.map((one) => ({ path: shortPath(edit.file_path, cwd), oldText: one.old_string, newText: one.new_string })) : [];
  }
  const write = tool === 'Write' ? WriteInput.safeParse(input).data : undefined;
  return write ? [{ path: shortPath(write.file_path, cwd), oldText: null, newText: write.content }] : [];
}

/** Half a diff would tell something false: edits that are too long are left out whole. */
export function bounded(edits: readonly FileEdit[]): FileEdit[] {
  const size = edits.reduce((sum, edit) => sum + (edit.oldText?.length ?? 0) + edit.newText.length, 0);
  return size > MAX_EVENT_TEXT ? [] : [...edits];
}

const Todos = z.object({ todos: z.array(z.looseObject({ content: z.string(), status: z.string() })) });

/** The plan in a TodoWrite call; null when there is none. */
export function planOf(tool: string, input: Input): { text: string; status: 'pending' | 'active' | 'done' }[] | null {
  const todos = tool === 'TodoWrite' ? Todos.safeParse(input).data : undefined;
  if (todos === undefined) return null;
  return todos.todos.map((todo) => ({
    text: todo.content,
    status: todo.status === 'completed' ? 'done' : todo.status === 'in_progress' ? 'active' : 'pending',
  }));
}
