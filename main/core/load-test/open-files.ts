/** Whether this process may open as many sockets as a load test needs: told before, in words, and not by a thousand dials that fail. */
import { fail, ok, type Result } from '#shared/lib/fault.ts';

/** Files a core has open besides: store, logs, windows, its hosts. */
const OTHERS = 200;

type Report = { readonly userLimits?: { readonly open_files?: { readonly soft?: unknown } } };

/** Files this process may have open; null where the system sets no such limit. */
export function openFilesLimit(): number | null {
  // Looking the names of network interfaces up would take long, and nobody reads them here.
  Object.assign(process.report, { excludeNetwork: true });
  const soft = (process.report.getReport() as Report).userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : null;
}

/** @param limit of `openFilesLimit` @returns LOAD_TEST_FILES when it is too low */
export function enoughFiles(clients: number, limit: number | null): Result<void> {
  if (limit === null || limit >= clients + OTHERS) return ok(undefined);
  return fail('LOAD_TEST_FILES', `A load test with ${clients} clients needs more open files than this process may have.`, {
    why: `It may have ${limit}; each client takes one, and the rest of the app about ${OTHERS}.`,
    fix: `Take at most ${Math.max(0, limit - OTHERS)} clients, or raise the limit (\`ulimit -n ${clients + OTHERS}\`) and start the app again.`,
  });
}
