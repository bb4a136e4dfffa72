/** The checks of a repository: a name, a command without a shell, a time limit. */
import { Plus, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import type { CheckSpec } from '#shared/domain/repository.ts';
import { Button, IconButton } from '../components/button.tsx';
import { CommandField } from '../components/command-field.tsx';
import { NumberField } from '../components/number-field.tsx';
import { TextField } from '../components/text-field.tsx';
import s from './repositories.module.css';

type Row = { key: number; name: string; command: string[] | null; timeoutSeconds: number | undefined };

/** @param onChange told the checks, or null while one of them is not complete */
export function ChecksEditor({ checks, onChange }: { checks: readonly CheckSpec[]; onChange: (checks: CheckSpec[] | null) => void }) {
  const next = useRef(checks.length);
  const [rows, setRows] = useState<readonly Row[]>(() => checks.map((check, key) => ({ ...check, key })));
  const write = (after: readonly Row[]): void => {
    setRows(after);
    onChange(complete(after));
  };
  const change = (key: number, part: Partial<Row>): void => write(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  return (
    <div className={s.group}>
      <h2>Checks</h2>
      <p className={s.dim}>Run on a change before you decide, such as its tests. They never run by themselves on your own branch.</p>
      {rows.map((row, i) => {
        const twice = rows.some((other) => other.key !== row.key && other.name.trim() === row.name.trim());
        return (
          <div key={row.key} className={s.check} role="group" aria-label={`Check ${i + 1}`}>
            <TextField
              label="Name"
              hideLabel={i > 0}
              value={row.name}
              placeholder="Tests"
              error={twice && row.name !== '' ? 'Used twice.' : undefined}
              onChange={(name) => change(row.key, { name })}
            />
            <CommandField
              label="Command"
              hideLabel={i > 0}
              value={row.command ?? []}
              placeholder="npm test"
              hint=""
              onChange={(command) => change(row.key, { command })}
            />
            <NumberField
              label="Time limit"
              hideLabel={i > 0}
              after="s"
              value={row.timeoutSeconds ?? null}
              min={1}
              max={86_400}
              onChange={(value) => change(row.key, { timeoutSeconds: value ?? undefined })}
            />
            <IconButton label={`Remove check ${row.name || i + 1}`} icon={<Trash2 />} onPress={() => write(rows.filter((other) => other.key !== row.key))} />
          </div>
        );
      })}
      <div>
        <Button size="small" icon={<Plus />} onPress={() => write([...rows, { key: ++next.current, name: '', command: null, timeoutSeconds: 600 }])}>
          Add check
        </Button>
      </div>
    </div>
  );
}

function complete(rows: readonly Row[]): CheckSpec[] | null {
  const checks: CheckSpec[] = [];
  for (const { name, command, timeoutSeconds } of rows) {
    if (name.trim() === '' || !command || command.length === 0 || timeoutSeconds === undefined) return null;
    if (checks.some((check) => check.name === name.trim())) return null;
    checks.push({ name: name.trim(), command, timeoutSeconds });
  }
  return checks;
}
