/** What the overview counts, full-text search, and the audit log. */
import { unwrap } from '#shared/lib/fault.ts';
import type { Os } from '../os.ts';
import type { Services } from '../services.ts';

export const insightHandlers = (os: Os, { insight, store }: Services) => ({
  overview: os.insight.overview.handler(async ({ input, signal }) => unwrap(await insight.overview(input, signal))),
  origin: os.insight.origin.handler(async ({ input, signal }) => unwrap(await insight.origin(input, signal))),
  search: os.insight.search.handler(async ({ input, signal }) => unwrap(await insight.search(input, signal))),
  decisions: os.insight.decisions.handler(({ input }) => ({
    decisions: store.decisions.list({
      limit: input.limit,
      ...(input.targetId === undefined ? {} : { targetId: input.targetId }),
      ...(input.before === undefined ? {} : { before: input.before }),
    }),
  })),
});
