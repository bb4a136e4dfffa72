/** The second question: what is running, what it does, what it costs. */
import { useMemo } from 'react';
import { formatAge } from '#shared/lib/format.ts';
import type { Session } from '#shared/domain/session.ts';
import { Duration, Money } from '../components/amounts.tsx';
import { EmptyState, Skeleton } from '../components/feedback.tsx';
import { Cell, List } from '../components/list.tsx';
import { Panel } from '../components/panel.tsx';
import { SilenceNote } from '../components/silence.tsx';
import { Sparkbars } from '../components/sparkbars.tsx';
import { sessionWords, StatusDot } from '../components/status.tsx';
import { useCursor } from '../components/use-cursor.ts';
import { NewTaskButton } from '../frame/top-acts.tsx';
import { commandText } from '../lib/command-text.ts';
import { useSilence } from '../lib/hosts.ts';
import { useRepositoryName, useRunning } from '../lib/live-select.ts';
import { useLive } from '../lib/live.ts';
import { go, to } from '../lib/router.ts';
import s from './overview.module.css';

const idOf = (session: Session): string => session.id;
const open = (session: Session): void => go(to.session(session.id));

export function Running() {
  const ready = useLive((live) => live.ready);
  const running = useRunning();
  const queued = useLive((live) => live.health?.sessions.queued ?? 0);
  const cursor = useCursor(useMemo(() => running.map(idOf), [running]));
  const count = `${running.length} ${running.length === 1 ? 'session' : 'sessions'}`;
  return (
    <Panel title="Running" note={running.length + queued > 0 ? `${count}, ${queued} queued` : undefined} className={s.half}>
      {!ready ? (
        <Skeleton rows={5} />
      ) : running.length === 0 ? (
        <EmptyState action={<NewTaskButton />}>{queued > 0 ? 'The queue waits for a free place.' : 'No agent runs.'}</EmptyState>
      ) : (
        <div className={s.rows}>
          <List label="Running sessions" items={running} idOf={idOf} cursor={cursor} onOpen={open}>
            {(session) => <RunningRow session={session} />}
          </List>
        </div>
      )}
    </Panel>
  );
}

function RunningRow({ session }: { session: Session }) {
  const repository = useRepositoryName(session.repositoryId);
  const silence = useSilence(session);
  const { tone, word } = sessionWords[session.status];
  const events = session.pulse.reduce((sum, count) => sum + count, 0);
  return (
    <>
      <Cell width={8}>
        <StatusDot tone={tone} word={word} hideWord />
      </Cell>
      <div className={s.runTitle} role="gridcell" title={`${session.title}, ${repository}`}>
        {session.title} <span className={s.dim}>{repository}</span>
      </div>
      <div className={s.pulse} role="gridcell">
        <Sparkbars values={session.pulse} label={`${events} events in 20 minutes`} />
      </div>
      <div className={silence === null ? s.activity : s.silence} role="gridcell" title={session.activity}>
        {silence !== null ? (
          <SilenceNote session={session} silence={silence} />
        ) : session.status === 'waiting' ? (
          'Waiting for you'
        ) : session.status === 'starting' ? (
          'Starting'
        ) : (
          session.activity || commandText(session.agent.command)
        )}
      </div>
      <Cell width={48} end>
        <Money usd={session.costUsd} />
      </Cell>
      <Cell width={52} end dim title={session.blockedMs > 0 ? `Working time; it waited ${formatAge(session.blockedMs)} for you besides` : 'Working time'}>
        <Duration ms={session.activeMs} since={session.activeSince} />
      </Cell>
    </>
  );
}
