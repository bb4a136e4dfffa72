/** The chosen session's facts at the side, and what can be done to it. */
import { agentLabel } from '#shared/domain/agent.ts';
import type { Session } from '#shared/domain/session.ts';
import { formatBytes, formatCount, formatDuration, formatMoney } from '#shared/lib/format.ts';
import { Duration, Time } from '../components/amounts.tsx';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/feedback.tsx';
import { ViewerNote } from '../components/for-operator.tsx';
import { useHostRow } from '../components/host-row.tsx';
import { Facts, Section } from '../components/panel.tsx';
import { SilenceNote } from '../components/silence.tsx';
import { SessionBadge } from '../components/status.tsx';
import { archiveSessions, resumeSessions, stopSessions } from '../lib/acts.ts';
import { useMayAct } from '../lib/client.ts';
import { useSilence } from '../lib/hosts.ts';
import { isEnded, isLive, useRepositoryName, useTask } from '../lib/live-select.ts';
import { go, to } from '../lib/router.ts';
import { NOT_REPORTED, reported } from '../lib/reported.ts';
import s from './inspector.module.css';

export function Inspector({ session, selected }: { session: Session | undefined; selected: readonly Session[] }) {
  if (selected.length > 1) return <Many sessions={selected} />;
  if (!session) return <EmptyState>Choose a session to see its facts here.</EmptyState>;
  return <One session={session} />;
}

function Many({ sessions }: { sessions: readonly Session[] }) {
  const cost = sessions.reduce((sum, session) => sum + (session.costUsd ?? 0), 0);
  return (
    <Section title={`${sessions.length} sessions selected`}>
      <Facts
        rows={[
          ['Cost, as reported', formatMoney(cost)],
          ['Tokens out', formatCount(sessions.reduce((sum, session) => sum + session.outputTokens, 0))],
          ['Working time', formatDuration(sessions.reduce((sum, session) => sum + session.activeMs, 0))],
        ]}
      />
      <div className={s.acts}>
        <Acts sessions={sessions} />
      </div>
    </Section>
  );
}

function Acts({ sessions }: { sessions: readonly Session[] }) {
  const going = sessions.some((session) => isLive(session) || session.status === 'queued');
  const ended = sessions.some(isEnded);
  if (!useMayAct()) return <ViewerNote does="steers sessions" />;
  return (
    <>
      {ended && (
        <Button keys="r" onPress={() => void resumeSessions(sessions.filter(isEnded))}>
          Resume
        </Button>
      )}
      {going && (
        <Button look="danger" keys="s" onPress={() => void stopSessions(sessions)}>
          Stop
        </Button>
      )}
      {ended && (
        <Button keys="e" onPress={() => void archiveSessions(sessions)}>
          Archive
        </Button>
      )}
    </>
  );
}

function One({ session }: { session: Session }) {
  const repository = useRepositoryName(session.repositoryId);
  const hostRow = useHostRow(session);
  const silence = useSilence(session);
  const task = useTask(session.taskId);
  const limit = session.limits.maxUsd === undefined ? '' : ` of ${formatMoney(session.limits.maxUsd)}`;
  const turns = session.limits.maxTurns === undefined ? '' : ` of ${session.limits.maxTurns}`;
  const tokens = [session.inputTokens, session.cacheReadTokens, session.outputTokens].map(formatCount).join(', ');
  return (
    <>
      <Section title={session.title} actions={<SessionBadge status={session.status} />}>
        {silence !== null && <SilenceNote session={session} silence={silence} link />}
        {session.statusText !== '' && (
          <p className={s.why}>
            {session.statusText} {session.statusCode !== '' && <code>{session.statusCode}</code>}
          </p>
        )}
        <div className={s.acts}>
          <Button look="primary" keys="Enter" onPress={() => go(to.session(session.id))}>
            Open
          </Button>
          {session.changeId !== null && <Button onPress={() => go(to.change(session.changeId ?? ''))}>Read change</Button>}
          <Acts sessions={[session]} />
        </div>
      </Section>
      <Section title="Facts">
        <Facts
          rows={[
            ['Repository', repository],
            ['Agent', [agentLabel(session.agent), session.agent.model].filter(Boolean).join(', ')],
            ...hostRow,
            ['Branch', session.branch ?? 'none'],
            ['Working time', <Duration key="time" ms={session.activeMs} since={session.activeSince} />],
            ['Waited for you', <Duration key="waited" ms={session.blockedMs} since={session.blockedSince} />],
            ['Cost', session.costUsd === null ? NOT_REPORTED : `${formatMoney(session.costUsd)}${limit}`],
            ['Turns', reported(session, `${session.turns}${turns}`)],
            ['Tokens in, cached, out', reported(session, tokens)],
            ['Context', context(session)],
            ['Memory, process tree', session.rssBytes === null ? 'not measured' : formatBytes(session.rssBytes)],
            ['Last event', session.lastEventAt === null ? 'none yet' : <Time key="last" at={session.lastEventAt} />],
            ['Created', <Time key="created" at={session.createdAt} />],
          ]}
        />
      </Section>
      {task && (
        <Section
          title="Task"
          note={
            task.plan.nodes.length > 1 ? `step ${1 + task.plan.nodes.findIndex((node) => node.id === session.nodeId)} of ${task.plan.nodes.length}` : undefined
          }
        >
          <p className={s.text}>{task.text}</p>
          {task.acceptance !== '' && <p className={s.text}>Done when: {task.acceptance}</p>}
        </Section>
      )}
    </>
  );
}

function context(session: Session): string {
  if (session.contextTokens === null) return NOT_REPORTED;
  if (session.contextWindow === null) return formatCount(session.contextTokens);
  return `${Math.round((session.contextTokens / session.contextWindow) * 100)} % of ${formatCount(session.contextWindow)}`;
}
