/** The review room as the core sees it: what stands behind the contract's `review` service, and the intake of what sessions made. */
import type { Change, CheckRun, FileSides } from '#shared/domain/change.ts';
import type { MergeMethod } from '#shared/domain/repository.ts';
import type { HostLink } from '#shared/host-protocol/link.ts';
import type { Result } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';

export type ReviewDeps = {
  readonly store: Store;
  /** The host on which a session's files are. */
  readonly host: (sessionId: string) => HostLink;
  /** Queues the session again with a note for the agent. Runs inside the transaction of the decision. */
  readonly resume: (sessionId: string, note: string) => Result<unknown>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
};

export type ApproveOptions = { readonly method?: MergeMethod | undefined; readonly target?: string | undefined; readonly message?: string | undefined };

/**
 * Decisions take the person's name as `actor` and leave a line in the audit log in the same transaction as the state they change.
 * Faults of the host come through as they are; besides them: CHANGE_UNKNOWN, CHANGE_DECIDED, CHANGE_BUSY, CHANGE_MOVED, SESSION_ACTIVE.
 */
export type Review = {
  /**
   * Takes what a session left in its folder into the queue, or a new look at what is there already.
   * @returns null when the folder is as it was: then the session says that nothing had to change
   */
  collect(sessionId: string): Promise<Result<Change | null>>;
  /** After a start and whenever a host is back: finishes decisions on its changes that were cut off, marks its lost checks as cancelled. Safe to repeat. */
  recover(hostId: string): Promise<void>;

  list(waiting: boolean, limit: number): Change[];
  get(id: string): Result<{ change: Change; checks: CheckRun[] }>;
  file(id: string, path: string): Promise<Result<FileSides>>;
  patch(id: string): Promise<Result<{ patch: string; cut: boolean }>>;
  refresh(id: string): Promise<Result<Change>>;
  viewed(id: string, path: string, viewed: boolean): Result<void>;

  /** Starts the repository's checks, one after the other; answers with their rows as soon as they wait or run. @returns CHECK_UNKNOWN, NO_CHECKS */
  runChecks(id: string, names?: readonly string[]): Promise<Result<CheckRun[]>>;
  cancelCheck(id: string, checkId: string): Promise<Result<void>>;

  /**
   * Merges the reviewed snapshot, or keeps the files where a session worked in a person's own folder.
   * @returns the change as `merged`, `kept` or `conflicted`; PROTECTED_BRANCH, TARGET_UNKNOWN
   */
  approve(id: string, options: ApproveOptions, actor: string): Promise<Result<Change>>;
  askForChanges(id: string, note: string, actor: string): Promise<Result<Change>>;
  reject(id: string, note: string, actor: string): Promise<Result<Change>>;
  /** @returns NOTHING_TO_UNDO, UNDO_NOT_KNOWN; TARGET_MOVED when something came after the merge */
  undo(id: string, actor: string): Promise<Result<Change>>;
  /** @returns NOT_REJECTED_IN_PLACE when there is nothing to put back */
  restoreFiles(id: string, actor: string): Promise<Result<void>>;
  /** Gives up running checks in this process; their rows are settled at the next start. */
  close(): void;
};
