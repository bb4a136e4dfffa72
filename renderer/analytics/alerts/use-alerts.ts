/** Rules with their states, and channels, asked again every few seconds while they are shown. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { AlertChannel } from '#shared/domain/alert.ts';
import { client } from '../../lib/client.ts';

const REFRESH_MS = 5000;

export type Rule = Awaited<ReturnType<typeof client.analytics.rules>>['rules'][number];

export function useAlertData(): { rules: readonly Rule[] | undefined; channels: readonly AlertChannel[] | undefined; error: unknown; refresh: () => void } {
  const queries = useQueryClient();
  const rules = useQuery({
    queryKey: ['alerts', 'rules'],
    queryFn: async ({ signal }) => (await client.analytics.rules({}, { signal })).rules,
    refetchInterval: REFRESH_MS,
  });
  const channels = useQuery({ queryKey: ['alerts', 'channels'], queryFn: async ({ signal }) => (await client.analytics.channels({}, { signal })).channels });
  return {
    rules: rules.data,
    channels: channels.data,
    error: rules.error ?? channels.error,
    refresh: () => void queries.invalidateQueries({ queryKey: ['alerts'] }),
  };
}
