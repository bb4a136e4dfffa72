/** The views, each loaded when it is first shown. */
import { useEffect, useState, type ComponentType } from 'react';
import { Skeleton } from '../components/feedback.tsx';
import { loadCode } from '../lib/load-code.ts';
import { patterns } from '../lib/router.ts';

type Load = () => Promise<{ default: ComponentType }>;

/**
 * Not React's `lazy`: a Suspense that has shown its fallback keeps it for 300 ms, however early the code is there, and with a view's
 * own waits that would be most of the time it takes to open.
 */
function viewOf(load: Load): ComponentType {
  let known: ComponentType | null = null;
  return function View() {
    const [state, setState] = useState<{ Loaded: ComponentType | null; error?: unknown }>(() => ({ Loaded: known }));
    useEffect(() => {
      if (known) return setState((now) => (now.Loaded ? now : { Loaded: known }));
      loadCode(load).then(
        ({ default: Loaded }) => setState({ Loaded: (known = Loaded) }),
        (error: unknown) => setState({ Loaded: null, error }),
      );
    }, []);
    // Whatever the import was refused with, the boundary above shows it as an error.
    if (state.error !== undefined) throw state.error instanceof Error ? state.error : new Error('The view could not be loaded.');
    return state.Loaded ? <state.Loaded /> : <Skeleton />;
  };
}

const session: Load = () => import('../session/index.tsx');
const review: Load = () => import('../review/index.tsx');
const OverviewView = viewOf(() => import('../overview/index.tsx'));
const InboxView = viewOf(() => import('../inbox/index.tsx'));
const AgentsView = viewOf(() => import('../agents/index.tsx'));
const WelcomeView = viewOf(() => import('../welcome/index.tsx'));
const SessionView = viewOf(session);
const ReviewView = viewOf(review);
const AnalyticsView = viewOf(() => import('../analytics/index.tsx'));
const ReportsView = viewOf(() => import('../reports/index.tsx'));
const ConnectionsView = viewOf(() => import('../connections/index.tsx'));
const RepositoriesView = viewOf(() => import('../repositories/index.tsx'));
const SettingsView = viewOf(() => import('../settings/index.tsx'));
const DiagnosticsView = viewOf(() => import('../diagnostics/index.tsx'));

export const views: readonly (readonly [pattern: string, view: ComponentType])[] = [
  [patterns.overview, OverviewView],
  [patterns.inbox, InboxView],
  [patterns.session, SessionView],
  [patterns.agents, AgentsView],
  [patterns.review, ReviewView],
  [patterns.analytics, AnalyticsView],
  [patterns.reports, ReportsView],
  [patterns.connections, ConnectionsView],
  [patterns.repositories, RepositoriesView],
  [patterns.settings, SettingsView],
  [patterns.diagnostics, DiagnosticsView],
  [patterns.welcome, WelcomeView],
];

/** Fetches the two largest views while the page has nothing else to do, so that a session opens at once. Its failure costs only that. */
export function fetchAhead(): void {
  requestIdleCallback(() => void Promise.allSettled([session(), review()]), { timeout: 5000 });
}
