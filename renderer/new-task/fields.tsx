/** The fields of a new task, by what they answer: what, who, how far, where, and then. */
import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { newId } from '#shared/lib/id.ts';
import type { Repository } from '#shared/domain/repository.ts';
import { Button, IconButton } from '../components/button.tsx';
import { Select, type Option } from '../components/select.tsx';
import { TextField } from '../components/text-field.tsx';
import { client } from '../lib/client.ts';
import { useRepositories } from '../lib/live-select.ts';
import { titleFrom, type Draft, type DraftErrors } from './draft.ts';
import s from './new-task.module.css';

type Shared = { draft: Draft; errors: DraftErrors; set: (part: Partial<Draft>) => void };

export function WhatFields({ draft, errors, set }: Shared) {
  const repositories = useRepositories();
  const known = repositories.some((one) => one.id === draft.repositoryId);
  return (
    <>
      <Select
        label="Repository"
        options={repositories.map((one) => ({ id: one.id, label: one.name, ...(one.present ? {} : { note: 'folder not found' }) }))}
        value={known ? draft.repositoryId : null}
        onChange={(repositoryId) => set({ repositoryId, base: '' })}
        autoFocus={!known}
        placeholder="Choose a repository"
        error={errors.repositoryId}
      />
      <TextField
        label="What to do"
        value={draft.text}
        onChange={(text) => set({ text })}
        rows={6}
        autoFocus={known}
        placeholder="Move from request to undici, keep retries and timeouts as they are."
        error={errors.text}
      />
      <TextField
        label="Done when"
        value={draft.acceptance}
        onChange={(acceptance) => set({ acceptance })}
        rows={2}
        placeholder="The tests pass and no import of request is left."
        hint="Given to the agent and shown beside its change."
      />
      <TextField label="Title" value={draft.title} onChange={(title) => set({ title })} placeholder={titleFrom(draft.text) || 'The first line of what to do'} />
    </>
  );
}

export function StepFields({ draft, errors, set }: Shared) {
  const change = (at: number, part: Partial<Draft['then'][number]>): void =>
    set({ then: draft.then.map((step, i) => (i === at ? { ...step, ...part } : step)) });
  return (
    <div className={s.steps}>
      {draft.then.map((step, i) => (
        <div key={step.key} className={s.step}>
          <TextField label={`Then, step ${i + 2}`} value={step.text} onChange={(text) => change(i, { text })} rows={2} error={errors.then?.[i]} />
          <IconButton label={`Take out step ${i + 2}`} icon={<X />} size="small" onPress={() => set({ then: draft.then.filter((_, at) => at !== i) })} />
        </div>
      ))}
      <Button look="quiet" size="small" icon={<Plus />} onPress={() => set({ then: [...draft.then, { key: newId('cmd'), title: '', text: '' }] })}>
        Add a step after it
      </Button>
    </div>
  );
}

export function AgentFields({ draft, errors, set, acp }: Shared & { acp: readonly string[] }) {
  const agents: Option[] = [
    { id: 'claude-code', label: 'Claude Code' },
    ...acp.map((name) => ({ id: `acp:${name}`, label: name, note: 'ACP' })),
    { id: 'command', label: 'Command', note: 'any program' },
  ];
  const chosen = draft.agentKind === 'acp' ? `acp:${draft.agentName}` : draft.agentKind;
  return (
    <>
      <Select
        label="Agent"
        options={agents}
        value={agents.some((agent) => agent.id === chosen) ? chosen : null}
        placeholder="Choose an agent"
        error={errors.agentName}
        onChange={(id) =>
          set(id.startsWith('acp:') ? { agentKind: 'acp', agentName: id.slice(4) } : id === 'command' ? { agentKind: 'command' } : { agentKind: 'claude-code' })
        }
      />
      {draft.agentKind === 'command' ? (
        <TextField
          label="Command"
          value={draft.command}
          onChange={(command) => set({ command })}
          mono
          placeholder="codemod --write src"
          error={errors.command}
          hint="Run without a shell. The task is given on stdin and in ACC_PROMPT."
        />
      ) : (
        <TextField label="Model" value={draft.model} onChange={(model) => set({ model })} placeholder="The agent's own default" />
      )}
    </>
  );
}

export function LimitFields({ draft, errors, set }: Shared) {
  return (
    <fieldset className={s.set}>
      <legend>Stop it at</legend>
      <div className={s.limits}>
        <TextField label="Money" value={draft.maxUsd} onChange={(maxUsd) => set({ maxUsd })} before="$" inputMode="decimal" error={errors.maxUsd} />
        <TextField label="Turns" value={draft.maxTurns} onChange={(maxTurns) => set({ maxTurns })} inputMode="numeric" error={errors.maxTurns} />
        <TextField label="Minutes" value={draft.maxMinutes} onChange={(maxMinutes) => set({ maxMinutes })} inputMode="decimal" error={errors.maxMinutes} />
      </div>
    </fieldset>
  );
}

const PLACES = [
  { id: 'worktree', label: 'Its own worktree', note: 'nothing else is touched' },
  { id: 'existing', label: 'An existing worktree' },
  { id: 'in-place', label: 'The folder itself', note: 'your files change at once' },
] as const satisfies readonly Option<Draft['mode']>[];

export function PlaceFields({ draft, errors, set, repository }: Shared & { repository: Repository | undefined }) {
  const facts = useQuery({
    queryKey: ['facts', draft.repositoryId],
    queryFn: ({ signal }) => client.repositories.facts({ id: draft.repositoryId }, { signal }),
    enabled: repository !== undefined && draft.mode === 'worktree',
  });
  const git = repository?.vcs !== 'none';
  const branches = facts.data?.branches ?? [];
  return (
    <>
      <Select
        label="Works in"
        options={git ? PLACES : PLACES.filter((place) => place.id === 'in-place')}
        value={git ? draft.mode : draft.mode === 'in-place' ? draft.mode : null}
        onChange={(mode) => set({ mode })}
        placeholder="Outside git: the folder itself"
      />
      {git && draft.mode === 'worktree' && (
        <Select
          label="Begins from"
          options={[
            { id: '', label: facts.data?.head.branch ? `Where you are, ${facts.data.head.branch}` : 'Where you are' },
            ...branches.map((branch) => ({ id: branch, label: branch })),
          ]}
          value={draft.base === '' || branches.includes(draft.base) ? draft.base : null}
          onChange={(base) => set({ base })}
        />
      )}
      {git && draft.mode === 'existing' && (
        <TextField label="Path of the worktree" value={draft.path} onChange={(path) => set({ path })} mono error={errors.path} />
      )}
      {draft.agentKind !== 'command' && (
        <TextField
          label="Allowed without asking"
          value={draft.allow}
          onChange={(allow) => set({ allow })}
          rows={2}
          mono
          placeholder={'Bash(npm test:*)\nEdit'}
          hint="One rule a line, for this task only."
        />
      )}
    </>
  );
}
