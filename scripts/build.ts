/**
 * Builds what runs: `node scripts/build.ts [--force] [--quiet] [TARGET …]`, all targets by default. A target whose inputs did
 * not change is left as it is. Ends with 1 when a target cannot be built; progress goes to stderr.
 */
import { parseArgs } from 'node:util';
import { bundle } from './build/bundle.ts';
import { withBuildLock } from './build/lock.ts';
import { isFresh, remember } from './build/fingerprint.ts';
import { targets } from './build/targets.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { force: { type: 'boolean', default: false }, quiet: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !targets.some((target) => target.name === name));
if (unknown.length > 0) {
  console.error(`build: no target ${unknown.join(', ')}; there are ${targets.map((target) => target.name).join(', ')}`);
  process.exit(2);
}
const wanted = positionals.length === 0 ? targets : targets.filter((target) => positionals.includes(target.name));

await withBuildLock(async () => {
  for (const target of wanted) {
    if (!values.force && (await isFresh(target))) continue;
    const began = performance.now();
    try {
      await remember(target, await bundle(target));
    } catch (error) {
      process.exitCode = 1;
      console.error(`build: ${target.name} failed: ${error instanceof Error ? error.message : String(error)}`);
      continue;
    }
    if (!values.quiet) console.error(`build: ${target.name} in ${Math.round(performance.now() - began)} ms`);
  }
});
