/**
 * Writes the log back into the database, on a thread of its own: done by the writer, as SQLite does it by itself, it holds up the whole core
 * for as long as the disk takes, a tenth of a second now and then under load.
 *
 *   counting ──enough commits──► asked ──answer──► counting          (the thread ends after a minute without work)
 */
import { checkpointJob } from './insight/jobs.ts';
import { Reader } from './insight/reader.ts';

/** Commits between two: a busy one writes about eight pages. */
const COMMITS = 1000;

export class Checkpoints {
  readonly #reader: Reader;
  #commits = 0;
  #asked = false;

  /** @param file the database */
  constructor(file: string) {
    this.#reader = new Reader(file);
  }

  /** Something was or is about to be committed. */
  count(): void {
    if (++this.#commits < COMMITS || this.#asked) return;
    this.#commits = 0;
    this.#asked = true;
    // One that fails (a full disk, a lock) is made up for by the next, and SQLite's own comes when the log has become long.
    void this.#reader.ask(checkpointJob, {}).then(() => (this.#asked = false));
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
