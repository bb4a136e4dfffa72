/** One inbox of permission requests over all sessions: waiting ones first, oldest on top; answered ones below, with who and when. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { Permission } from '#shared/domain/session.ts';
import { ActTitle } from '../components/act-title.tsx';
import { Time } from '../components/amounts.tsx';
import { EmptyState, Skeleton } from '../components/feedback.tsx';
import { Cell, List } from '../components/list.tsx';
import { StatusDot } from '../components/status.tsx';
import { useCursor } from '../components/use-cursor.ts';
import { Screen } from '../frame/screen.tsx';
import { useAnsweredPermissions, useRepositoryName, useWaitingPermissions } from '../lib/live-select.ts';
import { client } from '../lib/client.ts';
import { adopt, useLive } from '../lib/live.ts';
import { go, to } from '../lib/router.ts';
import { outcomeWords, Request } from './request.tsx';
import s from './inbox.module.css';

/** Answered requests kept in sight. */
const MOST_ANSWERED = 100;
const idOf = (permission: Permission): string => permission.id;

export default function InboxView() {
  const ready = useLive((live) => live.ready);
  const waiting = useWaitingPermissions();
  const answered = useAnsweredPermissions();
  // The stream brings what is answered from now on; what was answered before comes by its list.
  const { data: past } = useQuery({
    queryKey: ['permissions', 'answered'],
    queryFn: ({ signal }) => client.permissions.list({ waiting: false, limit: MOST_ANSWERED }, { signal }),
    staleTime: 0,
  });
  useEffect(() => {
    if (past && ready) adopt({ permissions: past.permissions });
  }, [past, ready]);
  const rows = useMemo(() => [...waiting, ...answered.slice(0, MOST_ANSWERED)], [waiting, answered]);
  const ids = useMemo(() => rows.map(idOf), [rows]);
  // A request that is answered moves down among the answered; the cursor stays with the waiting ones, where the next one is.
  const [chosen, setChosen] = useState<{ id: string; waiting: boolean } | null>(null);
  const cursor = useCursor(ids, null, (id) => setChosen({ id, waiting: waiting.some((one) => one.id === id) }));
  const left = chosen?.waiting === true && !waiting.some((one) => one.id === chosen.id);
  const next = waiting[0];
  useEffect(() => {
    if (left && next) cursor.to(next.id);
  });
  const active = rows.find((row) => row.id === cursor.active);

  return (
    <Screen crumbs={[{ label: 'Inbox' }]} meta={waiting.length > 0 ? <span>{waiting.length} waiting</span> : undefined} padded={false}>
      {!ready ? (
        <Skeleton rows={6} />
      ) : rows.length === 0 ? (
        <EmptyState>No agent asks for anything. When one wants to do what its rules do not allow, it waits here.</EmptyState>
      ) : (
        <div className={s.split}>
          <div className={s.rows}>
            {waiting.length === 0 && <p className={s.quiet}>Nothing waits for you.</p>}
            <List
              label="Permission requests"
              scope="Inbox"
              items={rows}
              idOf={idOf}
              cursor={cursor}
              main
              groupOf={(row, before) =>
                row.status === 'waiting'
                  ? before === undefined
                    ? 'Waiting, oldest first'
                    : null
                  : before === undefined || before.status === 'waiting'
                    ? 'Answered'
                    : null
              }
              onOpen={(permission) => cursor.active === permission.id && permission.status !== 'waiting' && go(to.session(permission.sessionId))}
            >
              {(permission) => <Row permission={permission} />}
            </List>
          </div>
          <div className={s.subject}>{active && <Request permission={active} />}</div>
        </div>
      )}
    </Screen>
  );
}

function Row({ permission }: { permission: Permission }) {
  const repository = useRepositoryName(permission.repositoryId);
  const { word, tone } = outcomeWords[permission.status];
  const note = [repository, permission.sessionTitle].filter(Boolean).join(', ');
  return (
    <>
      <Cell width={8}>
        <StatusDot tone={tone} word={word} hideWord />
      </Cell>
      <div role="gridcell" className={s.cell}>
        <span className={s.title} title={permission.title}>
          <ActTitle title={permission.title} />
        </span>
        <span className={s.place}>
          {permission.status === 'waiting'
            ? [permission.questions.length > 0 && 'Question', note].filter(Boolean).join(', ')
            : [word, permission.answeredBy && `by ${permission.answeredBy}`, note].filter(Boolean).join(', ')}
        </span>
      </div>
      <Cell end dim>
        <Time at={permission.answeredAt ?? permission.askedAt} ago={false} />
      </Cell>
    </>
  );
}
