/**
 * What the receiver of a host keeps between its starts, in `otlp.json` of the data folder, readable by its owner alone: the token clients
 * show, the salt of what is digested, and the port it had, so that settings written once stay right.
 */
import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { parseJson } from '#shared/lib/json.ts';

const Access = z.object({ token: z.string().min(32), salt: z.string().min(32), port: z.number().int().min(0).max(65_535) });
export type Access = z.infer<typeof Access>;

const fileIn = (dataDir: string): string => path.join(dataDir, 'otlp.json');

/** Null when this host never received telemetry. A file that is not what it should be counts as none: a new token is made. */
export async function readAccess(dataDir: string): Promise<Access | null> {
  const text = await readFile(fileIn(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const known = Access.safeParse(parseJson(text));
  if (!known.success) return null;
  // One that somebody opened up, or restored from a backup, is closed again.
  await chmod(fileIn(dataDir), 0o600);
  return known.data;
}

export const newAccess = (): Access => ({ token: randomBytes(32).toString('base64url'), salt: randomBytes(32).toString('base64url'), port: 0 });

export async function writeAccess(dataDir: string, access: Access): Promise<void> {
  const part = `${fileIn(dataDir)}.part`;
  await rm(part, { force: true });
  await writeFile(part, `${JSON.stringify(access)}\n`, { mode: 0o600, flush: true });
  await rename(part, fileIn(dataDir));
}
