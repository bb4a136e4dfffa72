/** How much may run at once, what a day may cost, when a node is tried again, and what the app tells. */
import type { Settings } from '#shared/domain/settings.ts';
import { Checkbox } from '../components/choice.tsx';
import { NumberField } from '../components/number-field.tsx';
import { Panel } from '../components/panel.tsx';
import type { PartProps } from './part.ts';
import s from './settings.module.css';

/** Kinds of agent that can have a limit of their own. */
const KINDS = [
  ['claude-code', 'Claude Code'],
  ['acp', 'ACP agents'],
  ['command', 'Commands'],
] as const;

export function LimitSettings({ settings, edit }: PartProps) {
  const { governor, budget, retry } = settings;
  const limit = (part: Partial<Settings['governor']>, value: number | null | undefined): void =>
    edit('governor', typeof value === 'number' ? { ...governor, ...part } : null);
  const perAgent = (kind: string, value: number | null | undefined): void => {
    if (value === undefined) return edit('governor', null);
    const { [kind]: _, ...rest } = governor.perAgent;
    edit('governor', { ...governor, perAgent: value === null ? rest : { ...rest, [kind]: value } });
  };
  return (
    <Panel title="Limits" note="0 means no limit of that sort" flush={false}>
      <div className={s.fields}>
        <div className={s.row}>
          <NumberField label="Sessions at once" value={governor.global} max={1000} onChange={(value) => limit({ global: value ?? 0 }, value)} />
          <NumberField label="In one repository" value={governor.perRepository} max={1000} onChange={(value) => limit({ perRepository: value ?? 0 }, value)} />
          <NumberField
            label="Budget a day"
            before="$"
            value={budget.perDayUsd}
            min={0.01}
            whole={false}
            optional
            placeholder="none"
            hint="Over all sessions, until local midnight."
            onChange={(value) => edit('budget', value === undefined ? null : { perDayUsd: value })}
          />
        </div>
        <div className={s.row}>
          {KINDS.map(([kind, name]) => (
            <NumberField
              key={kind}
              label={`${name} at once`}
              value={governor.perAgent[kind] ?? null}
              max={1000}
              optional
              placeholder="as above"
              onChange={(value) => perAgent(kind, value)}
            />
          ))}
        </div>
        <div className={s.row}>
          <NumberField
            label="Attempts of a node"
            value={retry.attempts}
            min={1}
            max={10}
            hint="The first included."
            onChange={(value) => edit('retry', typeof value === 'number' ? { ...retry, attempts: value } : null)}
          />
          <NumberField
            label="Wait before the second"
            after="s"
            value={retry.backoffSeconds}
            max={3600}
            whole={false}
            hint="Doubles each time."
            onChange={(value) => edit('retry', typeof value === 'number' ? { ...retry, backoffSeconds: value } : null)}
          />
        </div>
      </div>
    </Panel>
  );
}

export function NotifySettings({ settings: { notify }, edit }: PartProps) {
  return (
    <Panel title="Notifications" note="of the system, when the window is not in front" flush={false}>
      <Checkbox checked={notify.permission} onChange={(permission) => edit('notify', { ...notify, permission })}>
        An agent asks for permission
      </Checkbox>
      <Checkbox checked={notify.review} onChange={(review) => edit('notify', { ...notify, review })}>
        A change waits for review
      </Checkbox>
      <Checkbox checked={notify.failure} onChange={(failure) => edit('notify', { ...notify, failure })}>
        A session fails
      </Checkbox>
    </Panel>
  );
}
