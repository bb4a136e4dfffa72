/** Analytics: dashboards that live, a series close up, two sessions side by side, a series of one's own, alerts. */
import { newId } from '#shared/lib/id.ts';
import { useEffect } from 'react';
import { Button } from '../components/button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../components/feedback.tsx';
import { Tabs } from '../components/tabs.tsx';
import { openDialog } from '../frame/dialogs.ts';
import { FindButton, NewTaskButton } from '../frame/top-acts.tsx';
import { Screen, type Crumb } from '../frame/screen.tsx';
import { useMayAct } from '../lib/client.ts';
import { useKeys } from '../lib/keys.ts';
import { go, to, useParams } from '../lib/router.ts';
import { Alerts } from './alerts/alerts.tsx';
import { CompareSessions } from './compare/compare.tsx';
import { DashboardView } from './dashboard/dashboard.tsx';
import { add, loadDashboards, noteShown, shownOf, useDashboards } from './dashboard/state.ts';
import { SeriesScreen } from './drill/series-screen.tsx';
import { useCatalogue } from './live/catalogue.ts';
import type { Metrics } from './model/asked.ts';
import { OwnSeries } from './own/own-series.tsx';
import s from './analytics.module.css';

const room: Crumb = { label: 'Analytics', to: to.analytics };
const parts = [
  { id: 'dashboards', label: 'Dashboards', crumb: null },
  { id: 'sessions', label: 'Compare sessions', crumb: 'Compare sessions' },
  { id: 'own', label: 'Own series', crumb: 'Own series' },
  { id: 'alerts', label: 'Alerts', crumb: 'Alerts' },
] as const;
type Part = (typeof parts)[number]['id'];

const openOutside = (): void => openDialog({ kind: 'outside' });
const placeOf = (part: string): string => (part === 'dashboards' ? to.analytics : to.analyticsPart(part));

export default function AnalyticsView() {
  const { part, id } = useParams<{ part?: string; id?: string }>();
  const { metrics, ready, error, retry } = useCatalogue();
  useEffect(() => void loadDashboards(), []);
  if (part === 'series') {
    return ready ? <SeriesScreen place={id ?? ''} metrics={metrics} /> : <Waiting error={error} retry={retry} />;
  }
  const here: Part = parts.find((one) => one.id === part)?.id ?? 'dashboards';
  return ready ? <Parts here={here} id={id} metrics={metrics} /> : <Waiting error={error} retry={retry} />;
}

function Waiting({ error, retry }: { error: unknown; retry: () => void }) {
  return <Screen crumbs={[{ label: 'Analytics' }]}>{error ? <ErrorState error={error} onRetry={retry} /> : <Skeleton rows={8} />}</Screen>;
}

function Parts({ here, id, metrics }: { here: Part; id: string | undefined; metrics: Metrics }) {
  const dashboard = useDashboards((state) => shownOf(state, here === 'dashboards' ? id : undefined));
  const crumb = parts.find((one) => one.id === here)?.crumb ?? null;
  const mayAct = useMayAct();
  useKeys('Analytics', [
    ...parts.map(({ id: part, label }, at) => ({ keys: String(at + 1), label: `Show ${label.toLowerCase()}`, run: () => go(placeOf(part)) })),
    { keys: 'Shift+o', label: 'Count sessions outside the app', run: openOutside, enabled: mayAct },
  ]);
  return (
    <Screen
      crumbs={crumb === null ? [{ label: 'Analytics' }] : [room, { label: crumb }]}
      meta={here === 'dashboards' && dashboard ? dashboard.name : undefined}
      actions={
        <>
          {mayAct && (
            <Button keys="Shift+o" onPress={openOutside}>
              Outside sessions…
            </Button>
          )}
          <FindButton />
          <NewTaskButton />
        </>
      }
      padded={false}
    >
      <Tabs
        label="Parts of Analytics"
        className={s.room}
        selected={here}
        onSelect={(part) => part !== here && go(placeOf(part))}
        tabs={[
          { id: 'dashboards', label: 'Dashboards', content: <Dashboards id={id} metrics={metrics} /> },
          { id: 'sessions', label: 'Compare sessions', content: <CompareSessions metrics={metrics} pair={here === 'sessions' ? id : undefined} /> },
          { id: 'own', label: 'Own series', content: <OwnSeries /> },
          { id: 'alerts', label: 'Alerts', content: <Alerts metrics={metrics} alert={here === 'alerts' ? id : undefined} /> },
        ]}
      />
    </Screen>
  );
}

function Dashboards({ id, metrics }: { id: string | undefined; metrics: Metrics }) {
  const dashboards = useDashboards((state) => state.dashboards);
  const error = useDashboards((state) => state.error);
  const shown = useDashboards((state) => shownOf(state, id));
  useEffect(() => {
    if (shown && id === shown.id) noteShown(shown.id);
  }, [shown, id]);
  if (error !== null && dashboards === null) return <ErrorState error={error} onRetry={() => void loadDashboards()} />;
  if (dashboards === null) return <Skeleton rows={8} />;
  if (!shown) return <NoDashboards />;
  return <DashboardView key={shown.id} dashboard={shown} metrics={metrics} />;
}

/** Somebody removed them all, with the command line or another page. */
function NoDashboards() {
  const mayAct = useMayAct();
  const make = (): void => void add({ id: newId('dash'), name: 'Dashboard', range: { kind: 'last', ms: 86_400_000 }, compare: null, tiles: [] });
  return (
    <EmptyState
      action={
        mayAct && (
          <Button look="primary" onPress={make}>
            Make dashboard
          </Button>
        )
      }
    >
      There is no dashboard.
    </EmptyState>
  );
}
