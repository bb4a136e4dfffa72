/** Makes the data folder. Not by `recursive`: on a file system that refuses with "no such file" (/proc) that tries again without end. */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Makes a folder that only its owner may enter, and what leads to it. @throws what the file system refuses, and for a file in its place */
export function makeFolder(dir: string): void {
  const missing: string[] = [];
  let at = path.resolve(dir);
  for (; !statSync(at, { throwIfNoEntry: false }) && at !== path.dirname(at); at = path.dirname(at)) missing.push(at);
  if (!statSync(at).isDirectory()) throw new Error(`${at} is not a folder`);
  for (const folder of missing.toReversed()) {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      // Another program may make the same folder at this moment.
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
    }
  }
}
