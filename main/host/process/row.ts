/** What the host knows about one process of this machine, and the mark it gives to those it starts. */

export type ProcessRow = {
  readonly pid: number;
  readonly ppid: number;
  readonly group: number;
  readonly session: number;
  /** When it started; with the pid it names a process for good. Linux: clock ticks since boot. Elsewhere: seconds since the epoch. */
  readonly start: number;
  /** Ended, but not yet waited for by its parent. */
  readonly zombie: boolean;
  readonly rssBytes: number;
  /** CPU time of the process and of its children that it has waited for. */
  readonly cpuMs: number;
};
/** Living processes by pid. Zombies are left out: nothing of them runs. */
export type ProcessTable = ReadonlyMap<number, ProcessRow>;

/** Names the session (or check) that a process belongs to; inherited by everything the agent starts. */
export const MARKER = 'ACC_SESSION';
