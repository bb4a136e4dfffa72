/** Settings of the whole app, saved together; theme and density belong to this window and act at once. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Settings } from '#shared/domain/settings.ts';
import { Button } from '../components/button.tsx';
import { ErrorState, Skeleton } from '../components/feedback.tsx';
import { ForOperator } from '../components/for-operator.tsx';
import { Screen } from '../frame/screen.tsx';
import { client } from '../lib/client.ts';
import { useKeys } from '../lib/keys.ts';
import { href, to } from '../lib/router.ts';
import { attempt, say } from '../lib/toasts.ts';
import { AgentSettings } from './agents.tsx';
import { HostSettings } from './hosts.tsx';
import { LimitSettings, NotifySettings } from './limits.tsx';
import { LookSettings } from './look.tsx';
import type { Edit } from './part.ts';
import { AllowRules } from './rules.tsx';
import { TelemetrySettings } from './telemetry.tsx';
import s from './settings.module.css';

export default function SettingsView() {
  const asked = useQuery({ queryKey: ['settings'], queryFn: () => client.system.settings({}) });
  return (
    <Screen crumbs={[{ label: 'Settings' }]} actions={<a href={href(to.diagnostics)}>Diagnostics</a>}>
      <div className={s.page}>
        <LookSettings />
        {asked.error && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
        {!asked.data && !asked.error && <Skeleton rows={6} />}
        {asked.data && <Form stored={asked.data} />}
        {asked.data && <TelemetrySettings settings={asked.data} />}
        <AllowRules />
      </div>
    </Screen>
  );
}

/** The strategy is chosen in Connections and the export in its own dialog, perhaps since this form was opened: those stay as they are now. */
const withOthers = (draft: Settings, now: Settings): Settings => ({ ...draft, pool: { ...draft.pool, strategy: now.pool.strategy }, export: now.export });

function Form({ stored }: { stored: Settings }) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(stored);
  const [bad, setBad] = useState<ReadonlySet<string>>(new Set());
  /** Counts up when the fields have to begin anew: after an undo or when changes are dropped. */
  const [version, setVersion] = useState(0);
  const edit: Edit = (key, part) => {
    setBad((before) => new Set([...before].filter((one) => one !== key).concat(part === null ? [key] : [])));
    if (part !== null) setDraft((before) => ({ ...before, [key]: part }));
  };
  const changed = bad.size > 0 || JSON.stringify(withOthers(draft, stored)) !== JSON.stringify(stored);
  const savable = changed && bad.size === 0;
  const put = (settings: Settings): void => {
    queries.setQueryData(['settings'], settings);
    setDraft(settings);
    setBad(new Set());
  };
  const save = async (): Promise<void> => {
    const saved = await attempt(async () => client.system.saveSettings(withOthers(draft, await client.system.settings({}))));
    if (!saved) return;
    put(saved);
    say('Saved the settings.', async () => {
      put(await client.system.saveSettings(withOthers(stored, await client.system.settings({}))));
      setVersion((before) => before + 1);
    });
  };
  const drop = (): void => {
    put(stored);
    setVersion((before) => before + 1);
  };
  useKeys('Settings', [{ keys: 'Mod+s', label: 'Save settings', run: () => void save(), enabled: savable, whileTyping: true }]);
  return (
    <form
      key={version}
      className={s.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (savable) void save();
      }}
    >
      <ForOperator does="changes these settings">
        <AgentSettings settings={draft} edit={edit} />
        <LimitSettings settings={draft} edit={edit} />
        <HostSettings settings={draft} edit={edit} />
        <NotifySettings settings={draft} edit={edit} />
      </ForOperator>
      {changed && (
        <div className={s.foot}>
          <Button type="submit" look="primary" keys="Mod+s" isDisabled={!savable}>
            Save settings
          </Button>
          <Button onPress={drop}>Drop changes</Button>
          <span className={s.dim}>{bad.size > 0 ? 'A field has to be mended before this can be saved.' : 'Not saved yet.'}</span>
        </div>
      )}
    </form>
  );
}
