/**
 * Everything the views show of the fleet, kept fresh by one stream: rows by id, replaced as they change, and a cursor to come back
 * with after a drop. Views read it through the selectors in live-select.ts and render only when their rows change.
 */
import type { LiveDelta } from '#shared/contract/live.ts';
import { create } from 'zustand';
import { client, connected, useLink } from './client.ts';
import { fold, nothing, type LiveState } from './live-fold.ts';

export type { LiveState };

export const useLive = create<LiveState>(() => nothing);

/** Takes a row an act answered with at once, so the page does not wait for the stream to say the same. */
export function adopt(rows: Pick<Partial<LiveDelta>, 'sessions' | 'permissions' | 'changes' | 'repositories' | 'tasks'>): void {
  const state = useLive.getState();
  useLive.setState({
    ...fold(state, { ...rows, rev: state.rev, reset: false, sentAt: 0 }, 0),
    ready: state.ready,
    behindMs: state.behindMs,
    heardAt: state.heardAt,
  });
}

/** The core sends the first delta at once; a stream that has none after this long was lost on its way. Milliseconds. */
const FIRST_DELTA = 10_000;
const PAUSE = 300;

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Follows the stream for as long as the page lives. Called once, by main.tsx. */
export async function startLive(): Promise<never> {
  for (;;) {
    try {
      await follow();
    } catch {
      // The connection's own state says what is wrong; here it is only begun again.
    }
    await after(PAUSE);
  }
}

/** One stream on one connection: ends with either, whichever is noticed first. */
async function follow(): Promise<void> {
  const { lost } = await connected();
  const abort = new AbortController();
  let over = false;
  let dropped = false;
  let leave = (): void => undefined;
  const end = (): void => {
    over = true;
    leave();
  };
  // One reaction a connection; a race at each delta would leave one behind every time.
  void lost.then(() => {
    dropped = true;
    end();
  });
  const timer = setTimeout(end, FIRST_DELTA);
  const unlessOver = <T>(work: Promise<T>): Promise<T | null> =>
    new Promise((resolve, reject) => {
      leave = () => resolve(null);
      work.then(resolve, reject);
      if (over) leave();
    });
  try {
    const stream = await unlessOver(client.live.watch({ since: useLive.getState().rev }, { signal: abort.signal }));
    if (!stream) return;
    for (;;) {
      const step = await unlessOver(stream.next());
      if (!step || step.done) return;
      clearTimeout(timer);
      useLive.setState(fold(useLive.getState(), step.value, coreTime()));
    }
  } finally {
    clearTimeout(timer);
    // Over a dropped connection there is nobody to tell.
    if (!dropped) abort.abort();
  }
}

const coreTime = (): number => Date.now() + useLink.getState().clockOffset;
