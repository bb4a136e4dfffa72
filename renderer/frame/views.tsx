/** The views, each loaded when it is first shown. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { patterns } from '../lib/router.ts';

type View = LazyExoticComponent<ComponentType>;

const OverviewView = lazy(() => import('../overview/index.tsx'));
const InboxView = lazy(() => import('../inbox/index.tsx'));
const AgentsView = lazy(() => import('../agents/index.tsx'));
const WelcomeView = lazy(() => import('../welcome/index.tsx'));
const session = () => import('../session/index.tsx');
const review = () => import('../review/index.tsx');
const SessionView = lazy(session);
const ReviewView = lazy(review);
const RepositoriesView = lazy(() => import('../repositories/index.tsx'));
const SettingsView = lazy(() => import('../settings/index.tsx'));
const DiagnosticsView = lazy(() => import('../diagnostics/index.tsx'));

export const views: readonly (readonly [pattern: string, view: View])[] = [
  [patterns.overview, OverviewView],
  [patterns.inbox, InboxView],
  [patterns.session, SessionView],
  [patterns.agents, AgentsView],
  [patterns.review, ReviewView],
  [patterns.repositories, RepositoriesView],
  [patterns.settings, SettingsView],
  [patterns.diagnostics, DiagnosticsView],
  [patterns.welcome, WelcomeView],
];

/** Fetches the two largest views while the page has nothing else to do, so that a session opens at once. Its failure costs only that. */
export function fetchAhead(): void {
  requestIdleCallback(() => void Promise.allSettled([session(), review()]), { timeout: 5000 });
}
