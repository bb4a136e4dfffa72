/** A rule: what it watches, when it fires and ends, how it is told and to whom again when nobody answers. */
import { useState } from 'react';
import type { AlertChannel, AlertRule } from '#shared/domain/alert.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox, Segments } from '../../components/choice.tsx';
import { DialogKey } from '../../components/dialog-key.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { client } from '../../lib/client.ts';
import { attempt, say } from '../../lib/toasts.ts';
import { MetricPicker } from '../dashboard/query-editor.tsx';
import { WhereList } from '../dashboard/where-list.tsx';
import type { Metrics } from '../model/asked.ts';
import { aggregateNames, aggregatesOf, printValue } from '#shared/lib/units.ts';
import { conditionText, unitOf } from './words.ts';
import { savedOf } from './rules.tsx';
import type { Rule } from './use-alerts.ts';
import s from './alerts.module.css';

type Draft = Omit<AlertRule, 'id'>;
/** Numbers may be half written: undefined until they are whole. */
type Loose = Omit<Draft, 'threshold' | 'hysteresis' | 'windowMs' | 'minimumSample' | 'cooldownMs' | 'escalateAfterMs'> &
  Partial<Pick<Draft, 'threshold' | 'hysteresis' | 'windowMs' | 'minimumSample' | 'cooldownMs'>> & { escalateAfterMs?: number | null | undefined };

const MINUTE = 60_000;
const fresh: Loose = {
  name: '',
  enabled: true,
  metric: '',
  where: [],
  op: 'above',
  hysteresis: 0,
  windowMs: 15 * MINUTE,
  minimumSample: 5,
  severity: 'warning',
  cooldownMs: 5 * MINUTE,
  escalateAfterMs: null,
  channels: [],
  escalateTo: [],
};

type DialogProps = { rule: Rule | null; metrics: Metrics; channels: readonly AlertChannel[]; onClose: () => void; onSaved: () => void };

/** The rule as it can be saved; null while something is missing. */
function wholeOf(draft: Loose): Draft | null {
  const { threshold, hysteresis, windowMs, minimumSample, cooldownMs, escalateAfterMs } = draft;
  if (draft.name.trim() === '' || draft.metric === '') return null;
  if (
    threshold === undefined ||
    hysteresis === undefined ||
    windowMs === undefined ||
    minimumSample === undefined ||
    cooldownMs === undefined ||
    escalateAfterMs === undefined
  )
    return null;
  return { ...draft, name: draft.name.trim(), threshold, hysteresis, windowMs, minimumSample, cooldownMs, escalateAfterMs };
}

