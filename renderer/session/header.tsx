/** The top line of a session: what it is, what it has cost, and the acts that steer it. */
import { Archive, ArchiveRestore, Copy, Download, Ellipsis } from 'lucide-react';
import type { Session, Task } from '#shared/domain/session.ts';
import { agentLabel } from '#shared/domain/agent.ts';
import { formatDuration, formatMoney } from '#shared/lib/format.ts';
import { Duration, Money } from '../components/amounts.tsx';
import { Button, IconButton } from '../components/button.tsx';
import { Menu, type MenuAct } from '../components/menu.tsx';
import { SilenceNote } from '../components/silence.tsx';
import { SessionBadge } from '../components/status.tsx';
import { useMayAct } from '../lib/client.ts';
import { copy } from '../lib/copy.ts';
import { useHostName, useSilence } from '../lib/hosts.ts';
import { isEnded, isLive, useRepositoryName } from '../lib/live-select.ts';
import { archiveSessions, stopSessions } from '../lib/acts.ts';
import { bringBack, interrupt, resume } from './acts.ts';
import { exportTranscript } from './export.ts';
import s from './header.module.css';

export function SessionMeta({ session }: { session: Session }) {
  const repository = useRepositoryName(session.repositoryId);
  const host = useHostName(session);
  const silence = useSilence(session);
  const agent = [agentLabel(session.agent), session.agent.model].filter((part) => part !== '').join(' ');
  const about = [repository, session.branch ?? '', agent, host === '' ? '' : `on ${host}`].filter((part) => part !== '').join(', ');
  return (
    <>
      <SessionBadge status={session.status} />
      {silence !== null && <SilenceNote session={session} silence={silence} link />}
      <span className={s.about} title={about}>
        {about}
      </span>
    </>
  );
}

export function SessionActs({ session, task }: { session: Session; task: Task | undefined }) {
  const mayAct = useMayAct();
  const live = isLive(session);
  const limit = session.limits.maxUsd;
  const waited = session.blockedMs > 0 ? `Working time; it waited for you ${formatDuration(session.blockedMs)} besides` : 'Working time';
  const more: MenuAct[] = [
    { id: 'export', label: 'Export transcript (JSON lines)', icon: <Download />, run: () => void exportTranscript(session) },
    { id: 'copy', label: 'Copy session id', icon: <Copy />, run: () => void copy(session.id, 'Session id') },
    ...(!mayAct
      ? []
      : session.archivedAt === null
        ? [{ id: 'archive', label: 'Archive session', icon: <Archive />, disabled: live, run: () => void archiveSessions([session]) }]
        : [{ id: 'restore', label: 'Bring session back', icon: <ArchiveRestore />, run: () => void bringBack(session) }]),
  ];
  return (
    <>
      <span className={s.figure} title={waited}>
        <Duration ms={session.activeMs} since={session.activeSince} />
      </span>
      {(session.costUsd !== null || limit !== undefined) && (
        <span className={s.figure} title={task && task.spentUsd !== session.costUsd ? `The whole task cost ${formatMoney(task.spentUsd)} so far` : undefined}>
          {session.costUsd !== null && <Money usd={session.costUsd} />}
          {limit !== undefined && (session.costUsd === null ? `limit ${formatMoney(limit)}` : ` of ${formatMoney(limit)}`)}
        </span>
      )}
      {mayAct && live && (
        <Button keys="Escape" onPress={() => void interrupt(session)}>
          Interrupt
        </Button>
      )}
      {mayAct && (live || session.status === 'queued') && (
        <Button look="danger" onPress={() => void stopSessions([session])}>
          Stop
        </Button>
      )}
      {mayAct && isEnded(session) && (
        <Button look="primary" onPress={() => void resume(session)}>
          Resume
        </Button>
      )}
      <Menu label="More acts" acts={more}>
        <IconButton label="More acts" icon={<Ellipsis />} />
      </Menu>
    </>
  );
}
