/** What needs me, what is running, is it getting better or worse: in this order, on one screen. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ErrorState } from '../components/feedback.tsx';
import { Screen } from '../frame/screen.tsx';
import { client } from '../lib/client.ts';
import { useLive } from '../lib/live.ts';
import { go, isAt, to } from '../lib/router.ts';
import { Figures } from './figures.tsx';
import { NeedsYou } from './needs-you.tsx';
import { Running } from './running.tsx';
import { TimelinePanel } from './timeline.tsx';
import s from './overview.module.css';

/** The figures move with decisions and time; asking more often shows nothing new. Milliseconds. */
const REFRESH = 30_000;

export default function OverviewView() {
  const firstRun = useLive((live) => live.ready && live.repositories.size === 0 && live.sessions.size === 0);
  useEffect(() => {
    // Somebody may be on the way elsewhere already, by a notification for instance: that is not undone.
    if (firstRun && isAt(to.overview)) go(to.welcome, { replace: true });
  }, [firstRun]);
  const decided = useLive((live) => live.changes);
  const { data, error, refetch } = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => client.insight.overview({}, { signal }),
    refetchInterval: REFRESH,
  });
  useEffect(() => {
    void refetch();
  }, [decided, refetch]);

  return (
    <Screen crumbs={[{ label: 'Overview', here: true }, { label: 'All repositories' }]}>
      <div className={s.grid}>
        <div className={s.halves}>
          <NeedsYou />
          <Running />
        </div>
        {error && !data ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <>
            <Figures figures={data?.figures} />
            <TimelinePanel timeline={data?.timeline} />
          </>
        )}
      </div>
    </Screen>
  );
}
