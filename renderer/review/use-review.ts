/** One change with its checks. The row comes live; files of decided changes and checks are asked for, again while a check runs. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Change, CheckRun } from '#shared/domain/change.ts';
import { client } from '../lib/client.ts';
import { useChange } from '../lib/live-select.ts';

/** Wait between two looks at a running check, milliseconds. */
const LOOK_AGAIN = 1000;

export type Review = { change: Change | undefined; checks: readonly CheckRun[]; error: unknown; again: () => Promise<unknown> };

export function useReview(id: string | null): Review {
  const live = useChange(id);
  const asked = useQuery({
    queryKey: ['review', id, live?.rev ?? 0],
    queryFn: () => client.review.get({ id: id ?? '' }),
    enabled: id !== null,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.checks.some((check) => check.status === 'running') ? LOOK_AGAIN : false),
  });
  const data = asked.data?.change.id === id ? asked.data : undefined;
  // The stream's row is newer, but leaves out the files of decided changes.
  const change = live && data && live.files.length === 0 ? { ...live, files: data.change.files } : (live ?? data?.change);
  return { change, checks: data?.checks ?? [], error: asked.error, again: asked.refetch };
}
