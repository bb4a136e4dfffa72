/** What a dial needs beside the address and is kept in no row: the token in a file of its own, certificates where their owner put them. */
import { readFileSync } from 'node:fs';
import type { TlsMaterial } from '#pool/index.ts';
import type { TlsFiles } from '#shared/domain/connection.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { SecretFiles } from '#store/secret-files.ts';

const MIN_TOKEN = 32;
const FIX = 'Give the token of the host again in Connections.';

export class Secrets {
  readonly #files: SecretFiles;

  /** @param dataDir the data folder; tokens are in `host-tokens` below it, readable by its owner alone */
  constructor(dataDir: string) {
    this.#files = new SecretFiles(dataDir, 'host-tokens', { code: 'HOST_TOKEN', name: 'token of the agent host', fix: FIX });
  }

  /** Keeps a token. @returns HOST_TOKEN when the file cannot be written */
  keep(hostId: string, token: string): Result<void> {
    return this.#files.keep(hostId, token);
  }

  forget(hostId: string): void {
    this.#files.forget(hostId);
  }

  /** @returns HOST_TOKEN when there is none */
  token(hostId: string): Result<string> {
    const token = this.#files.read(hostId);
    return token.ok && token.value.length < MIN_TOKEN ? fail('HOST_TOKEN', 'The token of the agent host is too short.', { fix: FIX }) : token;
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
