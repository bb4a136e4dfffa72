/**
 * Ends a process tree for good: asks with SIGTERM, forces with SIGKILL, and looks again until nothing is left, because a tree can
 * grow while it is being killed.
 *
 *   asking ──(all gone)──► done
 *     │ graceMs over
 *     ▼
 *   killing ──(all gone)──► done
 *     │ 10 s over (a process stuck in the kernel)
 *     ▼
 *   gives up, tells which
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessRow } from './row.ts';
import { markedAs, processTable } from './table.ts';
import { treeOf, type TreeRoot } from './members.ts';

/** How long SIGKILL may take to show, in milliseconds. */
const KILL_LIMIT_MS = 10_000;

export type StopTree = {
  /** Null when the first process is not known: then the marker alone finds the tree. */
  readonly root: TreeRoot | null;
  /** Value of the marker in the tree's environment; null when it has none. */
  readonly marker: string | null;
  /** 0 kills at once. */
  readonly graceMs: number;
  /** The root's group has just got SIGTERM: asking the same process twice makes some programs quit without cleaning up. */
  readonly groupAsked?: boolean;
};

export type Stopped = {
  /** How many processes were ended. */
  readonly ended: number;
  /** Those that could not be ended; empty is the rule. */
  readonly left: readonly ProcessRow[];
};

/** Ends the tree and resolves when it is gone, or 10 s after SIGKILL did not help. */
export async function stopTree(tree: StopTree): Promise<Stopped> {
  const killAt = performance.now() + tree.graceMs;
  const giveUpAt = killAt + KILL_LIMIT_MS;
  const known = new Map<string, ProcessRow>();
  for (let pause = 15, first = true; ; pause = Math.min(pause * 1.5, 150), first = false) {
    const members = await findMembers(tree, known);
    const now = performance.now();
    if (members.length === 0 || now >= giveUpAt) return { ended: known.size - members.length, left: members };
    for (const row of members) {
      const name = `${row.pid}:${row.start}`;
      if (now >= killAt) signal(row.pid, 'SIGKILL');
      else if (!known.has(name) && !(first && tree.groupAsked && row.group === tree.root?.pid)) signal(row.pid, 'SIGTERM');
      known.set(name, row);
    }
    await sleep(now < killAt ? Math.min(pause, Math.max(1, killAt - now)) : pause);
  }
}

async function findMembers({ root, marker }: StopTree, known: ReadonlyMap<string, ProcessRow>): Promise<ProcessRow[]> {
  const table = await processTable();
  // Whatever left the tree carries its mark. Nothing older than the root can be of it.
  const marked = marker === null ? [] : await markedAs(table, marker, root?.start ?? 0);
  const members = treeOf(root, table, [...known.values(), ...marked]);
  members.delete(process.pid);
  return [...members.values()];
}

/** Sends a signal; a process that is gone already is no fault. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
