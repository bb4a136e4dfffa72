/** What every part of the fleet works with. */
import type { HostLink } from '#shared/host-protocol/link.ts';
import type { Result } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';

export type Deps = {
  readonly store: Store;
  /** `wake` starts the host when it does not run yet and returns at once. */
  readonly host: HostLink & { wake(): void };
  /** Folder for worktrees and snapshots the repositories do not place themselves. */
  readonly dataDir: string;
  readonly log: Log;
  readonly now: () => number;
  /** Gives what a session changed to review; a session without changes is no fault. */
  readonly collect: (sessionId: string) => Promise<Result<unknown>>;
};

/** Something to do after the transaction that decided it is on disk. */
export type Effect = () => void;
