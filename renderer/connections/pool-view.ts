/** The pool as the core tells it, followed while a view that shows it is there: one stream however many parts read it. */
import { useEffect } from 'react';
import type { PoolView } from '#shared/contract/connections.ts';
import { create } from 'zustand';
import { client } from '../lib/client.ts';
import { readStream } from '../lib/stream.ts';
import { troublesOf, type HostTrouble } from './troubles.ts';

type PoolState = {
  /** The last that was told; null before the first. */
  view: PoolView | null;
  /** Replaced only when it says something else. */
  troubles: readonly HostTrouble[];
  /** Why the stream cannot be read; null while it can. */
  error: unknown;
};

export const usePool = create<PoolState>(() => ({ view: null, troubles: [], error: null }));

const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 5000;

let readers = 0;
let following: AbortController | null = null;

/** Keeps `usePool` fresh while the component is shown. */
export function useFollowPool(): void {
  useEffect(() => {
    readers += 1;
    if (readers === 1) {
      following = new AbortController();
      void follow(following.signal);
    }
    return () => {
      readers -= 1;
      if (readers === 0) following?.abort();
    };
  }, []);
}

async function follow(gone: AbortSignal): Promise<void> {
  let pause = FIRST_PAUSE;
  while (!gone.aborted) {
    try {
      await readStream(
        (signal) => client.connections.watch({}, { signal }),
        (view) => {
          if (gone.aborted) return;
          pause = FIRST_PAUSE;
          usePool.setState(({ troubles }) => ({ view, troubles: troublesOf(view, troubles), error: null }));
        },
        gone,
      );
    } catch (error) {
      if (gone.aborted) return;
      usePool.setState({ error });
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
