/** `npm run check`: everything that can be known without running the product, in parallel, with one summary. */
import path from 'node:path';
import { run } from './lib/run.ts';

const root = path.resolve(import.meta.dirname, '..');
const bin = (name: string): string => path.join(root, 'node_modules/.bin', name);

const steps: readonly { name: string; command: readonly string[] }[] = [
  { name: 'types', command: [bin('tsc'), '--noEmit', '-p', '.'] },
  { name: 'types of the renderer', command: [bin('tsc'), '--noEmit', '-p', 'renderer'] },
  { name: 'types of the preload', command: [bin('tsc'), '--noEmit', '-p', 'preload'] },
  { name: 'lint', command: [bin('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'boundaries', command: [process.execPath, 'scripts/check/boundaries.ts'] },
  { name: 'licences', command: [process.execPath, 'scripts/check/licences.ts'] },
  { name: 'format', command: [bin('oxfmt'), '--check', '.'] },
  { name: 'dead code', command: [bin('knip')] },
];

const results = await Promise.all(steps.map(async (step) => ({ ...step, ...(await run(step.command, { cwd: root, seconds: 300 })) })));
const failed = results.filter(({ code }) => code !== 0);
for (const { name, output } of failed) console.log(`── ${name}\n${output.trimEnd()}\n`);
for (const { name, code, tookMs } of results) console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${(tookMs / 1000).toFixed(1)} s)`);
console.log(failed.length === 0 ? 'All checks passed.' : `${failed.length} of ${results.length} checks failed.`);
process.exit(failed.length === 0 ? 0 : 1);
