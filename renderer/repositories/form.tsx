/** The settings of one repository: what its worktrees need to be useful, its checks, and the rules of merging. */
import { useState } from 'react';
import type { CheckSpec, Repository, RepositorySettings } from '#shared/domain/repository.ts';
import { Button } from '../components/button.tsx';
import { CommandField } from '../components/command-field.tsx';
import { ForOperator } from '../components/for-operator.tsx';
import { LinesField } from '../components/lines-field.tsx';
import { NumberField } from '../components/number-field.tsx';
import { Select } from '../components/select.tsx';
import { TextField } from '../components/text-field.tsx';
import { client, useMayAct } from '../lib/client.ts';
import { useKeys } from '../lib/keys.ts';
import { adopt } from '../lib/live.ts';
import { attempt, say } from '../lib/toasts.ts';
import { METHODS } from '../review/merge-choice.ts';
import { ChecksEditor } from './checks-editor.tsx';
import { PlacesEditor } from './places.tsx';
import s from './repositories.module.css';

export function RepositoryForm({ repository }: { repository: Repository }) {
  const mayAct = useMayAct();
  const [name, setName] = useState(repository.name);
  const [draft, setDraft] = useState(repository.settings);
  /** Fields that hold something that cannot be saved yet. */
  const [bad, setBad] = useState<ReadonlySet<string>>(new Set());
  const [version, setVersion] = useState(0);
  const set = <K extends keyof RepositorySettings>(key: K, value: RepositorySettings[K] | null | undefined): void => {
    setBad((before) => marked(before, key, value === null || value === undefined));
    if (value !== null && value !== undefined) setDraft((before) => ({ ...before, [key]: value }));
  };
  const changed = name !== repository.name || JSON.stringify(draft) !== JSON.stringify(repository.settings) || bad.size > 0;
  const savable = changed && bad.size === 0 && name.trim() !== '';
  const save = async (): Promise<void> => {
    if (!savable) return;
    const saved = await attempt(() => client.repositories.save({ id: repository.id, name: name.trim(), settings: draft }));
    if (!saved) return;
    adopt({ repositories: [saved] });
    setDraft(saved.settings);
    setName(saved.name);
    say(`Saved the settings of ${saved.name}.`, async () => {
      const back = await client.repositories.save({ id: repository.id, name: repository.name, settings: repository.settings });
      adopt({ repositories: [back] });
      setDraft(back.settings);
      setName(back.name);
      setVersion((before) => before + 1);
    });
  };
  const drop = (): void => {
    setName(repository.name);
    setDraft(repository.settings);
    setBad(new Set());
    setVersion((before) => before + 1);
  };
  useKeys('Repository settings', [{ keys: 'Mod+s', label: 'Save settings', run: () => void save(), enabled: savable, whileTyping: true }]);
  return (
    <form
      key={version}
      className={s.form}
      aria-label={`Settings of ${repository.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <ForOperator does="changes these settings">
        <div className={s.group}>
          <TextField label="Name" value={name} onChange={setName} error={name.trim() === '' ? 'A name is needed.' : undefined} />
        </div>
        <div className={s.group}>
          <h2>Worktrees</h2>
          <TextField
            label="Folder for worktrees"
            value={draft.worktreeRoot}
            onChange={(value) => set('worktreeRoot', value.trim())}
            placeholder="The app's data folder"
            hint="Kept stable, so that a resumed session finds its files."
            mono
          />
          <CommandField
            label="Set-up command"
            value={draft.setupCommand}
            optional
            placeholder="npm ci"
            hint="Run once in a fresh worktree before the agent starts. Without a shell: program and arguments."
            onChange={(value) => set('setupCommand', value)}
          />
          <NumberField
            label="Time limit of the set-up"
            after="seconds"
            value={draft.setupTimeoutSeconds}
            min={1}
            max={86_400}
            onChange={(value) => set('setupTimeoutSeconds', value)}
          />
          <div className={s.pair}>
            <LinesField
              label="Copy into each worktree"
              value={draft.copyPaths}
              placeholder=".env"
              hint="Paths inside the repository, one a line."
              onChange={(value) => set('copyPaths', value)}
            />
            <LinesField
              label="Link into each worktree"
              value={draft.linkPaths}
              placeholder="node_modules"
              hint="For what is large and shared."
              onChange={(value) => set('linkPaths', value)}
            />
          </div>
        </div>
        <PlacesEditor settings={draft} onHosts={(value) => set('hosts', value)} onThisMachine={(value) => set('onThisMachine', value)} />
        <ChecksEditor checks={draft.checks} onChange={(value: CheckSpec[] | null) => set('checks', value)} />
        <div className={s.group}>
          <h2>Merging</h2>
          <div className={s.pair}>
            <Select label="Merge method" options={METHODS} value={draft.mergeMethod} onChange={(value) => set('mergeMethod', value)} />
            <NumberField
              label="Sessions at once"
              hint="Running or waiting for review; 0 means no limit."
              value={draft.wipLimit}
              max={1000}
              onChange={(value) => set('wipLimit', value)}
            />
          </div>
          <LinesField
            label="Protected branches"
            value={draft.protectedBranches}
            placeholder="release/*"
            hint="Nothing is merged into these from here. One a line, * for any letters."
            onChange={(value) => set('protectedBranches', value)}
          />
        </div>
      </ForOperator>
      {mayAct && (
        <div className={s.foot}>
          <Button type="submit" look="primary" keys="Mod+s" isDisabled={!savable}>
            Save settings
          </Button>
          {changed && <Button onPress={drop}>Drop changes</Button>}
          <span className={s.dim}>{changed ? 'Not saved yet. Running sessions keep the settings they began with.' : 'Saved.'}</span>
        </div>
      )}
    </form>
  );
}

function marked(set: ReadonlySet<string>, key: string, on: boolean): ReadonlySet<string> {
  if (set.has(key) === on) return set;
  const next = new Set(set);
  if (on) next.add(key);
  else next.delete(key);
  return next;
}
