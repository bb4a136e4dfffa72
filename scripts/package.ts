/** `npm run package [-- ARGUMENTS OF electron-builder]`: builds the product and packs the desktop app into `dist`. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const steps = [
  [process.execPath, 'scripts/build.ts'],
  [process.execPath, 'node_modules/electron-builder/cli.js', '--config', 'electron-builder.yml', '--publish', 'never', ...process.argv.slice(2)],
];
for (const [program = '', ...args] of steps) {
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
