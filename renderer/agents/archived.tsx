/** Archived sessions: kept, searchable, and back in the list by one act. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Session } from '#shared/domain/session.ts';
import { Button } from '../components/button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../components/feedback.tsx';
import { Cell, List } from '../components/list.tsx';
import { useCursor } from '../components/use-cursor.ts';
import { client, useMayAct } from '../lib/client.ts';
import { adopt } from '../lib/live.ts';
import { go, to } from '../lib/router.ts';
import { attempt, say } from '../lib/toasts.ts';
import { SessionRow } from './session-row.tsx';

const PAGE = 200;

export function Archived() {
  const mayAct = useMayAct();
  const { data, error, refetch } = useQuery({
    queryKey: ['sessions', 'archived'],
    queryFn: ({ signal }) => client.sessions.list({ archived: true, limit: PAGE }, { signal }),
    staleTime: 0,
  });
  const sessions = useMemo(() => data?.sessions ?? [], [data]);
  const cursor = useCursor(useMemo(() => sessions.map((session) => session.id), [sessions]));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={6} />;
  if (sessions.length === 0)
    return <EmptyState>Nothing is archived. E archives a session that has ended; its transcript stays here and in the search.</EmptyState>;
  const restore = async (session: Session): Promise<void> => {
    if (!(await attempt(() => client.sessions.archive({ ids: [session.id], archived: false })))) return;
    adopt({ sessions: [{ ...session, archivedAt: null }] });
    say(`"${session.title}" is back in the list.`);
    void refetch();
  };
  return (
    <List
      label="Archived sessions"
      scope="Agents"
      items={sessions}
      idOf={(session) => session.id}
      cursor={cursor}
      onOpen={(session) => go(to.session(session.id))}
      main
    >
      {(session) => (
        <>
          <SessionRow session={session} />
          <Cell>
            {mayAct && (
              <Button size="small" onPress={() => void restore(session)}>
                Bring back
              </Button>
            )}
          </Cell>
        </>
      )}
    </List>
  );
}
