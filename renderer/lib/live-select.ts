/** Selectors over the live rows. Lists are built once per change of their rows, however many components read them. */
import type { Alert, Severity } from '#shared/domain/alert.ts';
import type { Change } from '#shared/domain/change.ts';
import type { Repository } from '#shared/domain/repository.ts';
import type { Permission, Session, Task } from '#shared/domain/session.ts';
import { useLive, type LiveState } from './live.ts';

type Rows<T> = ReadonlyMap<string, T>;

/** A selector whose list is built again only when its rows are another map. */
function derived<T, O>(rowsOf: (state: LiveState) => Rows<T>, make: (rows: readonly T[]) => O): (state: LiveState) => O {
  let last: { rows: Rows<T>; output: O } | null = null;
  return (state) => {
    const rows = rowsOf(state);
    if (last?.rows === rows) return last.output;
    last = { rows, output: make([...rows.values()]) };
    return last.output;
  };
}

const newest = (a: Session, b: Session): number => b.createdAt - a.createdAt;

const sessions = derived(
  (s) => s.sessions,
  (rows) => rows.toSorted(newest),
);
const running = derived(
  (s) => s.sessions,
  (rows) => rows.filter((row) => isLive(row)).sort((a, b) => (a.startedAt ?? a.createdAt) - (b.startedAt ?? b.createdAt)),
);
const repositories = derived(
  (s) => s.repositories,
  (rows) => rows.toSorted((a, b) => a.name.localeCompare(b.name)),
);
const waitingPermissions = derived(
  (s) => s.permissions,
  (rows) => rows.filter((row) => row.status === 'waiting').sort((a, b) => a.askedAt - b.askedAt),
);
const answeredPermissions = derived(
  (s) => s.permissions,
  (rows) => rows.filter((row) => row.status !== 'waiting').sort((a, b) => (b.answeredAt ?? b.askedAt) - (a.answeredAt ?? a.askedAt)),
);
const waitingChanges = derived(
  (s) => s.changes,
  (rows) => rows.filter(isUndecided).sort((a, b) => a.createdAt - b.createdAt),
);
const decidedChanges = derived(
  (s) => s.changes,
  (rows) => rows.filter((row) => !isUndecided(row)).sort((a, b) => (b.decidedAt ?? b.createdAt) - (a.decidedAt ?? a.createdAt)),
);
const firingAlerts = derived(
  (s) => s.alerts,
  (rows) => rows.filter(isUnseen).sort((a, b) => severe(b) - severe(a) || a.startedAt - b.startedAt),
);

// Not read off the schema: that would bring zod into what every page loads first.
const severities: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };
const severe = (alert: Alert): number => severities[alert.severity];

/** A process exists or is about to. */
export const isLive = (session: Session): boolean => session.status === 'starting' || session.status === 'running' || session.status === 'waiting';
/** Nothing runs and nothing will run by itself. */
export const isEnded = (session: Session): boolean => !isLive(session) && session.status !== 'queued';
/** A person has to decide it. */
export const isUndecided = (change: Change): boolean => change.status === 'waiting' || change.status === 'conflicted';

/** It fires, and nobody said yet that they know. */
export const isUnseen = (alert: Alert): boolean => alert.endedAt === null && alert.acknowledgedBy === null && !alert.test;

export const useSessions = (): readonly Session[] => useLive(sessions);
export const useRunning = (): readonly Session[] => useLive(running);
export const useRepositories = (): readonly Repository[] => useLive(repositories);
export const useWaitingPermissions = (): readonly Permission[] => useLive(waitingPermissions);
export const useAnsweredPermissions = (): readonly Permission[] => useLive(answeredPermissions);
export const useWaitingChanges = (): readonly Change[] => useLive(waitingChanges);
export const useDecidedChanges = (): readonly Change[] => useLive(decidedChanges);
/** Alerts that fire and that nobody acknowledged, the most severe first. */
export const useFiringAlerts = (): readonly Alert[] => useLive(firingAlerts);

export const useSession = (id: string | null | undefined): Session | undefined => useLive((s) => (id ? s.sessions.get(id) : undefined));
export const useTask = (id: string | null | undefined): Task | undefined => useLive((s) => (id ? s.tasks.get(id) : undefined));
export const useChange = (id: string | null | undefined): Change | undefined => useLive((s) => (id ? s.changes.get(id) : undefined));
export const useRepository = (id: string | null | undefined): Repository | undefined => useLive((s) => (id ? s.repositories.get(id) : undefined));
export const useRepositoryName = (id: string | null | undefined): string => useLive((s) => (id ? (s.repositories.get(id)?.name ?? '') : ''));
