/** Figures of a session, each counted and not guessed: context, where the time went, turns, tokens, memory, age of the last event. */
import { useSyncExternalStore } from 'react';
import type { Session } from '#shared/domain/session.ts';
import { formatBytes, formatCount, formatDuration, formatPercent, formatShort, plural } from '#shared/lib/format.ts';
import { Bytes, Count, Money, Time } from '../../components/amounts.tsx';
import { Facts, Section } from '../../components/panel.tsx';
import { Sparkbars } from '../../components/sparkbars.tsx';
import { useNow } from '../../lib/clock.ts';
import { isLive } from '../../lib/live-select.ts';
import { reported } from '../../lib/reported.ts';
import { elapse } from '../model/time-split.ts';
import type { TranscriptStore } from '../model/transcript-store.ts';
import { useScan } from './use-scan.ts';
import s from './side.module.css';

type Props = { session: Session; store: TranscriptStore };

/** The figures a person glances at. */
export function Vitals({ session, store }: Props) {
  useSyncExternalStore(store.subscribe, store.version);
  const rss = isLive(session) ? (store.gauge?.rssBytes ?? session.rssBytes) : null;
  const peak = session.rssPeakBytes;
  const { maxTurns } = session.limits;
  const turns = maxTurns === undefined ? formatCount(session.turns) : `${formatCount(session.turns)} of ${formatCount(maxTurns)}`;
  return (
    <div className={s.vitals}>
      <Context session={session} />
      <TimeSplit session={session} />
      <Facts
        rows={[
          ['Turns', reported(session, turns)],
          ['Tokens in, cached, out', reported(session, <Tokens key="tokens" session={session} />)],
          ['Memory, process tree', memory(rss, peak)],
          ['Last event', session.lastEventAt === null ? 'none yet' : <Time key="last" at={session.lastEventAt} />],
        ]}
      />
    </div>
  );
}

function memory(now: number | null, peak: number | null): string {
  if (now !== null) return peak === null ? formatBytes(now) : `${formatBytes(now)}, peak ${formatBytes(peak)}`;
  return peak === null ? 'not measured' : `peak ${formatBytes(peak)}`;
}

function Tokens({ session }: { session: Session }) {
  return (
    <>
      <Count value={session.inputTokens} />, <Count value={session.cacheReadTokens} />, <Count value={session.outputTokens} />
    </>
  );
}

function Context({ session: { contextTokens, contextWindow } }: { session: Session }) {
  if (contextTokens === null) return null;
  if (contextWindow === null) return <p className={s.caption}>Context {formatCount(contextTokens)} tokens, size of the window unknown</p>;
  const share = Math.min(1, contextTokens / contextWindow);
  return (
    <div className={s.meter}>
      <p className={s.caption}>
        Context {formatPercent(share)} of {formatCount(contextWindow)}
      </p>
      <div className={s.bar} role="meter" aria-label="Context used" aria-valuenow={contextTokens} aria-valuemin={0} aria-valuemax={contextWindow}>
        <span className={s.fill} data-part={share > 0.9 ? 'bad' : 'model'} style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}

/** Model, tools and waiting from the stored events; working and waiting from the row when those were not all read. */
function TimeSplit({ session }: { session: Session }) {
  const scan = useScan(session.id, session.events);
  const now = useNow();
  const split = scan && elapse(scan.time, isLive(session) ? now : (session.endedAt ?? now));
  const parts = split
    ? ([
        // A command asks no model.
        ['model', session.agent.kind === 'command' ? 'working' : 'model', split.modelMs],
        ['tools', 'tools', split.toolsMs],
        ['waiting', 'waiting for you', split.waitingMs],
      ] as const)
    : ([
        ['model', 'working', session.activeMs + (session.activeSince === null ? 0 : Math.max(0, now - session.activeSince))],
        ['waiting', 'waiting for you', session.blockedMs + (session.blockedSince === null ? 0 : Math.max(0, now - session.blockedSince))],
      ] as const);
  const total = parts.reduce((sum, [, , ms]) => sum + ms, 0);
  if (total === 0) return null;
  return (
    <div className={s.meter}>
      <p className={s.caption}>
        Time:{' '}
        {parts
          .filter(([, , ms]) => ms > 0)
          .map(([, name, ms]) => `${name} ${formatShort(ms)}`)
          .join(', ')}
      </p>
      <div className={s.split} aria-hidden="true">
        {parts.map(([part, , ms]) => ms > 0 && <span key={part} className={s.fill} data-part={part} style={{ flexGrow: ms }} />)}
      </div>
    </div>
  );
}

/** All figures, with what they were counted from. */
export function Telemetry({ session, store }: Props) {
  useSyncExternalStore(store.subscribe, store.version);
  const gauge = isLive(session) ? store.gauge : null;
  return (
    <>
      <Vitals session={session} store={store} />
      <Section title="Activity" note="events a minute, last 20 minutes">
        <Sparkbars
          values={session.pulse}
          label={`${plural(
            session.pulse.reduce((a, b) => a + b, 0),
            'event',
          )} in the last 20 minutes`}
          live={isLive(session)}
        />
      </Section>
      <Section title="Counted">
        <Facts
          rows={[
            ['Cost', <Money key="cost" usd={session.costUsd} />],
            ['Tokens written to the cache', <Count key="written" value={session.cacheWriteTokens} />],
            ['Events stored', <Count key="events" value={session.events} />],
            ['Lines of the transcript', <Count key="items" value={session.items} />],
            ['Processes now', gauge ? formatCount(gauge.processes) : 'none'],
            ['Processor time of the run', gauge ? formatDuration(gauge.cpuMs) : 'not measured now'],
            ['Peak memory', session.rssPeakBytes === null ? 'not measured' : <Bytes key="peak" value={session.rssPeakBytes} />],
          ]}
        />
        <p className={s.from}>
          Tokens and cost are the agent&apos;s own report; times come from stored events; memory is the resident size of the whole process tree.
        </p>
      </Section>
    </>
  );
}
