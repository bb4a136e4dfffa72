/** The rail: where you can go, and how much waits there. Narrow windows show its icons alone. */
import type { ReactNode } from 'react';
import { CountBadge } from '../components/status.tsx';
import { cx } from '../lib/cx.ts';
import { useFiringAlerts, useRunning, useWaitingChanges, useWaitingPermissions } from '../lib/live-select.ts';
import { keyParts } from '../lib/keys.ts';
import { href, useHashLocation } from '../lib/router.ts';
import { isIn, places, type Place } from './places.ts';
import s from './rail.module.css';

export function Rail() {
  return (
    <nav className={s.rail} aria-label="Rooms">
      <a className={s.brand} href={href('/')}>
        <img src="/icon.svg" width={18} height={18} alt="" />
        <span className={s.name}>Automatic Claude Code</span>
      </a>
      <ul>
        <Entries group="work" />
      </ul>
      <h2 className={s.group}>Insight</h2>
      <ul>
        <Entries group="insight" />
      </ul>
      <h2 className={s.group}>Fleet</h2>
      <ul>
        <Entries group="fleet" />
      </ul>
      <h2 className={s.group}>Setup</h2>
      <ul>
        <Entries group="setup" />
      </ul>
    </nav>
  );
}

function Entries({ group }: { group: Place['group'] }) {
  const [address] = useHashLocation();
  return places
    .filter((place) => place.group === group)
    .map((place) => (
      <li key={place.id}>
        <a
          className={cx(s.entry, isIn(place, address) && s.here)}
          href={href(place.to)}
          aria-current={isIn(place, address) ? 'page' : undefined}
          title={`${place.name}, ${keyParts(place.keys).join(' ')}`}
        >
          <place.icon aria-hidden="true" />
          <span className={s.name}>{place.name}</span>
          {counts[place.id]}
        </a>
      </li>
    ));
}

const counts: Readonly<Record<string, ReactNode>> = { inbox: <InboxCount />, agents: <AgentsCount />, review: <ReviewCount />, analytics: <AlertCount /> };

function InboxCount() {
  const count = useWaitingPermissions().length;
  return count > 0 && <CountBadge count={count} tone="wait" label="waiting for you" />;
}

function AgentsCount() {
  const count = useRunning().length;
  return count > 0 && <CountBadge count={count} label="running" />;
}

function AlertCount() {
  const alerts = useFiringAlerts();
  return (
    alerts.length > 0 && (
      <CountBadge
        count={alerts.length}
        tone={alerts[0]?.severity === 'critical' ? 'bad' : 'wait'}
        label={alerts.length === 1 ? 'alert firing' : 'alerts firing'}
      />
    )
  );
}

function ReviewCount() {
  const count = useWaitingChanges().length;
  return count > 0 && <CountBadge count={count} label="to review" />;
}
