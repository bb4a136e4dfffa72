/** The stream that keeps every view fresh. */
import type { Os } from '../os.ts';
import type { Services } from '../services.ts';

export const liveHandlers = (os: Os, { live }: Services) => ({
  watch: os.live.watch.handler(({ input, signal }) => live.watch(input.since, signal)),
});
