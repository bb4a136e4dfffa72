/**
 * Leftovers of a host that was killed: a record per session says what it started, and the next host ends what still lives.
 *
 *   expect(session) ──► spawn ──► started(session, pid) ──► … ──► ended(session)
 *        └─ killed here: the marker in the environment finds the child     └─ no record, nothing to end
 *
 * A record names pid and start time, so a recycled pid is never touched; the marker is the session's id, so nobody else's
 * processes are.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { stopTree } from './stop.ts';
import { startOf } from './table.ts';

const LeftoverRecord = z.object({
  sessionId: z.string().min(1),
  /** Null until the child runs. */
  root: z.object({ pid: z.number().int().positive(), start: z.number() }).nullable(),
  /** Start times count from the boot of the machine: a record of an earlier boot says nothing about this one. */
  boot: z.string(),
});
type LeftoverRecord = z.infer<typeof LeftoverRecord>;

export type Reaped = {
  readonly sessionId: string;
  /** How many processes were ended. */
  readonly ended: number;
  /** Pids that did not go even on SIGKILL. */
  readonly left: readonly number[];
};

export type Reaper = {
  /** Before a spawn. The child's environment must carry ACC_SESSION with this id. */
  expect(sessionId: string): void;
  /** After the spawn, before anybody is told of it. */
  started(sessionId: string, pid: number): Promise<void>;
  /** When no process of the session is left. */
  ended(sessionId: string): void;
  /**
   * Ends what earlier hosts left behind. Call at start, before the first `expect`.
   * @param graceMs time between SIGTERM and SIGKILL
   */
  reap(graceMs?: number): Promise<readonly Reaped[]>;
};

/** @param folder where the records are, one host at a time; made when missing */
export function createReaper(folder: string): Reaper {
  mkdirSync(folder, { recursive: true });
  const boot = bootId();
  const fileOf = (sessionId: string): string => join(folder, `${encodeURIComponent(sessionId)}.json`);
  const save = (record: LeftoverRecord): void => {
    const file = fileOf(record.sessionId);
    writeFileSync(`${file}.new`, JSON.stringify(record));
    renameSync(`${file}.new`, file);
  };
  return {
    expect: (sessionId) => save({ sessionId, root: null, boot }),
    started: async (sessionId, pid) => save({ sessionId, root: { pid, start: await startOf(pid) }, boot }),
    ended: (sessionId) => rmSync(fileOf(sessionId), { force: true }),
    async reap(graceMs = 2000) {
      const records = readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => ({ file: join(folder, name), record: readRecord(join(folder, name)) }));
      return await Promise.all(
        records.map(async ({ file, record }) => {
          const live = record?.boot === boot;
          const { ended, left } = live ? await stopTree({ root: record.root, marker: record.sessionId, graceMs }) : { ended: 0, left: [] };
          if (left.length === 0) rmSync(file, { force: true });
          return { sessionId: record?.sessionId ?? '', ended, left: left.map((row) => row.pid) };
        }),
      ).then((reaped) => reaped.filter((one) => one.sessionId !== ''));
    },
  };
}

/** A damaged record (the machine lost power in the middle of it) names nothing that could still live. */
function readRecord(file: string): LeftoverRecord | null {
  try {
    return LeftoverRecord.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return ''; // start times count from the epoch there
  }
}
