/** Secrets beside the store: each in a file of its own that only its owner may read; never in a row, never sent back. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fail, ok, type Result } from '#shared/lib/fault.ts';

export type SecretWords = {
  /** Code of the fault when one cannot be kept or read. */
  readonly code: string;
  /** What it is: `token of the agent host`. */
  readonly name: string;
  /** What to do when it cannot be read. */
  readonly fix: string;
};

export class SecretFiles {
  readonly #folder: string;
  readonly #words: SecretWords;

  /** @param folder its name below the data folder */
  constructor(dataDir: string, folder: string, words: SecretWords) {
    this.#folder = path.join(dataDir, folder);
    this.#words = words;
  }

  /** Keeps a secret in place of the one before. */
  keep(id: string, secret: string): Result<void> {
    const file = this.#fileOf(id);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.new`, `${secret}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
      return ok(undefined);
    } catch (error) {
      return fail(this.#words.code, `The ${this.#words.name} could not be kept.`, { why: said(error), fix: 'Check the data folder in Diagnostics.' });
    }
  }

  forget(id: string): void {
    rmSync(this.#fileOf(id), { force: true });
  }

  read(id: string): Result<string> {
    try {
      return ok(readFileSync(this.#fileOf(id), 'utf8').trim());
    } catch (error) {
      return fail(this.#words.code, `The ${this.#words.name} cannot be read.`, { why: said(error), fix: this.#words.fix });
    }
  }

  /** The same, null when there is none. */
  find(id: string): Result<string | null> {
    return existsSync(this.#fileOf(id)) ? this.read(id) : ok(null);
  }

  #fileOf(id: string): string {
    return path.join(this.#folder, path.basename(id));
  }
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
