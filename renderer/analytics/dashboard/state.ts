/**
 * The dashboards of the page: what the core keeps, which one is shown, and its changes step by step.
 *
 *   loaded ─► shown ─► changed (at once on the page) ─► saved (0.6 s after the last change) ─► shown
 *                                                        └─refused─► said; the change stays until it is saved or taken back
 */
import { create } from 'zustand';
import type { Dashboard, Tile } from '#shared/domain/dashboard.ts';
import type { Filter } from '#shared/domain/query.ts';
import { client } from '../../lib/client.ts';
import { recall, remember } from '../../lib/prefs.ts';
import { attempt } from '../../lib/toasts.ts';
import type { Draft } from '../model/files.ts';
import { back, begin, forth, push, type History } from '../model/history.ts';

type State = {
  /** Null before the core answered. */
  readonly dashboards: readonly Dashboard[] | null;
  readonly error: unknown;
  /** Versions of each dashboard on this page, by its id. */
  readonly histories: ReadonlyMap<string, History<Draft>>;
  /** Filters over all tiles of this page. They belong to the looking, not to the dashboard. */
  readonly filters: readonly Filter[];
  readonly editing: boolean;
  /** The tile keys act on. */
  readonly tile: string | null;
  /** Tiles whose table is shown in place of the chart. */
  readonly tables: ReadonlySet<string>;
};

export const useDashboards = create<State>(() => ({
  dashboards: null,
  error: null,
  histories: new Map(),
  filters: [],
  editing: false,
  tile: null,
  tables: new Set(),
}));

const LAST = 'analytics.dashboard';
const SAVE_AFTER = 600;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

export const draftOf = ({ id, name, range, compare, tiles }: Dashboard | Draft): Draft => ({ id, name, range, compare, tiles });

export async function loadDashboards(): Promise<void> {
  try {
    const { dashboards } = await client.analytics.dashboards({});
    useDashboards.setState({ dashboards, error: null });
  } catch (error) {
    useDashboards.setState({ error });
  }
}

/** The dashboard as it is on this page, changes included. */
export const shownOf = (state: State, id: string | undefined): Draft | undefined => {
  const wanted = id ?? recall(LAST) ?? undefined;
  const found = state.dashboards?.find((one) => one.id === wanted) ?? state.dashboards?.[0];
  return found && (state.histories.get(found.id)?.now ?? found);
};

export const noteShown = (id: string): void => remember(LAST, id);

/** Changes a dashboard; the change can be taken back with `undo`. */
export function change(id: string, to: (draft: Draft) => Draft): void {
  const state = useDashboards.getState();
  const kept = state.dashboards?.find((one) => one.id === id);
  if (!kept) return;
  const history = state.histories.get(id) ?? begin(draftOf(kept));
  const next = to(history.now);
  if (JSON.stringify(next) === JSON.stringify(history.now)) return;
  put(id, push(history, next));
}

export const changeTiles = (id: string, to: (tiles: readonly Tile[]) => Tile[]): void => change(id, (draft) => ({ ...draft, tiles: to(draft.tiles) }));

/** @returns whether there was a step to take back */
export function undo(id: string): boolean {
  const history = useDashboards.getState().histories.get(id);
  if (!history || history.past.length === 0) return false;
  put(id, back(history));
  return true;
}

export function redo(id: string): void {
  const history = useDashboards.getState().histories.get(id);
  if (history && history.future.length > 0) put(id, forth(history));
}

function put(id: string, history: History<Draft>): void {
  useDashboards.setState(({ histories }) => ({ histories: new Map(histories).set(id, history) }));
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => void save(id), SAVE_AFTER),
  );
}

async function save(id: string): Promise<void> {
  timers.delete(id);
  const draft = useDashboards.getState().histories.get(id)?.now;
  if (!draft) return;
  const saved = await attempt(() => client.analytics.saveDashboard(draft));
  if (saved) adopt(saved);
}

function adopt(saved: Dashboard): void {
  useDashboards.setState(({ dashboards }) => {
    const before = dashboards ?? [];
    return { dashboards: before.some((one) => one.id === saved.id) ? before.map((one) => (one.id === saved.id ? saved : one)) : [...before, saved] };
  });
}

/** Keeps a new dashboard. @returns it, or undefined when the core refused (and that was said) */
export async function add(draft: Draft): Promise<Dashboard | undefined> {
  const saved = await attempt(() => client.analytics.saveDashboard(draft));
  if (saved) adopt(saved);
  return saved;
}

/** Removes a dashboard. @returns whether it was removed */
export async function remove(id: string): Promise<boolean> {
  clearTimeout(timers.get(id));
  const done = await attempt(() => client.analytics.removeDashboard({ id }));
  if (!done) return false;
  useDashboards.setState(({ dashboards, histories }) => {
    const left = new Map(histories);
    left.delete(id);
    return { dashboards: dashboards?.filter((one) => one.id !== id) ?? null, histories: left };
  });
  return true;
}

export const setFilters = (filters: readonly Filter[]): void => useDashboards.setState({ filters });
export const chooseTile = (tile: string | null): void => useDashboards.setState({ tile });
export const toggleTable = (id: string): void =>
  useDashboards.setState(({ tables }) => {
    const next = new Set(tables);
    if (!next.delete(id)) next.add(id);
    return { tables: next };
  });