export function RuleDialog({ rule, metrics, channels, onClose, onSaved }: DialogProps) {
  const [draft, setDraft] = useState<Loose>(() => (rule ? savedOf(rule) : fresh));
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Loose>): void => setDraft((before) => ({ ...before, ...part }));
  const entry = metrics.get(draft.metric);
  const aggregates = entry ? aggregatesOf(entry) : [];
  const whole = wholeOf(draft);
  const unit = unitOf(draft, metrics);
  const save = async (): Promise<void> => {
    if (!whole || busy) return;
    setBusy(true);
    const saved = await attempt(() => client.analytics.saveRule({ ...whole, ...(rule ? { id: rule.id } : {}) }));
    setBusy(false);
    if (!saved) return;
    say(`Saved the rule "${saved.name}".`);
    onSaved();
  };
  const minutes = (ms: number | null | undefined): number | null => (ms === undefined || ms === null ? null : ms / MINUTE);
  return (
    <Dialog
      title={rule ? `Change "${rule.name}"` : 'Add an alert rule'}
      width="wide"
      dismissable={false}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" keys="Mod+Enter" isDisabled={!whole || busy} onPress={() => void save()}>
            Save rule
          </Button>
        </>
      }
    >
      <DialogKey scope="Alert rule" label="Save the rule" run={() => void save()} enabled={whole !== null} />
      <div className={s.form}>
        <TextField label="Name" value={draft.name} onChange={(name) => change({ name })} autoFocus placeholder="What is wrong when it fires" />
        <div className={s.line}>
          <MetricPicker
            metrics={metrics}
            value={draft.metric || null}
            onChange={(metric) =>
              setDraft((before) => {
                const { aggregate: _aggregate, ...rest } = before;
                return { ...rest, metric, where: before.where.filter((filter) => metrics.get(metric)?.tags.includes(filter.tag)) };
              })
            }
          />
          {aggregates.length > 0 && (
            <Select
              label="Taken as"
              className={s.third}
              options={aggregates.map((id) => ({ id, label: aggregateNames[id] }))}
              value={draft.aggregate ?? aggregates[0] ?? null}
              onChange={(aggregate) => change({ aggregate })}
            />
          )}
        </div>
        {entry && (
          <WhereList where={draft.where} entry={entry} metrics={metrics} range={{ kind: 'last', ms: 7 * 86_400_000 }} onChange={(where) => change({ where })} />
        )}
        <div className={s.line}>
          <Segments
            label="Fires when it is"
            options={[
              { id: 'above', label: 'above' },
              { id: 'below', label: 'below' },
            ]}
            value={draft.op}
            onChange={(op) => change({ op })}
          />
          <NumberField
            label={`Threshold${hintOf(unit)}`}
            className={s.third}
            whole={false}
            min={-1e15}
            optional
            value={draft.threshold ?? null}
            onChange={(value) => change({ threshold: value ?? undefined })}
          />
          <NumberField
            label="Ends when back by"
            className={s.third}
            whole={false}
            value={draft.hysteresis ?? null}
            onChange={(value) => change({ hysteresis: value ?? undefined })}
          />
        </div>
        <div className={s.line}>
          <NumberField
            label="Window"
            after="min"
            className={s.third}
            whole={false}
            min={1 / 6}
            max={31 * 1440}
            value={minutes(draft.windowMs)}
            onChange={(value) => change({ windowMs: value === null || value === undefined ? undefined : Math.round(value * MINUTE) })}
          />
          <NumberField
            label="Values needed"
            className={s.third}
            min={1}
            value={draft.minimumSample ?? null}
            onChange={(value) => change({ minimumSample: value ?? undefined })}
          />
          <NumberField
            label="Quiet after an end"
            after="min"
            className={s.third}
            whole={false}
            value={minutes(draft.cooldownMs)}
            onChange={(value) => change({ cooldownMs: value === null || value === undefined ? undefined : Math.round(value * MINUTE) })}
          />
        </div>
        <Segments
          label="Severity"
          options={[
            { id: 'info', label: 'Info' },
            { id: 'warning', label: 'Warning' },
            { id: 'critical', label: 'Critical' },
          ]}
          value={draft.severity}
          onChange={(severity) => change({ severity })}
        />
        <ChannelChoice label="Told to" channels={channels} chosen={draft.channels} onChange={(next) => change({ channels: next })} />
        <div className={s.line}>
          <NumberField
            label="Told again when nobody acknowledges after"
            after="min"
            className={s.half}
            optional
            whole={false}
            min={1 / 6}
            value={minutes(draft.escalateAfterMs)}
            onChange={(value) => change({ escalateAfterMs: value === undefined ? undefined : value === null ? null : Math.round(value * MINUTE) })}
            hint="Empty: never."
          />
        </div>
        {draft.escalateAfterMs !== null && (
          <ChannelChoice label="Then also to" channels={channels} chosen={draft.escalateTo} onChange={(next) => change({ escalateTo: next })} />
        )}
        {whole && (
          <p className={s.reading}>
            {conditionText(whole, metrics)}. It ends when the value is {whole.op === 'above' ? 'below' : 'above'}{' '}
            {printValue(unit, whole.op === 'above' ? whole.threshold - whole.hysteresis : whole.threshold + whole.hysteresis)}.
          </p>
        )}
      </div>
    </Dialog>
  );
}

/** In what a threshold is written, where the unit prints otherwise. */
const hintOf = (unit: ReturnType<typeof unitOf>): string =>
  ({ count: '', tokens: ', tokens', usd: ', dollars', ms: ', ms', bytes: ', bytes', ratio: ', 0 to 1', percent: ', %', 'per-second': ', a second' })[unit];

function ChannelChoice({
  label,
  channels,
  chosen,
  onChange,
}: {
  label: string;
  channels: readonly AlertChannel[];
  chosen: readonly string[];
  onChange: (ids: string[]) => void;
}) {
  return (
    <div className={s.choice} role="group" aria-label={label}>
      <span className={s.label}>{label}</span>
      {channels.length === 0 && <span className={s.dim}>only here; there are no channels yet</span>}
      {channels.map((channel) => (
        <Checkbox
          key={channel.id}
          checked={chosen.includes(channel.id)}
          onChange={(on) => onChange(on ? [...chosen, channel.id] : chosen.filter((id) => id !== channel.id))}
        >
          {channel.name}
        </Checkbox>
      ))}
    </div>
  );
}
