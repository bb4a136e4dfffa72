/** How many samples were stored, came late, were repeated or refused, since the database began. Written with the samples they count. */
import type Database from 'better-sqlite3';
import type { Count } from './limits.ts';

export type Counts = Partial<Record<Count, number>>;

export class CountBook {
  readonly #put: Database.Statement<[string, number]>;
  readonly #all: Database.Statement<[], readonly [string, number]>;
  #open: Counts = {};

  constructor(db: Database.Database) {
    this.#put = db.prepare('insert into counts values (?, ?) on conflict do update set n = n + excluded.n');
    this.#all = db.prepare<[], readonly [string, number]>('select what, n from counts').raw();
  }

  add(what: Count, n: number): void {
    if (n > 0) this.#open[what] = (this.#open[what] ?? 0) + n;
  }

  /** Writes what was counted since the last time. Only inside a transaction. @returns what that was */
  flush(): Counts {
    const open = this.#open;
    this.#open = {};
    for (const [what, n] of Object.entries(open)) this.#put.run(what, n);
    return open;
  }

  /** Forgets what was counted: its transaction failed. */
  forget(): void {
    this.#open = {};
  }

  all(): Record<string, number> {
    return Object.fromEntries(this.#all.all());
  }
}
