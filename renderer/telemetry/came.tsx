/** What sessions outside the app sent to a host in the last hour, and what became of it. */
import { useQuery } from '@tanstack/react-query';
import { formatCount, plural } from '#shared/lib/format.ts';
import type { Query } from '#shared/domain/query.ts';
import { ErrorState, Skeleton } from '../components/feedback.tsx';
import { Facts, Section } from '../components/panel.tsx';
import { StatusDot } from '../components/status.tsx';
import { client } from '../lib/client.ts';
import { CallFault } from '../lib/faults.ts';
import { outcomesOf } from './outcomes.ts';
import s from './outside.module.css';

const HOUR = 3_600_000;
const REFRESH_MS = 3000;

export function Came({ hostId }: { hostId: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['telemetry.came', hostId],
    queryFn: async ({ signal }) => {
      const query: Query = {
        metric: 'telemetry_points',
        where: [{ tag: 'host', op: 'is', values: [hostId] }],
        by: ['outcome'],
        range: { kind: 'last', ms: HOUR },
        points: 0,
        limit: 50,
      };
      const [answered] = (await client.analytics.query({ queries: [query] }, { signal })).answers;
      if (!answered) throw new Error('There was no answer.');
      if (!answered.ok) throw new CallFault(answered.fault);
      return outcomesOf(answered.answer);
    },
    refetchInterval: REFRESH_MS,
    gcTime: 0,
  });
  return (
    <Section title="Received" note="in the last hour">
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : !data ? <Skeleton rows={1} /> : <Counts {...data} />}
    </Section>
  );
}

function Counts({ taken, known, refused }: ReturnType<typeof outcomesOf>) {
  if (taken === 0 && known.length === 0 && refused.length === 0) {
    return <p className={s.dim}>Nothing received yet. Claude Code sends what is new every minute; a session that is open has to be started again.</p>;
  }
  const lost = refused.reduce((sum, [, n]) => sum + n, 0);
  return (
    <div className={s.came} role="status">
      <StatusDot tone={lost > 0 ? 'wait' : 'ok'} word={`${plural(taken, 'point')} taken${lost > 0 ? `, ${formatCount(lost)} refused` : ', none refused'}`} />
      {(known.length > 0 || lost > 0) && (
        <Facts
          rows={[
            ...known.map(([why, n]) => [`Left out: ${why}`, formatCount(n)] as const),
            ...refused.map(([why, n]) => [`Refused: ${why}`, formatCount(n)] as const),
          ]}
        />
      )}
    </div>
  );
}
