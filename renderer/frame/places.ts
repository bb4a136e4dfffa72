/** The rooms of the app: their names, keys, icons and addresses. Rail, keys and palette read this one list. */
import { Bot, Cable, ChartColumn, FileText, FolderGit2, Inbox, LayoutDashboard, Settings2, SquareCheck, Stethoscope, type LucideIcon } from 'lucide-react';
import { to } from '../lib/router.ts';

export type Place = {
  readonly id: string;
  readonly name: string;
  readonly to: string;
  readonly keys: string;
  readonly icon: LucideIcon;
  readonly group: 'work' | 'insight' | 'fleet' | 'setup';
};

export const places: readonly Place[] = [
  { id: 'overview', name: 'Overview', to: to.overview, keys: 'g o', icon: LayoutDashboard, group: 'work' },
  { id: 'inbox', name: 'Inbox', to: to.inbox, keys: 'g i', icon: Inbox, group: 'work' },
  { id: 'agents', name: 'Agents', to: to.agents, keys: 'g a', icon: Bot, group: 'work' },
  { id: 'review', name: 'Review', to: to.review, keys: 'g r', icon: SquareCheck, group: 'work' },
  { id: 'analytics', name: 'Analytics', to: to.analytics, keys: 'g y', icon: ChartColumn, group: 'insight' },
  { id: 'reports', name: 'Reports', to: to.reports, keys: 'g p', icon: FileText, group: 'insight' },
  { id: 'connections', name: 'Connections', to: to.connections, keys: 'g c', icon: Cable, group: 'fleet' },
  { id: 'repositories', name: 'Repositories', to: to.repositories, keys: 'g s', icon: FolderGit2, group: 'setup' },
  { id: 'settings', name: 'Settings', to: to.settings, keys: 'g ,', icon: Settings2, group: 'setup' },
  { id: 'diagnostics', name: 'Diagnostics', to: to.diagnostics, keys: 'g d', icon: Stethoscope, group: 'setup' },
];

/** Whether an address lies in a place. */
export const isIn = (place: Place, address: string): boolean =>
  place.to === '/' ? address === '/' : address === place.to || address.startsWith(`${place.to}/`);
