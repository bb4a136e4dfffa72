/** The worlds of test that need no cluster. Each is a project; they run one after another because they share two cores and ports. */
import path from 'node:path';
import { defineConfig } from 'vitest/config';

type World = { name: string; include: string[]; seconds: number };

/** `seconds` is the time limit of one test: generous, because a slow machine is not a failure. */
const worlds: World[] = [
  { name: 'unit', include: ['test/unit/**/*.test.ts'], seconds: 20 },
  { name: 'integration', include: ['test/integration/**/*.test.ts', 'test/faults/**/*.test.ts'], seconds: 90 },
  { name: 'ui', include: ['test/ui/**/*.test.ts'], seconds: 120 },
  { name: 'desktop', include: ['test/desktop/**/*.test.ts'], seconds: 120 },
];

export default defineConfig({
  test: {
    globalSetup: 'test/support/temp-folder.ts',
    projects: worlds.map(({ name, include, seconds }, groupOrder) => ({
      // The desktop's sources run on the stand-in; where Electron's runtime is there, the specs start it as a program of its own.
      resolve: { alias: name === 'desktop' ? [{ find: 'electron', replacement: path.join(import.meta.dirname, 'test/support/electron/index.ts') }] : [] },
      test: {
        name,
        include,
        environment: 'node',
        pool: 'forks',
        testTimeout: seconds * 1000,
        hookTimeout: seconds * 1000,
        // A test that leaves processes behind is found by its own clean-up, not by waiting for the worker.
        teardownTimeout: 10_000,
        maxWorkers: 2,
        sequence: { groupOrder },
      },
    })),
    coverage: {
      provider: 'v8',
      include: ['main/**/*.ts', 'shared/**/*.ts', 'out/*.js', 'out/core/*.js', 'out/desktop/*.js'],
      // The built programs count for the sources they were made from.
      excludeAfterRemap: true,
      exclude: ['out/**/*.map'],
      autoAttachSubprocess: true,
      reportOnFailure: true,
      reporter: ['json-summary', 'lcovonly'],
      reportsDirectory: 'coverage',
    },
  },
});
