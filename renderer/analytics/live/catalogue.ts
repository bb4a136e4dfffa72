/** The catalogue of metrics, and names for the ids that stand in tags. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { CatalogueEntry } from '#shared/domain/metric.ts';
import type { Range } from '#shared/domain/query.ts';
import { client } from '../../lib/client.ts';
import { useLive } from '../../lib/live.ts';
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

/** Titles of sessions, tasks and repositories by id: tags carry ids, people read names. */
export function useNames(): Readonly<Record<string, string>> {
  const repositories = useLive((live) => live.repositories);
  const tasks = useLive((live) => live.tasks);
  const sessions = useLive((live) => live.sessions);
  return useMemo(() => {
    const names: Record<string, string> = {};
    for (const one of repositories.values()) names[one.id] = one.name;
    for (const one of tasks.values()) names[one.id] = one.title;
    for (const one of sessions.values()) names[one.id] = one.title;
    return names;
  }, [repositories, tasks, sessions]);
}

/** Values a tag of a metric has in a period. */
export function useTagValues(metric: string | null, tag: string | null, range: Range): { values: readonly string[]; more: boolean; error: unknown } {
  const { data, error } = useQuery({
    queryKey: ['analytics.tagValues', metric, tag, range],
    queryFn: ({ signal }) => client.analytics.tagValues({ metric: metric ?? '', tag: tag ?? '', range }, { signal }),
    enabled: metric !== null && tag !== null,
  });
  return { values: data?.values ?? [], more: data?.more ?? false, error };
}
