/** Answers in components: live for what moves with the clock, asked again now and then for what lies in the past. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { Answered } from '#shared/contract/analytics.ts';
import type { Query } from '#shared/domain/query.ts';
import { client } from '../../lib/client.ts';
import { keyOf } from '../model/asked.ts';
import { answerOf, listen, type Held } from './hub.ts';
import { inOwnZone } from './own-zone.ts';

const NOTHING: readonly (Held | undefined)[] = [];

/**
 * Live answers in the order of the queries; undefined for one that has none yet.
 * @param paused true while nobody can see them: what was answered stays, nothing is asked
 */
export function useLiveAnswers(queries: readonly Query[], paused: boolean): readonly (Held | undefined)[] {
  const snapshot = useMemo(() => snapshotOf(queries.map(keyOf)), [queries]);
  const subscribe = useCallback(
    (changed: () => void) => {
      if (paused) return () => undefined;
      const ends = queries.map((query) => listen(query, changed));
      return () => ends.forEach((end) => end());
    },
    [queries, paused],
  );
  return useSyncExternalStore(subscribe, snapshot);
}

/** Reads the last answers; the same array for as long as they are the same. */
function snapshotOf(keys: readonly string[]): () => readonly (Held | undefined)[] {
  let last = NOTHING;
  return () => {
    const now = keys.map(answerOf);
    if (now.length !== last.length || now.some((one, i) => one !== last[i])) last = now;
    return last;
  };
}

/** Answers asked once and again every `refreshMs`; empty `queries` ask nothing. */
export function useAsked(queries: readonly Query[], refresh: number | false, enabled = true): { answers: readonly Answered[]; error: unknown } {
  const { data, error } = useQuery({
    queryKey: ['analytics.query', queries],
    queryFn: async ({ signal }) => (await client.analytics.query({ queries: queries.map(inOwnZone) }, { signal })).answers,
    enabled: enabled && queries.length > 0,
    refetchInterval: refresh,
    placeholderData: (before) => before,
  });
  return { answers: data ?? [], error };
}
