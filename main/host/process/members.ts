/** Which processes belong to a tree: by parent links, by group and session, and by the marker for those that left all three. */
import type { ProcessRow, ProcessTable } from './row.ts';

/** The first process of a tree. `start` as in ProcessRow, so that a recycled pid is not mistaken for it. */
export type TreeRoot = { readonly pid: number; readonly start: number };

type Rows = ReadonlyMap<number, readonly ProcessRow[]>;
/** Rows by their parent, and by the process that leads their group or session. */
type Kin = { readonly children: Rows; readonly led: Rows };

/** Built once for a table, used for every tree in it: many trees that stop together cost one pass over the table. */
const memo = new WeakMap<ProcessTable, Kin>();

function kinIn(table: ProcessTable): Kin {
  const known = memo.get(table);
  if (known) return known;
  const children = new Map<number, ProcessRow[]>();
  const led = new Map<number, ProcessRow[]>();
  const put = (rows: Map<number, ProcessRow[]>, pid: number, row: ProcessRow): void => {
    const before = rows.get(pid);
    if (before) before.push(row);
    else rows.set(pid, [row]);
  };
  for (const row of table.values()) {
    put(children, row.ppid, row);
    put(led, row.group, row);
    if (row.session !== row.group) put(led, row.session, row);
  }
  memo.set(table, { children, led });
  return { children, led };
}

/**
 * The living processes of a tree, without looking at markers.
 * @param root null when only markers can find it
 * @param also members known from elsewhere (by marker, or from an earlier look); their descendants count too
 */
export function treeOf(root: TreeRoot | null, table: ProcessTable, also: Iterable<ProcessRow> = []): Map<number, ProcessRow> {
  const { children, led } = kinIn(table);
  const members = new Map<number, ProcessRow>();
  const queue: ProcessRow[] = [];
  const since = root?.start ?? 0;
  const add = (row: ProcessRow | null | undefined): void => {
    if (!row || members.has(row.pid) || row.start < since) return;
    members.set(row.pid, row);
    queue.push(row);
  };
  const holder = root && table.get(root.pid);
  const recycled = holder && holder.start !== root.start;
  if (root && !recycled) {
    add(holder);
    for (const row of led.get(root.pid) ?? []) add(row);
  }
  for (const row of also) if (table.get(row.pid)?.start === row.start) add(row);
  for (let row = queue.pop(); row; row = queue.pop()) for (const child of children.get(row.pid) ?? []) add(child);
  return members;
}
