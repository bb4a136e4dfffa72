/** The list of hosts and the chosen one beside it. The address leads: J and K move it. */
import { useEffect } from 'react';
import type { PoolView } from '#shared/contract/connections.ts';
import type { HostFacts } from '#shared/domain/connection.ts';
import { Time } from '../components/amounts.tsx';
import { Cell, List } from '../components/list.tsx';
import { useCursor } from '../components/use-cursor.ts';
import { useLink, useMayAct } from '../lib/client.ts';
import { useNow } from '../lib/clock.ts';
import { cx } from '../lib/cx.ts';
import { go, to } from '../lib/router.ts';
import { FirstHost } from './first-host.tsx';
import type { HostDialog } from './host-dialogs.tsx';
import { HostView } from './host-view.tsx';
import { usePool } from './pool-view.ts';
import { State } from './shape.tsx';
import { hostWord, quantile, seconds, successText, transportWords, warningsOf } from './words.ts';
import s from './connections.module.css';

const idOf = (host: HostFacts): string => host.id;
const show = (id: string): void => go(to.host(id), { replace: true });

export function Hosts({ view, host, onDialog }: { view: PoolView; host: HostFacts | undefined; onDialog: (dialog: HostDialog) => void }) {
  const error = usePool((pool) => pool.error);
  const live = useLink((link) => link.state === 'live');
  const stale = !live || error !== null;
  const mayAct = useMayAct();
  return (
    <div className={s.columns}>
      <nav className={cx(s.left, stale && s.stale)} aria-label="Agent hosts">
        {stale && (
          <p className={s.heading} role="status">
            As of <Time at={view.at} />; the stream comes back by itself
          </p>
        )}
        {view.panic && (
          <p className={s.panic} role="status">
            Panic: too few hosts are healthy, so ejections are ignored and new sessions go to all of them.
          </p>
        )}
        <HostList hosts={view.hosts} chosen={host?.id ?? null} panic={view.panic} />
        {view.hosts.length <= 1 && <FirstHost onAdd={mayAct ? () => onDialog({ kind: 'add' }) : undefined} />}
      </nav>
      {host && <HostView key={host.id} host={host} panic={view.panic} names={new Map(view.hosts.map((one) => [one.id, one.name]))} onDialog={onDialog} />}
    </div>
  );
}

function HostList({ hosts, chosen, panic }: { hosts: readonly HostFacts[]; chosen: string | null; panic: boolean }) {
  const cursor = useCursor(hosts.map(idOf), chosen, show);
  const { active, to: moveTo } = cursor;
  useEffect(() => {
    if (chosen !== null && chosen !== active) moveTo(chosen);
  }, [chosen, active, moveTo]);
  return (
    <List
      label="Agent hosts"
      scope="Connections"
      items={hosts}
      idOf={idOf}
      cursor={{ ...cursor, active: chosen }}
      onOpen={(host) => show(host.id)}
      main
      rowClass={s.row}
    >
      {(host) => <HostRow host={host} panic={panic} />}
    </List>
  );
}

function HostRow({ host, panic }: { host: HostFacts; panic: boolean }) {
  const now = useNow();
  const warnings = warningsOf(host, panic, now);
  return (
    <Cell grow>
      <span className={s.line}>
        <span className={s.name} title={host.url}>
          {host.name}
        </span>
        <State state={hostWord(host)} />
      </span>
      <span className={s.under}>
        <span title="Sessions there now">
          {host.sessions} {host.sessions === 1 ? 'session' : 'sessions'}
        </span>
        <span title={`95 % of the answers came within this time, ${seconds(host.success.windowMs)}, n = ${host.latency?.n ?? 0}`}>
          p95 {quantile(host.latency, 'p95')}
        </span>
        <span title="Connections that opened, of those that were tried">{successText(host.success)}</span>
        <span>{host.transport === null ? 'no link' : transportWords[host.transport]}</span>
      </span>
      {warnings.slice(0, 2).map((warning) => (
        <span key={warning.id} className={s.warning} data-tone={warning.tone} title={warning.text}>
          {warning.text}
        </span>
      ))}
    </Cell>
  );
}
