/** Made reports and schedules, asked again now and then: a schedule may make one while they are shown. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from '../lib/client.ts';

const REFRESH_MS = 15_000;

export function useReports() {
  const queries = useQueryClient();
  const { data, error } = useQuery({ queryKey: ['reports'], queryFn: ({ signal }) => client.reports.list({}, { signal }), refetchInterval: REFRESH_MS });
  return { data, error, refresh: () => void queries.invalidateQueries({ queryKey: ['reports'] }) };
}
