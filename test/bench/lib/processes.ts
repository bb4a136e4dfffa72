/** Memory and processor time of other processes, as Linux tells them in /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of the clock in /proc a second; 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Resident memory in bytes, shared pages counted in full. */
export function rssOf(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`no memory is told of process ${pid}`);
  return Number(kib) * 1024;
}

/** Processor time used so far in milliseconds, all threads, its own and the kernel's for it. */
export function cpuMsOf(pid: number): number {
  const fields = statOf(pid);
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

export function childrenOf(pid: number): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((each) => Number.isInteger(each))
    .flatMap((each) => {
      try {
        return Number(statOf(each)[1]) === pid ? [{ pid: each, command: readFileSync(`/proc/${each}/cmdline`, 'utf8').replaceAll('\0', ' ') }] : [];
      } catch {
        return []; // gone meanwhile
      }
    });
}

/** Fields after the name, which may hold blanks and parentheses. */
function statOf(pid: number): string[] {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}
