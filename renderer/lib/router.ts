/** Where the person is: hash locations, the addresses of every screen, and which screen an address belongs to. */
import { useEffect } from 'react';
import { useParams } from 'wouter';
import { navigate, useHashLocation } from 'wouter/use-hash-location';

export { useHashLocation, useParams };

export const to = {
  overview: '/',
  inbox: '/inbox',
  agents: '/agents',
  /** A session, at one item of its transcript when given. */
  session: (id: string, item?: number) => `/agents/${encodeURIComponent(id)}${item === undefined ? '' : `/${item}`}`,
  review: '/review',
  change: (id: string) => `/review/${encodeURIComponent(id)}`,
  analytics: '/analytics',
  /** Another part of Analytics than its dashboards. */
  analyticsPart: (part: string, id?: string) => `/analytics/${part}${id === undefined ? '' : `/${encodeURIComponent(id)}`}`,
  dashboard: (id: string) => `/analytics/dashboards/${encodeURIComponent(id)}`,
  /** Alerts, at one of them. */
  alert: (id: string) => `/analytics/alerts/${encodeURIComponent(id)}`,
  /** One series; `asked` says what it asks. */
  series: (asked: string) => `/analytics/series/${asked}`,
  reports: '/reports',
  connections: '/connections',
  /** An agent host in Connections. */
  host: (id: string) => `/connections/hosts/${encodeURIComponent(id)}`,
  /** The load test, at one of its reports when given. */
  loadTest: (id?: string) => `/connections/load-test${id === undefined ? '' : `/${encodeURIComponent(id)}`}`,
  repositories: '/repositories',
  repository: (id: string) => `/repositories/${encodeURIComponent(id)}`,
  settings: '/settings',
  diagnostics: '/diagnostics',
  welcome: '/welcome',
} as const;

/** Patterns in the order they are tried. */
export const patterns = {
  overview: '/',
  inbox: '/inbox',
  session: '/agents/:sessionId/:item?',
  agents: '/agents',
  review: '/review/:changeId?',
  analytics: '/analytics/:part?/:id?',
  reports: '/reports',
  connections: '/connections/:part?/:id?',
  repositories: '/repositories/:id?',
  settings: '/settings/:section?',
  diagnostics: '/diagnostics',
  welcome: '/welcome',
} as const;

/** Goes to an address of the app. */
export const go = (address: string, options?: { replace?: boolean }): void => navigate(address, options);

/** Whether the address bar says so now: a component hears of a change a moment later. */
export const isAt = (address: string): boolean => (window.location.hash.slice(1) || '/') === address;

/** Href of an address for an anchor. */
export const href = (address: string): string => `#${address}`;

/** Names the window after the screen. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Automatic Claude Code' : `${title}, Automatic Claude Code`;
  }, [title]);
}
