/** One session as a line: state, title, place, pulse, what it does, cost, time. */
import { agentLabel } from '#shared/domain/agent.ts';
import type { Session } from '#shared/domain/session.ts';
import { Duration, Money, Time } from '../components/amounts.tsx';
import { Cell } from '../components/list.tsx';
import { SilenceNote } from '../components/silence.tsx';
import { Sparkbars } from '../components/sparkbars.tsx';
import { sessionWords, StatusDot } from '../components/status.tsx';
import { commandText } from '../lib/command-text.ts';
import { cx } from '../lib/cx.ts';
import { useHostName, useSilence } from '../lib/hosts.ts';
import { isLive, useRepositoryName } from '../lib/live-select.ts';
import s from './agents.module.css';

/** What it does now; after its end, what there is to say of it. */
export function actOf(session: Session): string {
  if (session.status === 'running') return session.activity || commandText(session.agent.command);
  return session.statusText || (isLive(session) ? sessionWords[session.status].word : session.activity);
}

export function SessionRow({ session }: { session: Session }) {
  const repository = useRepositoryName(session.repositoryId);
  const host = useHostName(session);
  const silence = useSilence(session);
  const { tone, word } = sessionWords[session.status];
  const live = isLive(session);
  return (
    <>
      <Cell width={8}>
        <StatusDot tone={tone} word={word} hideWord />
      </Cell>
      <div className={s.title} role="gridcell" title={session.title}>
        {session.title} <span className={s.dim}>{host === '' ? repository : `${repository}, on ${host}`}</span>
      </div>
      <div className={s.agent} role="gridcell">
        {[agentLabel(session.agent), session.agent.model].filter(Boolean).join(', ')}
      </div>
      <div className={s.pulse} role="gridcell">
        {live && <Sparkbars values={session.pulse} label={`${session.pulse.reduce((sum, count) => sum + count, 0)} events in 20 minutes`} />}
      </div>
      {silence === null ? (
        <div className={cx(s.activity, session.status === 'running' && s.mono)} role="gridcell" title={actOf(session)}>
          {actOf(session)}
        </div>
      ) : (
        <div className={s.activity} role="gridcell">
          <SilenceNote session={session} silence={silence} />
        </div>
      )}
      <Cell width={56} end>
        <Money usd={session.costUsd} />
      </Cell>
      <Cell width={56} end dim>
        <Duration ms={session.activeMs} since={session.activeSince} />
      </Cell>
      <div className={s.when} role="gridcell">
        <Time at={session.lastEventAt ?? session.createdAt} ago={false} />
      </div>
    </>
  );
}
