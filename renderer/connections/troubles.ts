/** Hosts that something is wrong with while sessions are on them: what a person should know of without looking for it. Pure. */
import type { PoolView } from '#shared/contract/connections.ts';

export type HostTrouble = {
  readonly id: string;
  readonly name: string;
  readonly what: 'ejected' | 'unreachable';
  readonly cause: string;
  /** When it was last heard, or first seen to be ejected; milliseconds since the epoch. */
  readonly since: number;
};

/** A link that is cut for less than this comes back by itself before anybody has read of it. Milliseconds. */
const PATIENCE = 10_000;

/** The list of a view; the same array as before when it says the same. */
export function troublesOf(view: PoolView, before: readonly HostTrouble[]): readonly HostTrouble[] {
  const now = view.hosts.flatMap((host): HostTrouble[] => {
    const { id, name, ejection, state, cause, lastSeenAt } = host;
    const known = before.find((one) => one.id === id);
    if (ejection) return [{ id, name, what: 'ejected', cause: ejection.reason, since: known?.what === 'ejected' ? known.since : view.at }];
    const cut = state === 'reconnecting' || state === 'closed' || (state === 'connecting' && cause !== null);
    if (!cut) return [];
    const since = lastSeenAt ?? (known?.what === 'unreachable' ? known.since : view.at);
    return [{ id, name, what: 'unreachable', cause: cause ?? 'nothing is known of it yet', since }];
  });
  return JSON.stringify(now) === JSON.stringify(before) ? before : now;
}

/** Whether it has lasted long enough to ask for a person. */
export const isLasting = (trouble: HostTrouble, now: number): boolean => trouble.what === 'ejected' || now - trouble.since >= PATIENCE;
