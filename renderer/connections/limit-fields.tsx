/** Bounds of the connections to one host, in the units a person thinks in. */
import { useState } from 'react';
import type { PoolLimits } from '#shared/domain/connection.ts';
import { NumberField } from '../components/number-field.tsx';
import s from './host-form.module.css';

type Key = keyof PoolLimits;
/** `per` is how many of the stored unit one shown unit has. */
const fields: readonly { key: Key; label: string; unit: string; per: number; min: number; max: number }[] = [
  { key: 'minSockets', label: 'Connections at least', unit: '', per: 1, min: 1, max: 100 },
  { key: 'maxSockets', label: 'Connections at most', unit: '', per: 1, min: 1, max: 100 },
  { key: 'ttlMs', label: 'Replaced after', unit: 'min', per: 60_000, min: 1, max: 10_080 },
  { key: 'idleMs', label: 'Closed when idle for', unit: 'min', per: 60_000, min: 1, max: 10_080 },
  { key: 'acquireMs', label: 'Wait for a connection', unit: 's', per: 1000, min: 1, max: 600 },
  { key: 'queue', label: 'Commands that may wait', unit: '', per: 1, min: 0, max: 100_000 },
  { key: 'beatMs', label: 'Heartbeat every', unit: 's', per: 1000, min: 1, max: 600 },
  { key: 'beatDeadlineMs', label: 'Heartbeat answered within', unit: 's', per: 1000, min: 1, max: 600 },
  { key: 'window', label: 'Events on the way in a session', unit: '', per: 1, min: 1, max: 100_000 },
];

/** What is wrong between the fields; null when nothing is. */
export const limitsFault = (limits: PoolLimits): string | null =>
  limits.minSockets > limits.maxSockets ? 'There cannot be more connections at least than at most.' : null;

type Props = { limits: PoolLimits; onChange: (limits: PoolLimits | null) => void; fault: string | null };

/** @param onChange told the limits, or null while a field holds no number in its range */
export function LimitFields({ limits, onChange, fault }: Props) {
  const [values, setValues] = useState<Readonly<Record<Key, number | undefined>>>(limits);
  const write = (key: Key, value: number | undefined): void => {
    const next = { ...values, [key]: value };
    setValues(next);
    onChange(complete(next));
  };
  return (
    <fieldset className={s.group}>
      <legend>Bounds of its connections</legend>
      <div className={s.three}>
        {fields.map(({ key, label, unit, per, min, max }) => (
          <NumberField
            key={key}
            label={label}
            {...(unit === '' ? {} : { after: unit })}
            value={limits[key] / per}
            min={per === 1 ? min : Math.min(min, limits[key] / per)}
            max={max}
            whole={per === 1}
            onChange={(value) => write(key, value === null || value === undefined ? undefined : Math.round(value * per))}
          />
        ))}
      </div>
      {fault !== null && <p className={s.fault}>{fault}</p>}
    </fieldset>
  );
}

function complete(values: Readonly<Record<Key, number | undefined>>): PoolLimits | null {
  const { minSockets, maxSockets, ttlMs, idleMs, acquireMs, queue, beatMs, beatDeadlineMs, window } = values;
  if (minSockets === undefined || maxSockets === undefined || ttlMs === undefined || idleMs === undefined || acquireMs === undefined) return null;
  if (queue === undefined || beatMs === undefined || beatDeadlineMs === undefined || window === undefined) return null;
  return { minSockets, maxSockets, ttlMs, idleMs, acquireMs, queue, beatMs, beatDeadlineMs, window };
}
