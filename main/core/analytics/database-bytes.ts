/** Sizes of the app's databases. */
import { statSync } from 'node:fs';
import path from 'node:path';

const FILES = ['acc.db', 'metrics.db'];

/** Bytes of each with its log beside it; one that is not there yet is left out. */
export function databaseBytes(dataDir: string): { readonly file: string; readonly bytes: number }[] {
  const sizeOf = (file: string): number | undefined => statSync(path.join(dataDir, file), { throwIfNoEntry: false })?.size;
  return FILES.flatMap((file) => {
    const bytes = sizeOf(file);
    return bytes === undefined ? [] : [{ file, bytes: bytes + (sizeOf(`${file}-wal`) ?? 0) }];
  });
}
