/**
 * All processes of this machine in one pass. Linux reads /proc in slices of a few milliseconds (the host must never block
 * longer); elsewhere `ps` answers. Callers that ask at the same time share one pass, so 200 stops at once cost one scan, not 200.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as nextTick } from 'node:timers/promises';
import { MARKER, type ProcessRow, type ProcessTable } from './row.ts';
import { markersByPs, tableByPs } from './table-ps.ts';

/** Longest stretch of work before the event loop gets its turn, in milliseconds. */
const SLICE_MS = 5;

const linux = process.platform === 'linux';
const { pageBytes, ticksPerSecond } = linux ? kernelUnits() : { pageBytes: 4096, ticksPerSecond: 100 };

/** The processes that live now. Never older than the call. */
export const processTable: () => Promise<ProcessTable> = shared(linux ? tableByProc : tableByPs);

/** One process, zombies too; null when it is gone. Linux only: elsewhere always null, because one look costs a run of `ps`. */
export function processRow(pid: number): ProcessRow | null {
  try {
    return linux ? parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1')) : null;
  } catch {
    return null;
  }
}

/** Start time of a process that was just started; 0 when it is gone already. */
export async function startOf(pid: number): Promise<number> {
  return (linux ? processRow(pid) : (await processTable()).get(pid))?.start ?? 0;
}

/** Markers already read, per pass: many sessions that stop together read each environment once. Null is "has none". */
const readMarkers = new WeakMap<ProcessTable, Map<number, string | null>>();

/**
 * The marker in the environment of each process that has one and may be read (own processes only).
 * @param table the pass the processes come from
 * @param among looks at these only
 */
export async function markers(table: ProcessTable, among: readonly ProcessRow[]): Promise<Map<number, string>> {
  const known = readMarkers.get(table) ?? new Map<number, string | null>();
  readMarkers.set(table, known);
  const read = linux ? markerByProc : await markersByPs();
  await inSlices(among, ({ pid }) => {
    if (!known.has(pid)) known.set(pid, read(pid));
  });
  const found = new Map<number, string>();
  for (const { pid } of among) {
    const marker = known.get(pid);
    if (marker) found.set(pid, marker);
  }
  return found;
}

/** Rows by their marker, per pass: the oldest start time that somebody asked for, and when everything from there on is read. */
type Marks = { since: number; ready: Promise<void>; readonly rows: Map<string, ProcessRow[]> };
const marks = new WeakMap<ProcessTable, Marks>();

/**
 * The processes that carry a marker and started at `since` or later. Each environment is read once for a pass, whoever asks, and only
 * of processes that are young enough for somebody: many sessions that stop together cost one look.
 */
export async function markedAs(table: ProcessTable, marker: string, since: number): Promise<readonly ProcessRow[]> {
  const seen: Marks = marks.get(table) ?? { since: Infinity, ready: Promise.resolve(), rows: new Map() };
  marks.set(table, seen);
  if (since < seen.since) {
    const young = [...table.values()].filter((row) => row.start >= since && row.start < seen.since);
    seen.since = since;
    seen.ready = Promise.all([seen.ready, readMarks(seen.rows, young)]).then(() => undefined);
  }
  await seen.ready;
  return seen.rows.get(marker) ?? [];
}

async function readMarks(rows: Map<string, ProcessRow[]>, among: readonly ProcessRow[]): Promise<void> {
  const read = linux ? markerByProc : await markersByPs();
  await inSlices(among, (row) => {
    const marker = read(row.pid);
    if (marker === null) return;
    const before = rows.get(marker);
    if (before) before.push(row);
    else rows.set(marker, [row]);
  });
}

async function tableByProc(): Promise<ProcessTable> {
  const rows = new Map<number, ProcessRow>();
  await inSlices(
    readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0),
    (pid) => {
      const row = processRow(pid);
      if (row && !row.zombie) rows.set(pid, row);
    },
  );
  return rows;
}

function markerByProc(pid: number): string | null {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return entries.find((entry) => entry.startsWith(`${MARKER}=`))?.slice(MARKER.length + 1) || null;
  } catch {
    return null; // another user's, or gone meanwhile
  }
}

/** Reads one line of /proc/<pid>/stat. The name in parentheses may hold anything, also `)` and spaces. */
export function parseStat(line: string): ProcessRow | null {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const number = (index: number): number => Number(fields[index]);
  if (fields.length < 22) return null;
  return {
    pid: Number.parseInt(line, 10),
    ppid: number(1),
    zombie: fields[0] === 'Z' || fields[0] === 'X',
    group: number(2),
    session: number(3),
    cpuMs: ((number(11) + number(12) + number(13) + number(14)) * 1000) / ticksPerSecond,
    start: number(19),
    rssBytes: number(21) * pageBytes,
  };
}

/** Page size and clock ticks from the auxiliary vector, where the kernel tells them to every process. */
function kernelUnits(): { pageBytes: number; ticksPerSecond: number } {
  const units = { pageBytes: 4096, ticksPerSecond: 100 };
  const vector = readFileSync('/proc/self/auxv');
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    const type = vector.readBigUInt64LE(at);
    if (type === 6n) units.pageBytes = Number(vector.readBigUInt64LE(at + 8));
    if (type === 17n) units.ticksPerSecond = Number(vector.readBigUInt64LE(at + 8));
  }
  return units;
}

let lane: Promise<void> = Promise.resolve();
/** When the loop has to get its turn next, whoever works then. */
let sliceEnds = 0;

/** Works through items in short slices, one caller after another: 200 callers must not add up their slices to one long block. */
function inSlices<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  lane = lane.then(async () => {
    if (performance.now() > sliceEnds) await breathe();
    for (const item of items) {
      if (performance.now() > sliceEnds) await breathe();
      work(item);
    }
  });
  return lane;
}

/** Lets the event loop go on when the slice is over. */
async function breathe(): Promise<void> {
  await nextTick();
  sliceEnds = performance.now() + SLICE_MS;
}

/** Joins callers: those that come while a pass runs wait for the next one, because the running one may have passed their process. */
function shared<T>(pass: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | null = null;
  let next: Promise<T> | null = null;
  return () => {
    next ??= (async () => {
      await running;
      const mine = pass();
      running = mine.catch(() => undefined);
      next = null;
      return mine;
    })();
    return next;
  };
}
