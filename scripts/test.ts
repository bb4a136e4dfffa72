/**
 * `npm test [-- WORLD … | PATH …] [--coverage]`: builds, prepares what the worlds need, runs them, and prints one summary whose
 * last line is `N passed, N failed, N skipped`. The whole run also measures line coverage and fails below the threshold.
 */
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { readCoverage } from './test/coverage.ts';
import { ensureBuilt, ensureChromium, ensureTools, type Missing } from './test/prepare.ts';
import { WorldReporter } from './test/reporter.ts';
import { printSummary } from './test/summary.ts';
import { filesOf, select, worlds } from './test/worlds.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { coverage: { type: 'boolean', default: false }, name: { type: 'string', short: 't' } },
});
const { names, filters } = select(positionals);
const whole = names.length === worlds.length && filters.length === 0 && values.name === undefined;
const measure = whole || values.coverage;
const began = Date.now();

const missing: Missing[] = [];
// Pure logic runs from its sources; everything else starts built programs.
if (names.some((name) => name !== 'unit') && !(await ensureBuilt())) {
  console.log('The build failed, so nothing was tested.\n0 passed, 1 failed, 0 skipped');
  process.exit(1);
}
if (names.includes('integration') || names.includes('ui') || names.includes('desktop')) missing.push(...(await ensureTools()));
const withoutBrowser = names.includes('ui') || names.includes('desktop') ? await ensureChromium() : null;
const runnable = names.filter((name) => withoutBrowser === null || (name !== 'ui' && name !== 'desktop'));
for (const name of names.filter((world) => !runnable.includes(world))) {
  missing.push({ what: `the ${name} world`, files: filesOf(name).length, why: withoutBrowser ?? '' });
}

const reporter = new WorldReporter();
const vitest =
  runnable.length === 0
    ? null
    : await startVitest(filters, {
        watch: false,
        project: runnable,
        reporters: [reporter],
        passWithNoTests: whole,
        coverage: { enabled: measure },
        ...(values.name === undefined ? {} : { testNamePattern: values.name }),
      });
const stray = process.exitCode === 1;
await vitest?.close();

const coverage = measure ? await readCoverage() : null;
const passed = printSummary({ modules: reporter.modules, errors: reporter.errors, missing, coverage, enforce: whole, tookMs: Date.now() - began });
process.exit(passed && !stray ? 0 : 1);
