/** The status line: whether core, hosts and stream are well and how fresh the page is, what runs, what today cost; troubles at the right. */
import { useEffect, useState, type ReactNode } from 'react';
import { formatAge, formatMoney, formatShort } from '#shared/lib/format.ts';
import { Button } from '../components/button.tsx';
import { StatusDot } from '../components/status.tsx';
import type { Tone } from '../components/tone.ts';
import { useNow } from '../lib/clock.ts';
import { retryNow, useLink, useMayAct } from '../lib/client.ts';
import { useLive } from '../lib/live.ts';
import { href, to } from '../lib/router.ts';
import s from './status-line.module.css';

/** The core sends its health every few seconds; a silence longer than this is said. Milliseconds. */
const STALE_AFTER = 15_000;

export function StatusLine() {
  const state = useLink((link) => link.state);
  return (
    <footer className={s.line} aria-label="Status">
      {state === 'lost' ? <Lost /> : <StatusDot tone={state === 'live' ? 'ok' : 'off'} word={state === 'live' ? 'core' : 'connecting to the core'} />}
      <Hosts />
      {state === 'live' && <Freshness />}
      <Load />
      <Today />
      <span className={s.right}>
        <Looking />
        <Troubles />
        <Version />
      </span>
    </footer>
  );
}

function Lost() {
  const lostAt = useLink((link) => link.lostAt);
  const retryAt = useLink((link) => link.retryAt);
  const now = useNow();
  const offset = useLink((link) => link.clockOffset);
  const wait = retryAt === null ? 0 : Math.ceil((retryAt + offset - now) / 1000);
  return (
    <span className={s.lost} role="alert">
      <StatusDot
        tone="bad"
        word={`Connection lost${lostAt === null ? '' : `, as of ${formatAge(now - lostAt - offset) === 'now' ? 'now' : `${formatAge(now - lostAt - offset)} ago`}`}`}
      />
      <span>{wait > 0 ? `trying again in ${wait} s` : 'trying again'}</span>
      <Button size="small" onPress={retryNow}>
        Try now
      </Button>
    </span>
  );
}

function Hosts() {
  const hosts = useLive((live) => live.health?.hosts);
  if (!hosts || hosts.length === 0) return null;
  const ready = hosts.filter((host) => host.state === 'ready').length;
  const tone: Tone = ready === hosts.length ? 'ok' : ready === 0 ? 'bad' : 'wait';
  const causes = hosts.filter((host) => host.state !== 'ready').map((host) => `${host.name}: ${host.state}${host.cause === null ? '' : `, ${host.cause}`}`);
  return (
    <a className={s.item} href={href(to.connections)} title={causes.join('\n') || 'All agent hosts answer'}>
      <StatusDot tone={tone} word={`${ready} of ${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}`} />
    </a>
  );
}

/** Shows the latest delay, but moves at most every two seconds: a figure that flickers cannot be read. */
function Freshness() {
  const ready = useLive((live) => live.ready);
  const [shown, show] = useState<{ behindMs: number | null; heardAt: number | null }>({ behindMs: null, heardAt: null });
  useEffect(() => {
    const read = (): void => show({ behindMs: useLive.getState().behindMs, heardAt: useLive.getState().heardAt });
    read();
    const timer = setInterval(read, 2000);
    return () => clearInterval(timer);
  }, [ready]);
  const now = useNow();
  if (shown.heardAt === null || shown.behindMs === null) return null;
  const silence = now - shown.heardAt;
  return <span className={s.item}>{silence > STALE_AFTER ? `as of ${formatAge(silence)} ago` : `live, ${formatShort(shown.behindMs)} behind`}</span>;
}

function Load() {
  const sessions = useLive((live) => live.health?.sessions);
  if (!sessions) return null;
  const parts = [`${sessions.running} running`];
  if (sessions.waiting > 0) parts.push(`${sessions.waiting} waiting`);
  parts.push(`${sessions.queued} queued`);
  return (
    <a className={s.item} href={href(to.agents)}>
      {parts.join(', ')}
    </a>
  );
}

function Today() {
  const today = useLive((live) => live.health?.today);
  if (!today) return null;
  const over = today.budgetUsd !== null && today.usd >= today.budgetUsd;
  const text =
    today.budgetUsd === null ? `${formatMoney(today.usd)} today` : `${formatMoney(today.usd)} of ${formatMoney(today.budgetUsd).replace(/\.00$/, '')} today`;
  return (
    <a className={s.item} href={href(to.settings)} title="Spent since midnight, as the agents report it">
      {over ? <StatusDot tone="bad" word={`${text}, the day's budget is spent`} /> : text}
    </a>
  );
}

/** Said where it is always in sight, because the acts that are missing elsewhere cannot say why. */
function Looking() {
  const mayAct = useMayAct();
  return mayAct ? null : (
    <span className={s.item} title="To act, open the app with an operator's link: acc link">
      <StatusDot tone="wait" word="Viewer: you see everything and cannot act" />
    </span>
  );
}

const storeWords = { full: 'the disk of the store is full', locked: 'another app holds the store', damaged: 'the store is damaged' } as const;

function Troubles() {
  const store = useLive((live) => live.health?.store);
  const slowed = useLive((live) => live.health?.slowed);
  const now = useNow();
  const found: ReactNode[] = [];
  if (store && store.state !== 'ok') {
    found.push(
      <a key="store" className={s.item} href={href(to.diagnostics)} title={store.detail}>
        <StatusDot tone="bad" word={storeWords[store.state]} />
      </a>,
    );
  }
  for (const one of slowed ?? []) {
    if (one.until <= now) continue;
    found.push(
      <span key={one.provider} className={s.item} title={one.why}>
        <StatusDot tone="wait" word={`${one.provider} slowed for ${formatAge(one.until - now)}`} />
      </span>,
    );
  }
  return <>{found}</>;
}

function Version() {
  const version = useLive((live) => live.health?.core.version);
  return version === undefined ? null : <span className={s.item}>{version}</span>;
}
