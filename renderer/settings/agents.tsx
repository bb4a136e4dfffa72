/** Which agents there are and what they get: the Claude Code CLI's path, registered ACP agents, names of environment variables. */
import { Plus, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { Settings, type AcpAgent } from '#shared/domain/settings.ts';
import { Button, IconButton } from '../components/button.tsx';
import { CommandField } from '../components/command-field.tsx';
import { Panel } from '../components/panel.tsx';
import { TextField } from '../components/text-field.tsx';
import type { PartProps } from './part.ts';
import s from './settings.module.css';

type Row = { key: number; name: string; command: string[] | null };

export function AgentSettings({ settings: { agents }, edit }: PartProps) {
  const next = useRef(agents.acp.length);
  const [path, setPath] = useState(agents.claudePath);
  const [rows, setRows] = useState<readonly Row[]>(() => agents.acp.map((agent, key) => ({ ...agent, key })));
  const [env, setEnv] = useState(() => agents.passEnv.join(' '));
  const names = namesOf(env);
  const write = (claudePath: string, after: readonly Row[], names: string[] | null): void => {
    setPath(claudePath);
    setRows(after);
    const acp = complete(after);
    edit('agents', acp === null || names === null ? null : { ...agents, claudePath: claudePath.trim(), acp, passEnv: names });
  };
  const change = (key: number, part: Partial<Row>): void =>
    write(
      path,
      rows.map((row) => (row.key === key ? { ...row, ...part } : row)),
      names,
    );
  return (
    <Panel title="Agents" flush={false}>
      <div className={s.fields}>
        <TextField
          label="Claude Code CLI"
          value={path}
          onChange={(value) => write(value, rows, names)}
          placeholder="the claude on PATH"
          hint="Path of the program. Diagnostics says whether it works."
          mono
        />
        {rows.map((row, i) => (
          <div key={row.key} className={s.agent} role="group" aria-label={`ACP agent ${i + 1}`}>
            <TextField label="ACP agent" hideLabel={i > 0} value={row.name} placeholder="gemini" onChange={(name) => change(row.key, { name })} />
            <CommandField
              label="Command that speaks ACP"
              hideLabel={i > 0}
              value={row.command ?? []}
              placeholder="gemini --experimental-acp"
              hint=""
              onChange={(command) => change(row.key, { command })}
            />
            <IconButton
              label={`Remove agent ${row.name || i + 1}`}
              icon={<Trash2 />}
              onPress={() =>
                write(
                  path,
                  rows.filter((other) => other.key !== row.key),
                  names,
                )
              }
            />
          </div>
        ))}
        <div>
          <Button size="small" icon={<Plus />} onPress={() => write(path, [...rows, { key: ++next.current, name: '', command: null }], names)}>
            Add ACP agent
          </Button>
        </div>
        <TextField
          label="Environment for agents"
          value={env}
          onChange={(value) => {
            setEnv(value);
            write(path, rows, namesOf(value));
          }}
          placeholder="GITHUB_TOKEN AWS_PROFILE"
          hint="Names of variables that agents get with the values this app was started with. Keys and tokens go to agents only when named here; the address of a model gateway (ANTHROPIC_BASE_URL) brings its own key by itself."
          error={names === null ? 'Names only, with spaces between them: letters, digits and _. The values stay where the app was started.' : undefined}
          mono
        />
      </div>
    </Panel>
  );
}

/** Names of environment variables, each once, as many as are kept; null when something is none. */
function namesOf(text: string): string[] | null {
  const names = Settings.shape.agents.unwrap().shape.passEnv.safeParse([...new Set(text.split(/[\s,]+/).filter((name) => name !== ''))]);
  return names.success ? names.data : null;
}

function complete(rows: readonly Row[]): AcpAgent[] | null {
  const agents: AcpAgent[] = [];
  for (const { name, command } of rows) {
    if (name.trim() === '' || !command || command.length === 0 || agents.some((agent) => agent.name === name.trim())) return null;
    agents.push({ name: name.trim(), command });
  }
  return agents;
}
