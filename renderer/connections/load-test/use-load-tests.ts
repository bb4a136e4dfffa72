/** The stored load tests, newest first, and the one that runs as it goes. */
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { LoadReport } from '#shared/domain/load-test.ts';
import { client } from '../../lib/client.ts';
import { readStream } from '../../lib/stream.ts';

const KEY = ['load-tests'];
const PAUSE = 1000;

export type LoadTestsState = { reports: readonly LoadReport[] | undefined; error: unknown; again: () => void };

export function useLoadTests(): LoadTestsState {
  const queries = useQueryClient();
  const asked = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await client.connections.loadTests({}, { signal })).reports.toSorted((a, b) => b.startedAt - a.startedAt),
    staleTime: 0,
  });
  const running = asked.data?.find((report) => report.status === 'running')?.id;
  useEffect(() => {
    if (running === undefined) return undefined;
    const abort = new AbortController();
    const follow = async (): Promise<void> => {
      while (!abort.signal.aborted) {
        try {
          let last: LoadReport['status'] = 'running';
          await readStream(
            (signal) => client.connections.watchLoadTest({ id: running }, { signal }),
            (report) => {
              last = report.status;
              putReport(queries, report);
            },
            abort.signal,
          );
          if (last !== 'running') return;
        } catch {
          // The list says what became of it.
          if (!abort.signal.aborted) await queries.invalidateQueries({ queryKey: KEY });
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    };
    void follow();
    return () => abort.abort();
  }, [running, queries]);
  return { reports: asked.data, error: asked.error, again: () => void asked.refetch() };
}

/** Takes a report in: in place of the one it was, or as the newest. */
export function putReport(queries: QueryClient, report: LoadReport): void {
  queries.setQueryData<readonly LoadReport[]>(KEY, (before = []) =>
    before.some((one) => one.id === report.id) ? before.map((one) => (one.id === report.id ? report : one)) : [report, ...before],
  );
}
