/** Memory, processes and CPU time of many process trees from one look at the process table. */
import type { SessionGauge } from '#shared/domain/session-event.ts';
import type { ProcessRow, ProcessTable } from './row.ts';
import { markers, processTable } from './table.ts';

export type MeasuredRoot = { readonly sessionId: string; readonly pid: number };

export type TreeMeter = {
  /**
   * One gauge per session whose tree has at least one process. A process counts for the nearest root above it; one that left the
   * tree (setsid, double fork) counts for the session that its marker names.
   */
  measure(roots: readonly MeasuredRoot[]): Promise<Map<string, SessionGauge>>;
};

/** Makes a meter. It remembers which strangers carry no marker, so that a look does not read every environment again. */
export function createTreeMeter(): TreeMeter {
  let unmarked = new Set<string>();
  return {
    async measure(roots) {
      if (roots.length === 0) return new Map();
      const table = await processTable();
      const owners = ownersIn(table, new Map(roots.map((root) => [root.pid, root.sessionId])));
      const oldest = Math.min(...roots.map((root) => table.get(root.pid)?.start ?? Infinity));
      const strangers = [...table.values()].filter((row) => !owners.get(row.pid) && row.start >= oldest);
      const marked = await markers(
        table,
        strangers.filter((row) => !unmarked.has(nameOf(row))),
      );
      unmarked = new Set(strangers.filter((row) => !marked.has(row.pid)).map(nameOf));
      const sessions = new Set(roots.map((root) => root.sessionId));
      for (const [pid, sessionId] of marked) if (sessions.has(sessionId)) owners.set(pid, sessionId);
      return sum(table, owners);
    },
  };
}

/** Session of each process by parent links, group and session id; null where there is none. Each process is visited once. */
function ownersIn(table: ProcessTable, sessionOf: ReadonlyMap<number, string>): Map<number, string | null> {
  const owners = new Map<number, string | null>();
  for (const row of table.values()) {
    const path: number[] = [];
    let owner: string | null = null;
    for (let at: ProcessRow | undefined = row; at; at = table.get(at.ppid)) {
      const known = owners.get(at.pid);
      if (known !== undefined) {
        owner = known;
        break;
      }
      path.push(at.pid);
      // Guards against a ring of parents, which a table read while pids are recycled could show.
      owners.set(at.pid, null);
      owner = sessionOf.get(at.pid) ?? sessionOf.get(at.group) ?? sessionOf.get(at.session) ?? null;
      if (owner !== null) break;
    }
    for (const pid of path) owners.set(pid, owner);
  }
  return owners;
}

function sum(table: ProcessTable, owners: ReadonlyMap<number, string | null>): Map<string, SessionGauge> {
  const gauges = new Map<string, SessionGauge>();
  for (const [pid, sessionId] of owners) {
    const row = table.get(pid);
    if (!row || sessionId === null) continue;
    const before = gauges.get(sessionId) ?? { rssBytes: 0, processes: 0, cpuMs: 0 };
    gauges.set(sessionId, { rssBytes: before.rssBytes + row.rssBytes, processes: before.processes + 1, cpuMs: before.cpuMs + row.cpuMs });
  }
  return gauges;
}

const nameOf = (row: ProcessRow): string => `${row.pid}:${row.start}`;
