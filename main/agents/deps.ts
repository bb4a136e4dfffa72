/** What every part of the fleet works with. */
import type { HostLink, Hosts } from '#shared/host-protocol/link.ts';
import type { Result } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';

export type Deps = {
  readonly store: Store;
  readonly hosts: Hosts;
  /** Folder for worktrees and snapshots on this machine that the repositories do not place themselves. */
  readonly dataDir: string;
  readonly log: Log;
  readonly now: () => number;
  /** Gives what a session changed to review; a session without changes is no fault. */
  readonly collect: (sessionId: string) => Promise<Result<unknown>>;
};

/** Something to do after the transaction that decided it is on disk. */
export type Effect = () => void;

/** The host a session is on. One that has none yet is on a host nobody knows: every call says so. */
export const hostOf = ({ store, hosts }: Pick<Deps, 'store' | 'hosts'>, sessionId: string): HostLink => hosts.of(store.sessions.get(sessionId)?.hostId ?? '');
