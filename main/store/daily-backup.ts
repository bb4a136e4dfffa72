/** Once a day, a copy of the store: without it, a damaged file would take everything since the last migration with it. */
import { statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { backedUpSince } from './backup.ts';
import { backupJob } from './insight/jobs.ts';
import { Reader } from './insight/reader.ts';

const DAY_MS = 86_400_000;
/** First look after the start, and between looks, in milliseconds: a start is not slowed down, and a short command makes no copy. */
const FIRST_MS = 300_000;
const EVERY_MS = 3_600_000;

export class DailyBackup {
  readonly #file: string;
  readonly #now: () => number;
  #timer: NodeJS.Timeout;
  #reader: Reader | null = null;
  #closed = false;

  constructor(file: string, now: () => number) {
    this.#file = file;
    this.#now = now;
    this.#timer = setTimeout(() => void this.#look(), FIRST_MS).unref();
  }

  /**
   * Makes a copy on the reading thread if there is none of the last 24 hours and the disk has room for two.
   * @returns true when a copy was made
   */
  async run(): Promise<boolean> {
    const now = this.#now();
    if (this.#reader || backedUpSince(this.#file, now - DAY_MS) || !hasRoom(this.#file)) return false;
    const reader = new Reader(this.#file);
    this.#reader = reader;
    const made = await reader.ask(backupJob, { now });
    await reader.close();
    this.#reader = null;
    return made.ok;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    void this.#reader?.close();
  }

  async #look(): Promise<void> {
    // A copy that fails (a full disk) is tried again an hour later; the store's own state tells of the trouble.
    await this.run();
    if (!this.#closed) this.#timer = setTimeout(() => void this.#look(), EVERY_MS).unref();
  }
}

function hasRoom(file: string): boolean {
  try {
    const disk = statfsSync(path.dirname(file));
    return disk.bavail * disk.bsize > 2 * statSync(file).size;
  } catch {
    return false; // the folder is gone or cannot be asked: no place for a copy
  }
}
