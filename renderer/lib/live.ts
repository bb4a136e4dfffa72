/**
 * Everything the views show of the fleet, kept fresh by one stream: rows by id, replaced as they change, and a cursor to come back
 * with after a drop. Views read it through the selectors in live-select.ts and render only when their rows change.
 */
import type { LiveDelta } from '#shared/contract/live.ts';
import { create } from 'zustand';
import { client, useLink } from './client.ts';
import { fold, nothing, type LiveState } from './live-fold.ts';
import { readStream } from './stream.ts';

export type { LiveState };

export const useLive = create<LiveState>(() => nothing);

/** Takes a row an act answered with at once, so the page does not wait for the stream to say the same. */
export function adopt(rows: Pick<Partial<LiveDelta>, 'sessions' | 'permissions' | 'changes' | 'repositories' | 'tasks' | 'alerts'>): void {
  const state = useLive.getState();
  useLive.setState({
    ...fold(state, { ...rows, rev: state.rev, reset: false, sentAt: 0 }, 0),
    ready: state.ready,
    behindMs: state.behindMs,
    heardAt: state.heardAt,
  });
}

const PAUSE = 300;

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Follows the stream for as long as the page lives. Called once, by main.tsx. */
export async function startLive(): Promise<never> {
  for (;;) {
    try {
      await readStream(
        (signal) => client.live.watch({ since: useLive.getState().rev }, { signal }),
        (delta) => useLive.setState(fold(useLive.getState(), delta, coreTime())),
      );
    } catch {
      // The connection's own state says what is wrong; here it is only begun again.
    }
    await after(PAUSE);
  }
}

const coreTime = (): number => Date.now() + useLink.getState().clockOffset;
