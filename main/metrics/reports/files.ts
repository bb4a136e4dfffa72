/** The files of reports: below the data folder, one folder each, complete or not there. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ReportFormat } from '#shared/domain/report.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { Report } from './report.ts';

const TYPES: Readonly<Record<ReportFormat, string>> = {
  html: 'text/html',
  pdf: 'application/pdf',
  md: 'text/markdown',
  csv: 'text/csv',
  json: 'application/json',
};
/** More than any report is, and less than a message may be once it is base64. */
const LARGEST = 40 * 1024 * 1024;

export class ReportFiles {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = path.join(dataDir, 'reports');
  }

  /** Writes all formats. @returns bytes in all; REPORT_NOT_WRITTEN, and nothing of it is left then */
  async write(id: string, report: Report, formats: readonly ReportFormat[]): Promise<Result<number>> {
    const draft = path.join(this.#folder, `${id}.new`);
    try {
      mkdirSync(draft, { recursive: true, mode: 0o700 });
      let bytes = 0;
      for (const format of new Set(formats)) {
        const body = await bodyOf(report, format);
        bytes += Buffer.byteLength(body);
        writeFileSync(path.join(draft, `report.${format}`), body, { mode: 0o600 });
      }
      renameSync(draft, path.join(this.#folder, id));
      return ok(bytes);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      return fail('REPORT_NOT_WRITTEN', 'The report could not be written.', { why: said(error), fix: 'Check the data folder and its disk in Diagnostics.' });
    }
  }

  /** @returns REPORT_FILE */
  read(id: string, format: ReportFormat, title: string): Result<{ name: string; type: string; base64: string }> {
    const file = path.join(this.#folder, path.basename(id), `report.${format}`);
    try {
      if (statSync(file).size > LARGEST) return fail('REPORT_FILE', 'The file is too large to be sent.', { why: file, fix: 'Open it in the data folder.' });
      const name = `${
        title
          .replaceAll(/[^\p{L}\p{N} _-]+/gu, '')
          .trim()
          .replaceAll(/\s+/g, '-')
          .slice(0, 60) || 'report'
      }.${format}`;
      return ok({ name, type: TYPES[format], base64: readFileSync(file).toString('base64') });
    } catch (error) {
      return fail('REPORT_FILE', 'The file of the report cannot be read.', { why: said(error), fix: 'Make the report again in this format.' });
    }
  }

  remove(id: string): void {
    rmSync(path.join(this.#folder, path.basename(id)), { recursive: true, force: true });
  }

  /** Removes what a kill left behind: drafts, and folders no report knows. */
  tidy(isKnown: (id: string) => boolean): void {
    let names: string[] = [];
    try {
      names = readdirSync(this.#folder);
    } catch {
      return; // no report was ever made
    }
    for (const name of names) if (/^rpt_[0-9a-z]{26}(\.new)?$/.test(name) && !isKnown(name)) this.remove(name);
  }
}

async function bodyOf(report: Report, format: ReportFormat): Promise<string | Buffer> {
  switch (format) {
    case 'html':
      return (await import('./formats/html.ts')).htmlOf(report);
    case 'md':
      return (await import('./formats/markdown.ts')).markdownOf(report);
    case 'csv':
      return (await import('./formats/csv.ts')).csvOf(report);
    case 'json':
      return `${JSON.stringify({ version: 1, ...report }, null, 2)}\n`;
    case 'pdf':
      return (await import('./pdf/layout.ts')).pdfOf(report);
  }
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
