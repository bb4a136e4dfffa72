/** The screen of one series: the chart in the middle, its trend at the side. */
import { useMemo, useState } from 'react';
import { EmptyState } from '../../components/feedback.tsx';
import { Screen } from '../../frame/screen.tsx';
import { coreNow } from '../../lib/clock.ts';
import { to } from '../../lib/router.ts';
import { queryTitle, type Metrics } from '../model/asked.ts';
import { seriesOf } from './place.ts';
import { AgainstPicker } from './against.tsx';
import { askedAgainst, type Against } from './asked-against.ts';
import { SeriesView, trendQuery, useTrend } from './series-view.tsx';
import { TrendSide } from './trend-side.tsx';

export function SeriesScreen({ place, metrics }: { place: string; metrics: Metrics }) {
  const asked = useMemo(() => seriesOf(place), [place]);
  const [at, setAt] = useState(0);
  const [group, setGroup] = useState<string | null>(null);
  const query = useMemo(() => trendQuery(asked, at, group), [asked, at, group]);
  const [against, setAgainst] = useState<Against>({ with: 'week' });
  const compared = useMemo(() => (query ? askedAgainst(query, against, coreNow()) : null), [query, against]);
  // Compared with before a moment, what is compared begins there and not where the chart does: another question.
  const apart = against.with === 'moment';
  const baseline = compared?.baseline ?? null;
  const { trend, error } = useTrend(query, apart ? null : baseline);
  const since = useTrend(apart ? (compared?.query ?? null) : null, baseline);
  const regression = (apart ? since.trend : trend)?.regression;
  const picker = query && <AgainstPicker against={against} range={query.range} onChange={setAgainst} />;
  const entry = query ? metrics.get(query.metric) : undefined;
  const title = asked && query ? (asked.queries.length > 1 ? `${asked.title}: ${queryTitle(query, metrics)}` : asked.title) : 'Series';
  return (
    <Screen
      crumbs={[{ label: 'Analytics', to: asked?.from === undefined ? to.analytics : to.dashboard(asked.from) }, { label: title }]}
      {...(asked
        ? {
            side: (
              <TrendSide
                trend={trend}
                error={error ?? since.error}
                regression={regression}
                picker={picker}
                unit={entry?.unit ?? 'count'}
                formula={entry?.formula ?? null}
              />
            ),
          }
        : {})}
      sideLabel="Trend"
      sideWidth="narrow"
      padded={false}
    >
      {asked ? (
        <SeriesView asked={asked} metrics={metrics} at={at} onAt={setAt} group={group} onGroup={setGroup} trend={trend} />
      ) : (
        <EmptyState>This address names no series; open one from a dashboard.</EmptyState>
      )}
    </Screen>
  );
}
