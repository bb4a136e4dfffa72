/** `core.json` in the data folder: how a command line finds the core that owns the folder. Only the owner of the folder can read it. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const OwnerFile = z.object({ url: z.url(), token: z.string().min(32), pid: z.number().int().positive() });
export type OwnerFile = z.infer<typeof OwnerFile>;

const fileOf = (dataDir: string): string => path.join(dataDir, 'core.json');

export function writeOwnerFile(dataDir: string, owner: OwnerFile): void {
  const part = `${fileOf(dataDir)}.${process.pid}`;
  writeFileSync(part, JSON.stringify(owner), { mode: 0o600 });
  renameSync(part, fileOf(dataDir));
}

/** Null when no core has written it, or it cannot be read as one. */
export function readOwnerFile(dataDir: string): OwnerFile | null {
  try {
    const parsed = OwnerFile.safeParse(JSON.parse(readFileSync(fileOf(dataDir), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Removes it, unless another core has replaced it meanwhile. */
export function removeOwnerFile(dataDir: string): void {
  if (readOwnerFile(dataDir)?.pid === process.pid) rmSync(fileOf(dataDir), { force: true });
}
