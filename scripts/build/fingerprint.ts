/** Knows whether a target is as new as its inputs: a hash over their bytes, kept beside the output. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { outDir, root, type Target } from './targets.ts';

/** What changes every target: the installed packages and the way targets are built. */
const common = ['package-lock.json', 'package.json', 'scripts/build/bundle.ts', 'scripts/build/lean.ts', 'scripts/build/targets.ts'];

const Stamp = z.object({ hash: z.string(), files: z.array(z.string()) });

const stampFile = (target: Target): string => path.join(outDir, '.stamps', `${target.name}.json`);

async function hashOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const contents = await Promise.all([...common, ...files].map((file) => readFile(path.join(root, file))));
  [...common, ...files].forEach((file, index) => hash.update(`${file}\0${contents[index]?.length}\0`).update(contents[index] ?? ''));
  return hash.digest('hex');
}

/** True when the output exists and none of the files it was made from has changed. */
export async function isFresh(target: Target): Promise<boolean> {
  try {
    await stat(path.join(outDir, target.output));
    const stamp = Stamp.parse(JSON.parse(await readFile(stampFile(target), 'utf8')));
    return stamp.hash === (await hashOf(stamp.files));
  } catch {
    return false; // nothing built yet, an input is gone, or the stamp is damaged: each is a reason to build
  }
}

/** Keeps what the target was made from. */
export async function remember(target: Target, files: string[]): Promise<void> {
  const file = stampFile(target);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify({ hash: await hashOf(files.toSorted()), files: files.toSorted() }));
  await rename(`${file}.new`, file);
}
