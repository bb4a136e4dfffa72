/** On which other agent hosts a repository is, and where there: sessions may go to those too. */
import { useQuery } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import type { RepositorySettings } from '#shared/domain/repository.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { Button, IconButton } from '../components/button.tsx';
import { Checkbox } from '../components/choice.tsx';
import { FaultText } from '../components/feedback.tsx';
import { Select } from '../components/select.tsx';
import { TextField } from '../components/text-field.tsx';
import { client } from '../lib/client.ts';
import { faultFrom } from '../lib/faults.ts';
import { href, to } from '../lib/router.ts';
import s from './repositories.module.css';

type Places = RepositorySettings['hosts'];
type Row = { readonly key: number; readonly hostId: string | null; readonly path: string };
type Props = {
  settings: RepositorySettings;
  /** Told the places, or null while one of them is not complete. */
  onHosts: (hosts: Places | null) => void;
  onThisMachine: (on: boolean) => void;
};

export function PlacesEditor({ settings, onHosts, onThisMachine }: Props) {
  const asked = useQuery({ queryKey: ['hosts', 'list'], queryFn: ({ signal }) => client.connections.list({}, { signal }) });
  const next = useRef(settings.hosts.length);
  const [rows, setRows] = useState<readonly Row[]>(() => settings.hosts.map((place, key) => ({ ...place, key })));
  const hosts = (asked.data?.hosts ?? []).filter((host) => host.id !== LOCAL_HOST);
  const write = (after: readonly Row[]): void => {
    setRows(after);
    onHosts(complete(after));
  };
  const change = (key: number, part: Partial<Row>): void => write(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  return (
    <div className={s.group}>
      <h2>Also on agent hosts</h2>
      <p className={s.dim}>
        The same repository on another machine. A session that goes there works in a worktree of that copy; a lost one may be tried again on the next.
      </p>
      {asked.error && <FaultText fault={faultFrom(asked.error)} />}
      {rows.map((row, i) => (
        <div key={row.key} className={s.place} role="group" aria-label={`Place ${i + 1}`}>
          <Select
            label="Agent host"
            hideLabel={i > 0}
            options={options(hosts, row.hostId)}
            value={row.hostId}
            onChange={(hostId) => change(row.key, { hostId })}
            error={rows.some((other) => other.key !== row.key && other.hostId !== null && other.hostId === row.hostId) ? 'Named twice.' : undefined}
          />
          <TextField label="Path there" hideLabel={i > 0} value={row.path} placeholder="/srv/code/api" mono onChange={(path) => change(row.key, { path })} />
          <IconButton label={`Remove place ${i + 1}`} icon={<Trash2 />} onPress={() => write(rows.filter((other) => other.key !== row.key))} />
        </div>
      ))}
      {asked.data && hosts.length === 0 && rows.length === 0 ? (
        <p className={s.dim}>
          There is no other agent host yet.{' '}
          <a className={s.inText} href={href(to.connections)}>
            Add one in Connections
          </a>
          .
        </p>
      ) : (
        <div>
          <Button
            size="small"
            icon={<Plus />}
            onPress={() => write([...rows, { key: ++next.current, hostId: hosts.length === 1 ? (hosts[0]?.id ?? null) : null, path: '' }])}
          >
            Add place
          </Button>
        </div>
      )}
      {rows.length > 0 && (
        <Checkbox checked={settings.onThisMachine} onChange={onThisMachine}>
          Sessions may run on this machine too
        </Checkbox>
      )}
    </div>
  );
}

/** The hosts there are; one that is named but was removed stays to be seen. */
function options(hosts: readonly { id: string; name: string; url: string }[], named: string | null): { id: string; label: string; note?: string }[] {
  const known = hosts.map(({ id, name, url }) => ({ id, label: name, note: url }));
  return named === null || known.some((one) => one.id === named) ? known : [...known, { id: named, label: `${named}, removed` }];
}

function complete(rows: readonly Row[]): Places | null {
  const places: Places = [];
  for (const { hostId, path } of rows) {
    if (hostId === null || path.trim() === '' || places.some((place) => place.hostId === hostId)) return null;
    places.push({ hostId, path: path.trim() });
  }
  return places;
}
