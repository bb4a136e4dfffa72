/** The catalogue of metrics, and names for the ids that stand in tags. */
import { useQuery } from '@tanstack/react-query';
import type { CatalogueEntry } from '#shared/domain/metric.ts';
import type { Range } from '#shared/domain/query.ts';
import { client } from '../../lib/client.ts';
import { useLive, type LiveState } from '../../lib/live.ts';
import type { Metrics } from '../model/asked.ts';

const none: Metrics = new Map();

export function useCatalogue(): { metrics: Metrics; ready: boolean; error: unknown; retry: () => void } {
  const { data, error, refetch } = useQuery({
    queryKey: ['analytics.catalogue'],
    queryFn: async ({ signal }) =>
      new Map<string, CatalogueEntry>((await client.analytics.catalogue({}, { signal })).metrics.map((entry) => [entry.name, entry])),
    staleTime: Infinity,
  });
  return { metrics: data ?? none, ready: data !== undefined, error, retry: () => void refetch() };
}

type Names = Readonly<Record<string, string>>;

/** Rows change with every event, their titles hardly ever: the same names are the same object, so that no chart is drawn for nothing. */
function namesOf(): (live: LiveState) => Names {
  let from: (Pick<LiveState, 'repositories' | 'tasks' | 'sessions'> & { readonly hosts: string }) | null = null;
  let names: Names = {};
  return (live) => {
    const { repositories, tasks, sessions } = live;
    const hosts = hostsOf(live);
    if (from?.repositories === repositories && from.tasks === tasks && from.sessions === sessions && from.hosts === hosts) return names;
    from = { repositories, tasks, sessions, hosts };
    const next: Record<string, string> = {};
    for (const one of live.health?.hosts ?? []) next[one.id] = one.name;
    for (const one of repositories.values()) next[one.id] = one.name;
    for (const one of tasks.values()) next[one.id] = one.title;
    for (const one of sessions.values()) next[one.id] = one.title;
    const keys = Object.keys(next);
    if (keys.length !== Object.keys(names).length || keys.some((key) => next[key] !== names[key])) names = next;
    return names;
  };
}

/** Health comes every second; which hosts there are is hardly ever another. */
const hostsOf = (live: LiveState): string => (live.health?.hosts ?? []).map(({ id, name }) => `${id} ${name}`).join('\n');

const names = namesOf();

/** Names of hosts and repositories, titles of sessions and tasks by id: tags carry ids, people read names. */
export const useNames = (): Names => useLive(names);

/** Values a tag of a metric has in a period. */
export function useTagValues(metric: string | null, tag: string | null, range: Range): { values: readonly string[]; more: boolean; error: unknown } {
  const { data, error } = useQuery({
    queryKey: ['analytics.tagValues', metric, tag, range],
    queryFn: ({ signal }) => client.analytics.tagValues({ metric: metric ?? '', tag: tag ?? '', range }, { signal }),
    enabled: metric !== null && tag !== null,
  });
  return { values: data?.values ?? [], more: data?.more ?? false, error };
}
