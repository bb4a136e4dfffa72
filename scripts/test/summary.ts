/** The one summary of a run: counts per world, what was skipped and why, coverage, and the last line others parse. */
import type { TestModule } from 'vitest/node';
import { LINES_NEEDED, type Coverage } from './coverage.ts';
import type { Missing } from './prepare.ts';

type Count = { files: number; passed: number; failed: number; skipped: number };

export type Run = {
  readonly modules: readonly TestModule[];
  readonly errors: number;
  readonly missing: readonly Missing[];
  readonly coverage: Coverage | null;
  /** True when the run was whole, so that coverage decides too. */
  readonly enforce: boolean;
  readonly tookMs: number;
};

/** Prints the summary. Returns whether the run counts as passed. */
export function printSummary(run: Run): boolean {
  const counts = new Map<string, Count>();
  const reasons = new Map<string, number>();
  for (const module of run.modules) countModule(module, counts, reasons);
  for (const { what, why, files } of run.missing) reasons.set(`${what}: ${why}`, files);

  console.log('\nSummary');
  for (const [world, count] of counts) {
    console.log(`  ${world.padEnd(12)} ${count.files} files: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
  if (reasons.size > 0) console.log('Skipped');
  for (const [reason, times] of reasons) console.log(`  ${times} × ${reason}`);
  const covered = printCoverage(run);

  const sum = (key: keyof Count): number => [...counts.values()].reduce((total, count) => total + count[key], 0);
  const failed = sum('failed') + run.errors + (covered ? 0 : 1);
  const skipped = sum('skipped') + run.missing.reduce((total, { files }) => total + files, 0);
  if (run.errors > 0) console.log(`Errors outside a test: ${run.errors}`);
  console.log(`Took ${Math.round(run.tookMs / 1000)} s`);
  console.log(`${sum('passed')} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0;
}

function countModule(module: TestModule, counts: Map<string, Count>, reasons: Map<string, number>): void {
  const world = module.project.name;
  const count = counts.get(world) ?? { files: 0, passed: 0, failed: 0, skipped: 0 };
  counts.set(world, count);
  count.files++;
  // A file that breaks before its first test has no test to carry the failure.
  if (module.errors().length > 0) count.failed++;
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (result.state === 'passed') count.passed++;
    else if (result.state === 'failed') count.failed++;
    else {
      count.skipped++;
      const reason = (result.state === 'skipped' ? result.note : undefined) ?? `${test.fullName} (no reason given)`;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
}

function printCoverage({ coverage, enforce }: Run): boolean {
  if (coverage === null) {
    if (enforce) console.log('Coverage was not measured');
    return !enforce;
  }
  console.log(`Line coverage of main/ and shared/: ${coverage.percent.toFixed(1)} % (${coverage.covered} of ${coverage.total}), needed ${LINES_NEEDED} %`);
  for (const { name, covered, total } of coverage.rooms) {
    if (total > 0) console.log(`  ${name.padEnd(14)} ${((100 * covered) / total).toFixed(1).padStart(5)} % of ${total}`);
  }
  if (coverage.percent >= LINES_NEEDED || !enforce) return true;
  console.log(`FAILED: line coverage is below ${LINES_NEEDED} %`);
  return false;
}
