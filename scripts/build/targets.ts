/** The files this project builds, each from one entry. */
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');
export const outDir = path.join(root, 'out');

export type Target = {
  readonly name: string;
  /** Entry, relative to the repository. */
  readonly entry: string;
  /** What it makes, relative to `out`. A file, or a folder for the renderer. */
  readonly output: string;
  readonly kind: 'node' | 'preload' | 'renderer';
};

export const targets: readonly Target[] = [
  { name: 'acc', entry: 'main/cli/main.ts', output: 'acc.js', kind: 'node' },
  { name: 'core', entry: 'main/core/main.ts', output: 'core/main.js', kind: 'node' },
  { name: 'store-worker', entry: 'main/store/worker.ts', output: 'store-worker.js', kind: 'node' },
  { name: 'metrics-worker', entry: 'main/metrics/worker.ts', output: 'metrics-worker.js', kind: 'node' },
  { name: 'host', entry: 'main/host/main.ts', output: 'host.js', kind: 'node' },
  { name: 'desktop', entry: 'main/desktop/main.ts', output: 'desktop/main.js', kind: 'node' },
  { name: 'preload', entry: 'preload/index.ts', output: 'preload.cjs', kind: 'preload' },
  { name: 'renderer', entry: 'renderer/index.html', output: 'renderer', kind: 'renderer' },
];
