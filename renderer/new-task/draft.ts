/** A task while it is written: plain texts as typed, how they are checked, and what of them is remembered for the next one. Pure but for the memory. */
import type { AgentChoice } from '#shared/domain/agent.ts';
import type { NewTask } from '#shared/domain/session.ts';
import { splitCommand, joinCommand } from '#shared/lib/argv.ts';
import type { Fault } from '#shared/lib/fault.ts';
import { recall, remember } from '../lib/prefs.ts';

export type Draft = {
  repositoryId: string;
  title: string;
  text: string;
  acceptance: string;
  agentKind: AgentChoice['kind'];
  agentName: string;
  command: string;
  model: string;
  maxTurns: string;
  maxUsd: string;
  maxMinutes: string;
  mode: NewTask['isolation']['mode'];
  base: string;
  path: string;
  /** One rule a line. */
  allow: string;
  /** `key` only tells the fields of one step from those of another while they are edited. */
  then: { key: string; title: string; text: string }[];
};

export type DraftErrors = Partial<Record<Exclude<keyof Draft, 'then'>, string>> & { then?: Record<number, string> };

/** Fields that are the same for most tasks of a person: kept for the next one. */
const KEPT = [
  'repositoryId',
  'agentKind',
  'agentName',
  'command',
  'model',
  'maxTurns',
  'maxUsd',
  'maxMinutes',
  'mode',
  'base',
  'allow',
] as const satisfies readonly (keyof Draft)[];

const empty: Draft = {
  repositoryId: '',
  title: '',
  text: '',
  acceptance: '',
  agentKind: 'claude-code',
  agentName: '',
  command: '',
  model: '',
  maxTurns: '',
  maxUsd: '',
  maxMinutes: '',
  mode: 'worktree',
  base: '',
  path: '',
  allow: '',
  then: [],
};

/** A fresh draft: the last choices, else the preferred agent. */
export function newDraft(preferred: AgentChoice | null, given: Partial<Draft>): Draft {
  const agent: Partial<Draft> = preferred
    ? { agentKind: preferred.kind, agentName: preferred.name, command: joinCommand(preferred.command), model: preferred.model }
    : {};
  return { ...empty, ...agent, ...lastChoice(), ...given };
}

function lastChoice(): Partial<Draft> {
  try {
    const stored: unknown = JSON.parse(recall('task.last') ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const found = Object.entries(stored).filter(([name, value]) => typeof value === 'string' && KEPT.some((kept) => kept === name));
    const last: Partial<Draft> = Object.fromEntries(found);
    const kind = last.agentKind;
    const mode = last.mode;
    if (kind !== undefined && !['claude-code', 'acp', 'command'].includes(kind)) delete last.agentKind;
    if (mode !== undefined && !['worktree', 'in-place'].includes(mode)) delete last.mode;
    return last;
  } catch {
    return {};
  }
}

export function rememberChoice(draft: Draft): void {
  remember('task.last', JSON.stringify(Object.fromEntries(KEPT.map((name) => [name, draft[name]]))));
}

const number = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text.trim().replace(',', '.')));

/** A title for a task that has none: its first line, cut at a word. */
export function titleFrom(text: string): string {
  const line = text.trim().split('\n')[0]?.trim() ?? '';
  return line.length <= 80 ? line : `${line.slice(0, 79).replace(/\s+\S*$/, '')}…`;
}

/** The task to create, or what is wrong with each field. */
export function readDraft(draft: Draft): { task: NewTask } | { errors: DraftErrors } {
  const errors: DraftErrors = {};
  if (draft.repositoryId === '') errors.repositoryId = 'Choose the repository to work in.';
  if (draft.text.trim() === '') errors.text = 'Say what to do.';
  const command = draft.agentKind === 'command' ? splitCommand(draft.command) : null;
  if (command && !command.ok) errors.command = sentence(command.fault);
  if (draft.agentKind === 'acp' && draft.agentName === '') errors.agentName = 'Choose the agent.';
  const limits = { maxTurns: number(draft.maxTurns), maxUsd: number(draft.maxUsd), maxMinutes: number(draft.maxMinutes) };
  if (limits.maxTurns !== undefined && (!Number.isInteger(limits.maxTurns) || limits.maxTurns < 1)) errors.maxTurns = 'A whole number from 1.';
  if (limits.maxUsd !== undefined && !(limits.maxUsd > 0)) errors.maxUsd = 'An amount above 0.';
  if (limits.maxMinutes !== undefined && !(limits.maxMinutes > 0)) errors.maxMinutes = 'A number above 0.';
  if (draft.mode === 'existing' && draft.path.trim() === '') errors.path = 'The path of the worktree.';
  const steps: Record<number, string> = {};
  draft.then.forEach((step, i) => {
    if (step.text.trim() === '') steps[i] = 'Say what to do, or take the step out.';
  });
  if (Object.keys(steps).length > 0) errors.then = steps;
  if (Object.keys(errors).length > 0) return { errors };
  return {
    task: {
      repositoryId: draft.repositoryId,
      title: draft.title.trim() || titleFrom(draft.text),
      text: draft.text.trim(),
      acceptance: draft.acceptance.trim(),
      agent: {
        kind: draft.agentKind,
        name: draft.agentKind === 'acp' ? draft.agentName : '',
        command: command?.ok ? command.value : [],
        model: draft.agentKind === 'command' ? '' : draft.model.trim(),
      },
      limits: Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)),
      isolation:
        draft.mode === 'existing'
          ? { mode: 'existing', path: draft.path.trim() }
          : draft.mode === 'in-place'
            ? { mode: 'in-place' }
            : { mode: 'worktree', base: draft.base.trim() },
      allow: draft.allow
        .split('\n')
        .map((rule) => rule.trim())
        .filter((rule) => rule !== ''),
      then: draft.then.map((step) => ({ title: step.title.trim() || titleFrom(step.text), text: step.text.trim() })),
    },
  };
}

const sentence = (fault: Fault): string => [fault.message, fault.fix].filter(Boolean).join(' ');
