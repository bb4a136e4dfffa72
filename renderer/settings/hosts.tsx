/** When work on a host that is gone goes on elsewhere, and by which rules an ill host is left out of the choice. */
import type { Settings } from '#shared/domain/settings.ts';
import { NumberField } from '../components/number-field.tsx';
import { Panel } from '../components/panel.tsx';
import type { PartProps } from './part.ts';
import s from './settings.module.css';

type Health = Settings['pool']['health'];
type Field = {
  readonly key: keyof Health;
  readonly label: string;
  readonly unit?: string;
  readonly per?: number;
  readonly min: number;
  readonly max: number;
  readonly hint?: string;
};

/** `per` is how many of the stored unit one shown unit has. */
const rows: readonly (readonly Field[])[] = [
  [
    { key: 'consecutiveErrors', label: 'Failures in a row that eject', min: 1, max: 1000 },
    { key: 'baseEjectionMs', label: 'Ejected for', unit: 's', per: 1000, min: 0.1, max: 3600, hint: 'Times the count of ejections in a row.' },
    { key: 'maxEjectedShare', label: 'Ejected at most', unit: '%', per: 0.01, min: 0, max: 100, hint: 'Of the hosts; one always stays.' },
  ],
  [
    { key: 'breakerFailures', label: 'Failures that open the breaker', min: 1, max: 1000 },
    { key: 'breakerOpenMs', label: 'Breaker open for', unit: 's', per: 1000, min: 0.1, max: 3600, hint: 'Then one command tries.' },
    { key: 'slowStartMs', label: 'Slow start', unit: 's', per: 1000, min: 0, max: 3600, hint: 'Until a host that came back has its full share.' },
  ],
];

export function HostSettings({ settings: { pool, failover }, edit }: PartProps) {
  const put = (key: keyof Health, value: number | null | undefined, per: number): void =>
    edit('pool', typeof value === 'number' ? { ...pool, health: { ...pool.health, [key]: per < 1 ? value * per : Math.round(value * per) } } : null);
  return (
    <Panel title="Agent hosts" note="hosts themselves are in Connections" flush={false}>
      <div className={s.fields}>
        <div className={s.row}>
          <NumberField
            label="Sessions of a silent host are lost after"
            after="s"
            value={failover.afterSeconds}
            min={5}
            max={86_400}
            optional
            placeholder="never"
            hint="Then they go on, or are tried again, elsewhere."
            onChange={(value) => edit('failover', value === undefined ? null : { afterSeconds: value })}
          />
        </div>
        {rows.map((fields) => (
          <div key={fields[0]?.key} className={s.row}>
            {fields.map(({ key, label, unit, per = 1, min, max, hint }) => (
              <NumberField
                key={key}
                label={label}
                {...(unit === undefined ? {} : { after: unit })}
                {...(hint === undefined ? {} : { hint })}
                value={Math.round((pool.health[key] / per) * 100) / 100}
                min={min}
                max={max}
                whole={per === 1}
                onChange={(value) => put(key, value, per)}
              />
            ))}
          </div>
        ))}
      </div>
    </Panel>
  );
}
