/** What a dial needs beside the address and is kept in no row: the token in a file of its own, certificates where their owner put them. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TlsMaterial } from '#pool/index.ts';
import type { TlsFiles } from '#shared/domain/connection.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';

const MIN_TOKEN = 32;

export class Secrets {
  readonly #folder: string;

  /** @param dataDir the data folder; tokens are in `host-tokens` below it, readable by its owner alone */
  constructor(dataDir: string) {
    this.#folder = path.join(dataDir, 'host-tokens');
  }

  /** Keeps a token. @returns HOST_TOKEN when the file cannot be written */
  keep(hostId: string, token: string): Result<void> {
    const file = this.#fileOf(hostId);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.new`, `${token}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
      return ok(undefined);
    } catch (error) {
      return fail('HOST_TOKEN', 'The token of the agent host could not be kept.', { why: said(error), fix: 'Check the data folder in Diagnostics.' });
    }
  }

  forget(hostId: string): void {
    rmSync(this.#fileOf(hostId), { force: true });
  }

  /** @returns HOST_TOKEN when there is none */
  token(hostId: string): Result<string> {
    const fix = 'Give the token of the host again in Connections.';
    try {
      const token = readFileSync(this.#fileOf(hostId), 'utf8').trim();
      return token.length >= MIN_TOKEN ? ok(token) : fail('HOST_TOKEN', 'The token of the agent host is too short.', { fix });
    } catch (error) {
      return fail('HOST_TOKEN', 'The token of the agent host cannot be read.', { why: said(error), fix });
    }
  }

  #fileOf(hostId: string): string {
    return path.join(this.#folder, path.basename(hostId));
  }
}

/** Reads the PEM files named for a host. @returns HOST_TLS, which says which file cannot be used and why */
export function readTls(files: TlsFiles): Result<TlsMaterial> {
  const material: { ca?: string; cert?: string; key?: string; serverName?: string } = files.serverName === '' ? {} : { serverName: files.serverName };
  const parts = [
    ['ca', files.caFile, 'certificate authority'],
    ['cert', files.certFile, 'client certificate'],
    ['key', files.keyFile, 'key of the client certificate'],
  ] as const;
  if ((files.certFile === '') !== (files.keyFile === '')) {
    return fail('HOST_TLS', 'A client certificate and its key belong together.', { fix: 'Name both files, or neither.' });
  }
  for (const [part, file, word] of parts) {
    if (file === '') continue;
    try {
      const text = readFileSync(file, 'utf8');
      if (!text.includes('-----BEGIN '))
        return fail('HOST_TLS', `The file with the ${word} is not PEM text.`, { why: file, fix: 'Name a file that holds PEM.' });
      material[part] = text;
    } catch (error) {
      return fail('HOST_TLS', `The file with the ${word} cannot be read.`, { why: said(error), fix: 'Check its path and its rights.' });
    }
  }
  return ok(material);
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
