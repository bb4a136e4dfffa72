/** The chosen host: what can be done to it, its five figures, its connections, how long they took to open, and what happened. */
import { useState } from 'react';
import type { HostFacts } from '#shared/domain/connection.ts';
import { Button } from '../components/button.tsx';
import { useMayAct } from '../lib/client.ts';
import { useNow } from '../lib/clock.ts';
import { useKeys } from '../lib/keys.ts';
import { drain, eject, mayReadmit, readmit, reconnect } from './acts.ts';
import { DialTimes } from './dial-times.tsx';
import { Events } from './events.tsx';
import { FigureTiles } from './figure.tsx';
import type { HostDialog } from './host-dialogs.tsx';
import { State } from './shape.tsx';
import { Sockets } from './sockets.tsx';
import { hostWord, warningsOf } from './words.ts';
import s from './connections.module.css';

type Props = { host: HostFacts; panic: boolean; names: ReadonlyMap<string, string>; onDialog: (dialog: HostDialog) => void };

export function HostView({ host, panic, names, onDialog }: Props) {
  return (
    <div className={s.middle}>
      <header className={s.head}>
        <div className={s.title}>
          <h2>{host.name}</h2>
          <State state={hostWord(host)} strong />
        </div>
        <Acts host={host} onDialog={onDialog} />
      </header>
      <Warnings host={host} panic={panic} />
      <FigureTiles host={host} ids={['latency', 'success', 'in-flight', 'queue', 'reconnects']} />
      <Sockets host={host} />
      <DialTimes host={host} />
      <Events hostId={host.id} names={names} />
    </div>
  );
}

function Warnings({ host, panic }: { host: HostFacts; panic: boolean }) {
  const now = useNow();
  // What is only so, and not wrong, stands in the list and among the facts.
  const warnings = warningsOf(host, panic, now).filter((one) => one.tone !== 'off');
  if (warnings.length === 0) return null;
  return (
    <ul className={s.warnings} aria-label="What is wrong with this host">
      {warnings.map((one) => (
        <li key={one.id} data-tone={one.tone}>
          {one.text}
          {one.id === 'cause' && host.code !== null && <code>{host.code}</code>}
        </li>
      ))}
    </ul>
  );
}

type Act = { keys: string; label: string; says: string; run: () => void; enabled: boolean };

function Acts({ host, onDialog }: { host: HostFacts; onDialog: (dialog: HostDialog) => void }) {
  const mayAct = useMayAct();
  const [busy, setBusy] = useState(false);
  const once = (act: () => Promise<void>) => (): void => {
    if (busy) return;
    setBusy(true);
    void act().finally(() => setBusy(false));
  };
  const { name } = host;
  const acts: Act[] = [
    { keys: 'd', label: 'Drain', says: `Drain ${name}`, run: once(() => drain(host)), enabled: host.admin !== 'draining' },
    { keys: 'e', label: 'Eject', says: `Eject ${name}`, run: once(() => eject(host)), enabled: host.admin !== 'ejected' },
    { keys: 'a', label: 'Re-admit', says: `Re-admit ${name}`, run: once(() => readmit(host)), enabled: mayReadmit(host) },
    { keys: 'r', label: 'Reconnect', says: `Reconnect ${name}`, run: once(() => reconnect(host)), enabled: true },
    { keys: 'w', label: 'Weight…', says: `Change the weight of ${name}`, run: () => onDialog({ kind: 'weight', host }), enabled: true },
    { keys: 'm', label: 'Modify…', says: `Modify ${name}: name, token, certificates, limits`, run: () => onDialog({ kind: 'change', host }), enabled: true },
  ];
  useKeys(
    'Connections',
    acts.map((act) => ({ keys: act.keys, label: act.says, run: act.run, enabled: mayAct && act.enabled })),
  );
  if (!mayAct) return null;
  return (
    <div className={s.acts} role="group" aria-label={`Acts on ${name}`}>
      {acts.map((act) => (
        <Button key={act.keys} size="small" keys={act.keys} isDisabled={!act.enabled} onPress={act.run}>
          {act.label}
          <span className="visually-hidden"> {name}</span>
        </Button>
      ))}
    </div>
  );
}
