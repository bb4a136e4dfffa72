/**
 * Who this host is: one identifier for as long as its data folder lives, so that a control center knows it again after a restart.
 * Kept in `identity.json`, written aside and renamed, so that a crash leaves the old file, the new one or none, never half of one.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { newId } from '#shared/lib/id.ts';

const Identity = z.object({ id: z.string().regex(/^host_[0-9a-z]{26}$/) });

/**
 * The identifier of the host of a data folder; made at the first start. Only the sole host of the folder may ask.
 * @throws what the file system refuses; a file that is no identity is replaced, since nothing can be known from it
 */
export async function hostId(dataDir: string): Promise<string> {
  const file = path.join(dataDir, 'identity.json');
  const known = await read(file);
  if (known !== null) return known;
  const id = newId('host');
  const part = `${file}.part`;
  await rm(part, { force: true });
  await writeFile(part, `${JSON.stringify({ id } satisfies z.infer<typeof Identity>)}\n`, { mode: 0o600, flush: true });
  await rename(part, file);
  return id;
}

async function read(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  try {
    return Identity.parse(JSON.parse(text)).id;
  } catch {
    return null;
  }
}
