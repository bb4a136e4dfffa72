/** The version of this build, from package.json. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** Found upwards, because the built program lies one folder deeper than a checkout's root and the source two. */
function find(from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    try {
      const found = z
        .object({ name: z.literal('automatic-claude-code'), version: z.string() })
        .safeParse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
      if (found.success) return found.data.version;
    } catch {
      // Not in this folder.
    }
    if (folder === path.dirname(folder)) return 'unknown';
  }
}

export const version: string = find(import.meta.dirname);
