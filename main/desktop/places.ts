/** Where the parts of the app lie. The folders are the same distance away from the sources and from the built program. */
import path from 'node:path';

export type Places = {
  readonly renderer: string;
  readonly preload: string;
  readonly core: string;
  readonly icons: string;
};

/** @param folder the folder of the running program: `out/desktop`, or `main/desktop` in tests */
export function placesFrom(folder: string): Places {
  const root = path.resolve(folder, '../..');
  return {
    renderer: path.join(root, 'out/renderer'),
    preload: path.join(root, 'out/preload.cjs'),
    core: path.join(root, 'out/core/main.js'),
    icons: path.join(root, 'resources'),
  };
}
