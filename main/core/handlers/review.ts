/** The review queue: what the review room does, and a look at the queue of sessions after each decision. */
import { unwrap, type Result } from '#shared/lib/fault.ts';
import type { Os } from '../os.ts';
import type { Services } from '../services.ts';

export const reviewHandlers = (os: Os, services: Services) => {
  const { review, fleet } = services;
  /** A decided change makes room under a repository's limit of work in progress. */
  const decided = async <T>(act: Promise<Result<T>>): Promise<T> => {
    const result = await act;
    fleet.wake();
    return unwrap(result);
  };
  return {
    list: os.review.list.handler(({ input }) => ({ changes: review.list(input.waiting, input.limit) })),
    get: os.review.get.handler(({ input }) => unwrap(review.get(input.id))),
    file: os.review.file.handler(async ({ input }) => unwrap(await review.file(input.id, input.path))),
    patch: os.review.patch.handler(async ({ input }) => unwrap(await review.patch(input.id))),
    refresh: os.review.refresh.handler(async ({ input }) => unwrap(await review.refresh(input.id))),
    runChecks: os.review.runChecks.handler(async ({ input }) => ({ checks: unwrap(await review.runChecks(input.id, input.names)) })),
    cancelCheck: os.review.cancelCheck.handler(async ({ input }) => {
      unwrap(await review.cancelCheck(input.id, input.checkId));
      return {};
    }),
    viewed: os.review.viewed.handler(({ input }) => {
      unwrap(review.viewed(input.id, input.path, input.viewed));
      return {};
    }),
    approve: os.review.approve.handler(({ input, context }) => decided(review.approve(input.id, input, context.actor))),
    askForChanges: os.review.askForChanges.handler(({ input, context }) => decided(review.askForChanges(input.id, input.note, context.actor))),
    reject: os.review.reject.handler(({ input, context }) => decided(review.reject(input.id, input.note, context.actor))),
    undo: os.review.undo.handler(({ input, context }) => decided(review.undo(input.id, context.actor))),
    restoreFiles: os.review.restoreFiles.handler(async ({ input, context }) => {
      unwrap(await review.restoreFiles(input.id, context.actor));
      return {};
    }),
  };
};
