/** The process table where there is no /proc (macOS): `ps` with a time limit. */
import { execFile } from 'node:child_process';
import { MARKER, type ProcessRow, type ProcessTable } from './row.ts';

const PS_LIMIT = { timeout: 5000, maxBuffer: 32 * 1024 * 1024, env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' } };

/** Reads the whole table; empty when `ps` fails. */
export async function tableByPs(): Promise<ProcessTable> {
  const rows = new Map<number, ProcessRow>();
  for (const line of (await ps(['-axo', 'pid=,ppid=,pgid=,rss=,stat=,time=,lstart='])).split('\n')) {
    const row = parsePsLine(line);
    if (row) rows.set(row.pid, row);
  }
  return rows;
}

/** One line of `ps -o pid=,ppid=,pgid=,rss=,stat=,time=,lstart=`; null for a zombie or anything else. */
export function parsePsLine(line: string): ProcessRow | null {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(?:(\d+)-)?(?:(\d+):)?(\d+):([\d.]+)\s+(.+)$/.exec(line);
  const stat = match?.[5];
  if (!match || !stat || stat.startsWith('Z')) return null;
  const seconds = Number(match[6] ?? 0) * 86_400 + Number(match[7] ?? 0) * 3600 + Number(match[8]) * 60 + Number(match[9]);
  return {
    pid: Number(match[1]),
    ppid: Number(match[2]),
    zombie: false,
    group: Number(match[3]),
    // `ps` names no session; the group is what is left of it.
    session: Number(match[3]),
    rssBytes: Number(match[4]) * 1024,
    cpuMs: Math.round(seconds * 1000),
    start: Math.floor(Date.parse(match[10] ?? '') / 1000),
  };
}

/** @returns a function that answers the marker of a pid; `ps -E` shows environments of own processes */
export async function markersByPs(): Promise<(pid: number) => string | null> {
  const found = new Map<number, string>();
  const marker = new RegExp(`\\s${MARKER}=(\\S+)`);
  for (const line of (await ps(['-axEwwo', 'pid=,command='])).split('\n')) {
    const value = marker.exec(line)?.[1];
    if (value) found.set(Number.parseInt(line, 10), value);
  }
  return (pid) => found.get(pid) ?? null;
}

function ps(args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile('ps', args, PS_LIMIT, (error, stdout) => resolve(error ? '' : stdout));
  });
}
