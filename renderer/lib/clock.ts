/** One timer for every running clock on the page: components that show a time re-render together, once a second, and not at all in a hidden tab. */
import { useSyncExternalStore } from 'react';
import { useLink } from './client.ts';

/** The core's clock as far as it is known: a browser on another machine must not show ages that never were. */
export const coreNow = (): number => Date.now() + useLink.getState().clockOffset;

let now = coreNow();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  if (document.hidden) return;
  now = coreNow();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = coreNow();
    timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    document.removeEventListener('visibilitychange', tick);
  };
}

/**
 * The current time in milliseconds, rounded down to a step so that a component renders only when its text can change.
 * @param stepMs 1000 for a running clock, 60000 for ages in minutes
 */
export function useNow(stepMs = 1000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / stepMs) * stepMs);
}

/** A text that depends on the time: the component renders when the text is another, not at every tick. */
export function useClockText(textAt: (now: number) => string): string {
  return useSyncExternalStore(subscribe, () => textAt(now));
}
