/** Resident memory of another process of ours. */
import { readFileSync } from 'node:fs';

const KIB = 1024;

/** Bytes; null where the system does not tell it in a file (anything but Linux) or the process is gone. */
export function residentBytes(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib) * KIB;
  } catch {
    return null;
  }
}
