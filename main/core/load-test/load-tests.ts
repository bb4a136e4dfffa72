/**
 * The built-in load test behind one door: started, followed and cancelled here, one at a time, its reports kept in the store.
 *
 *   idle ──start──► running ──► done | failed | cancelled (kept) ──► idle          the core ended meanwhile: interrupted, at the next start
 */
import type { LoadOptions, LoadReport } from '#shared/domain/load-test.ts';
import { fail, faultOf, ok, type Result } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import { Bell } from '../feeds/bell.ts';
import { enoughFiles, openFilesLimit } from './open-files.ts';
import { emptyReport, runLoadTest } from './run.ts';
import { findTestedHost, type TestedHostDeps } from './tested-host.ts';

/** Reports in the list: each has up to hundreds of points. */
const SHOWN = 30;
/** A cancel answers after this, also when something of the test has not ended yet. */
const CANCEL_MS = 1800;

export type LoadTests = {
  /** @returns the test that has begun; LOAD_TEST_RUNNING, LOAD_TEST_FILES, and the faults of a host that cannot be found */
  start(options: LoadOptions & { token?: string | undefined }): Promise<Result<LoadReport>>;
  /** Ends it within 2 s; one that has ended stays as it is. */
  cancel(id: string): Promise<Result<LoadReport>>;
  /** Newest first. */
  list(): LoadReport[];
  find(id: string): Result<LoadReport>;
  /** The report as it grows; ends with the whole of it. */
  watch(id: string, signal: AbortSignal | undefined): AsyncGenerator<LoadReport, void, void>;
  close(): Promise<void>;
};

type Running = { report: LoadReport; readonly abort: AbortController; readonly readers: Set<Bell>; ended: Promise<void> };

export function createLoadTests(deps: TestedHostDeps & { readonly now: () => number }): LoadTests {
  const { store, room, log, now } = deps;
  let running: Running | null = null;
  let starting = false;
  const closing = new AbortController();

  for (const report of store.loadTests.running()) {
    const lastSecond = report.points.at(-1)?.second ?? 0;
    store.loadTests.put({ ...report, status: 'interrupted', endedAt: report.startedAt + lastSecond * 1000, detail: 'The app ended while this test ran.' });
  }

  const find = (id: string): Result<LoadReport> => {
    const report = running?.report.id === id ? running.report : store.loadTests.get(id);
    return report ? ok(report) : fail('LOAD_TEST_UNKNOWN', 'There is no such load test.', { fix: 'Reload the list.' });
  };

  function keep(test: Running, report: LoadReport): void {
    test.report = report;
    try {
      store.loadTests.put(report);
    } catch (error) {
      log('warn', 'the load test could not be kept', { error: String(error) });
    }
    for (const reader of test.readers) reader.ring();
  }

  async function start({ token, ...options }: LoadOptions & { token?: string | undefined }): Promise<Result<LoadReport>> {
    if (running !== null || starting) {
      return fail('LOAD_TEST_RUNNING', 'A load test runs already.', { fix: 'Wait until it ends, or cancel it in Connections.' });
    }
    starting = true;
    try {
      const files = enoughFiles(options.clients, openFilesLimit());
      if (!files.ok) return files;
      const startedAt = now();
      const test: Running = {
        report: emptyReport(newId('lod', startedAt), startedAt, options),
        abort: new AbortController(),
        readers: new Set(),
        ended: Promise.resolve(),
      };
      const host = await findTestedHost(deps, { host: options.host, token }, closing.signal);
      if (!host.ok) return host;
      running = test;
      keep(test, test.report);
      test.ended = carryOut(test, host.value).finally(() => (running = null));
      return ok(test.report);
    } finally {
      starting = false;
    }
  }

  async function carryOut(test: Running, host: Parameters<typeof runLoadTest>[0]['host']): Promise<void> {
    const { id, startedAt, options } = test.report;
    const signal = AbortSignal.any([test.abort.signal, closing.signal]);
    // Its own host goes at once: what is cancelled must not wait for clients to say good-bye to it.
    signal.addEventListener('abort', () => void host.close(), { once: true });
    let last: LoadReport;
    try {
      const { createPool } = await room.makers();
      last = await runLoadTest({ id, startedAt, options, host, createPool, now, onReport: (report) => keep(test, report) }, signal);
    } catch (error) {
      const { message, why } = faultOf(error);
      log('error', 'a load test failed', { error: String(error) });
      last = { ...test.report, status: 'failed', endedAt: now(), detail: [message, why].filter(Boolean).join(' ') };
    }
    await host.close();
    keep(test, last);
  }

  return {
    start,
    async cancel(id) {
      const test = running;
      if (test?.report.id !== id) return find(id);
      test.abort.abort();
      await Promise.race([test.ended, new Promise((resolve) => setTimeout(resolve, CANCEL_MS).unref())]);
      return find(id);
    },
    list: () => store.loadTests.list(SHOWN),
    find,
    async *watch(id, signal) {
      const test = running;
      if (test?.report.id !== id) {
        const report = find(id);
        if (report.ok) yield report.value;
        return;
      }
      const bell = new Bell();
      test.readers.add(bell);
      try {
        for (;;) {
          const { report } = test;
          yield report;
          if (report.status !== 'running' || !(await bell.wait(signal))) return;
        }
      } finally {
        test.readers.delete(bell);
      }
    },
    async close() {
      closing.abort();
      await running?.ended;
    },
  };
}
