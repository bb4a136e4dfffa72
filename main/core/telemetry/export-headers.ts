/** Headers for the collector: in a file of their own that only its owner reads, or in one the owner names. Values go to the collector and nowhere else. */
import { readFileSync } from 'node:fs';
import { SecretFiles } from '#store/secret-files.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';

export type Headers = Readonly<Record<string, string>>;

const ID = 'headers';
const CODE = 'EXPORT_HEADERS';

export class ExportHeaders {
  readonly #files: SecretFiles;

  /** @param dataDir the data folder; they are in `export` below it */
  constructor(dataDir: string) {
    this.#files = new SecretFiles(dataDir, 'export', { code: CODE, name: 'headers for the collector', fix: 'Give them again in Settings, Export.' });
  }

  /** @param text lines `name: value`; empty forgets. @returns EXPORT_HEADERS when no line is one, or the file cannot be written */
  keep(text: string): Result<void> {
    if (text.trim() === '') return ok(this.#files.forget(ID));
    if (Object.keys(headersIn(text)).length === 0) return fail(CODE, 'These are no headers.', { fix: 'Write each as a line "name: value".' });
    return this.#files.keep(ID, text);
  }

  /** @param file named by the owner; empty: what is kept here, none when nothing is. @returns EXPORT_HEADERS */
  read(file: string): Result<Headers> {
    if (file === '') {
      const kept = this.#files.find(ID);
      return kept.ok ? ok(kept.value === null ? {} : headersIn(kept.value)) : kept;
    }
    try {
      return ok(headersIn(readFileSync(file, 'utf8')));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return fail(CODE, 'The file with the headers for the collector cannot be read.', { why, fix: 'Check its path and its rights.' });
    }
  }
}

/** Lines `name: value`; empty ones and those that begin with `#` are left out. */
export function headersIn(text: string): Headers {
  const lines = text.split('\n').map((line) => line.trim());
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^([A-Za-z0-9-]+):\s*(.+)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value]];
    }),
  );
}
