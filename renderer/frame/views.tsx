/** The views, each loaded when it is first shown. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { patterns } from '../lib/router.ts';

type View = LazyExoticComponent<ComponentType>;

const OverviewView = lazy(() => import('../overview/index.tsx'));
const InboxView = lazy(() => import('../inbox/index.tsx'));
const AgentsView = lazy(() => import('../agents/index.tsx'));
const WelcomeView = lazy(() => import('../welcome/index.tsx'));
const SessionView = lazy(() => import('../session/index.tsx'));
const ReviewView = lazy(() => import('../review/index.tsx'));
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
