/** The screen of one series: the chart in the middle, its trend at the side. */
import { useMemo, useState } from 'react';
import { EmptyState } from '../../components/feedback.tsx';
import { Screen } from '../../frame/screen.tsx';
import { to } from '../../lib/router.ts';
import { queryTitle, type Metrics } from '../model/asked.ts';
import { seriesOf } from './place.ts';
import { baselineOf, SeriesView, trendQuery, useTrend } from './series-view.tsx';
import { TrendSide } from './trend-side.tsx';

export function SeriesScreen({ place, metrics }: { place: string; metrics: Metrics }) {
  const asked = useMemo(() => seriesOf(place), [place]);
  const [at, setAt] = useState(0);
  const [group, setGroup] = useState<string | null>(null);
  const query = useMemo(() => trendQuery(asked, at, group), [asked, at, group]);
  const range = query?.range;
  const baseline = useMemo(() => (range ? baselineOf(range) : null), [range]);
  const { trend, error } = useTrend(query, baseline);
  const entry = query ? metrics.get(query.metric) : undefined;
  const title = asked && query ? (asked.queries.length > 1 ? `${asked.title}: ${queryTitle(query, metrics)}` : asked.title) : 'Series';
  return (
    <Screen
      crumbs={[{ label: 'Analytics', to: asked?.from === undefined ? to.analytics : to.dashboard(asked.from) }, { label: title }]}
      {...(asked ? { side: <TrendSide trend={trend} error={error} unit={entry?.unit ?? 'count'} formula={entry?.formula ?? null} /> } : {})}
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
