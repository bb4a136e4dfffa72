/** Opens a session's transcript: one store per session, fed by the stream for as long as the view is shown. */
import { useEffect, useMemo } from 'react';
import { client } from '../lib/client.ts';
import { useLive } from '../lib/live.ts';
import { readStream } from '../lib/stream.ts';
import { TranscriptStore } from './model/transcript-store.ts';

/** Wait before a broken stream is begun again, milliseconds. */
const PAUSE = 300;

/** A store that knows as many lines as the session's row says, if it is here. */
function open(id: string): TranscriptStore {
  return new TranscriptStore(useLive.getState().sessions.get(id)?.items ?? 0, (from, count) => client.sessions.items({ id, from, count }));
}

export function useTranscript(id: string): TranscriptStore {
  const store = useMemo(() => open(id), [id]);
  useEffect(() => {
    const gone = new AbortController();
    void follow(id, store, gone.signal);
    return () => gone.abort();
  }, [id, store]);
  return store;
}

async function follow(id: string, store: TranscriptStore, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await readStream(
        (over) => client.sessions.watch({ id, ...(store.rev === null ? {} : { since: store.rev }) }, { signal: over }),
        (word) => store.apply(word),
        signal,
      );
    } catch {
      // Whether the core can be reached is said by the status line; a session that does not exist is said by the view.
    }
    if (signal.aborted) return;
    store.interrupted();
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
