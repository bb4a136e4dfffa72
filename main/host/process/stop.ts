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
import { markers, processTable } from './table.ts';
import { childrenOf, treeOf, type TreeRoot } from './tree.ts';

/** How long SIGKILL may take to show, in milliseconds. */
const KILL_LIMIT_MS = 10_000;

export type StopTree = {
  readonly root: TreeRoot;
  /** Value of the marker in the tree's environment; null when it has none. */
  readonly marker: string | null;
  /** 0 kills at once. */
  readonly graceMs: number;
};

/** @returns the processes that could not be ended; empty is the rule */
export async function stopTree({ root, marker, graceMs }: StopTree): Promise<readonly ProcessRow[]> {
  const killAt = performance.now() + graceMs;
  const giveUpAt = killAt + KILL_LIMIT_MS;
  const known = new Map<number, ProcessRow>();
  const asked = new Set<string>();
  for (let pause = 15; ; pause = Math.min(pause * 1.5, 150)) {
    const members = await findMembers(root, marker, known);
    if (members.length === 0) return [];
    const now = performance.now();
    if (now >= giveUpAt) return members;
    for (const row of members) {
      known.set(row.pid, row);
      const name = `${row.pid}:${row.start}`;
      if (now >= killAt) signal(row.pid, 'SIGKILL');
      else if (!asked.has(name)) signal(row.pid, 'SIGTERM');
      asked.add(name);
    }
    await sleep(now < killAt ? Math.min(pause, Math.max(1, killAt - now)) : pause);
  }
}

async function findMembers(root: TreeRoot, marker: string | null, known: ReadonlyMap<number, ProcessRow>): Promise<ProcessRow[]> {
  const table = await processTable();
  const children = childrenOf(table);
  const members = treeOf(root, table, children, known.values());
  if (marker !== null) {
    // Only what started after the root and has left the tree needs its environment read: a handful, not the whole machine.
    const strangers = [...table.values()].filter((row) => row.start >= root.start && !members.has(row.pid));
    const marked = await markers(strangers.map((row) => row.pid));
    const lost = strangers.filter((row) => marked.get(row.pid) === marker);
    if (lost.length > 0) return [...treeOf(root, table, children, [...members.values(), ...lost]).values()];
  }
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
