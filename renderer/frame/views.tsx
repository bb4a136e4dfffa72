/** The views, each loaded when it is first shown. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { patterns } from '../lib/router.ts';

type View = LazyExoticComponent<ComponentType>;

const OverviewView = lazy(() => import('../overview/index.tsx'));
const InboxView = lazy(() => import('../inbox/index.tsx'));
const AgentsView = lazy(() => import('../agents/index.tsx'));
const WelcomeView = lazy(() => import('../welcome/index.tsx'));

const others = import.meta.glob<{ default: ComponentType }>('../{session,review,repositories,settings,diagnostics}/index.tsx');
const other = (name: string): View =>
  lazy(others[`../${name}/index.tsx`] ?? (() => Promise.reject(new Error(`The view "${name}" is not part of this build.`))));

export const views: readonly (readonly [pattern: string, view: View])[] = [
  [patterns.overview, OverviewView],
  [patterns.inbox, InboxView],
  [patterns.session, other('session')],
  [patterns.agents, AgentsView],
  [patterns.review, other('review')],
  [patterns.repositories, other('repositories')],
  [patterns.settings, other('settings')],
  [patterns.diagnostics, other('diagnostics')],
  [patterns.welcome, WelcomeView],
];
