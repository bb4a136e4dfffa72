/**
 * Reads one stream of the core on one connection. A stream does not always notice that its connection has gone, and one that was
 * asked for in the moment of a drop may never begin: whoever follows something for long reads it through here, and begins again.
 */
import { connected } from './client.ts';

/** The core says the first word of every stream at once; a stream that has none after this long was lost on its way. Milliseconds. */
const FIRST_WORD = 10_000;

/**
 * Hands each word to `take` until the stream, its connection or `gone` ends, whichever is noticed first.
 * @throws what opening or reading the stream throws, and CORE_UNREACHABLE when there is no connection for ten seconds
 */
export async function readStream<T>(
  open: (signal: AbortSignal) => Promise<AsyncIterator<T, unknown, void>>,
  take: (word: T) => void,
  gone?: AbortSignal,
): Promise<void> {
  const { lost } = await connected();
  const abort = new AbortController();
  let over = gone?.aborted === true;
  let dropped = false;
  let leave = (): void => undefined;
  const end = (): void => {
    over = true;
    leave();
  };
  // One reaction a connection; a race at each word would leave one behind every time.
  void lost.then(() => {
    dropped = true;
    end();
  });
  gone?.addEventListener('abort', end);
  const timer = setTimeout(end, FIRST_WORD);
  const unlessOver = <V>(work: Promise<V>): Promise<V | null> =>
    new Promise((resolve, reject) => {
      leave = () => resolve(null);
      work.then(resolve, reject);
      if (over) leave();
    });
  try {
    if (over) return;
    const stream = await unlessOver(open(abort.signal));
    if (!stream) return;
    for (;;) {
      const step = await unlessOver(stream.next());
      if (!step || step.done) return;
      clearTimeout(timer);
      take(step.value);
    }
  } finally {
    clearTimeout(timer);
    gone?.removeEventListener('abort', end);
    // Over a dropped connection there is nobody to tell.
    if (!dropped) abort.abort();
  }
}
