/** `node scripts/check/boundaries.ts`: rooms import only what the house allows, and nothing imports itself through others. */
import path from 'node:path';
import { readImports, type Import } from './imports.ts';
import { objection } from './rooms.ts';

const root = path.resolve(import.meta.dirname, '../..');
const imports = readImports(root, ['shared', 'main', 'preload', 'renderer', 'scripts', 'test']);

const faults = imports.flatMap(({ from, line, text, to }) => {
  const why = objection(from, text, to);
  return why === null ? [] : [`${from}:${line} imports ${text}: ${why}`];
});
for (const cycle of findCycles(imports)) faults.push(`cycle: ${cycle.join(' → ')}`);

for (const fault of faults) console.log(fault);
console.log(`${imports.length} imports, ${faults.length} against the rules`);
process.exit(faults.length === 0 ? 0 : 1);

/** Each cycle once, by a depth-first walk that remembers what it has left behind. */
function findCycles(edges: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) if (to !== null) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const cycles: string[][] = [];
  const walk = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) cycles.push([...trail.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const target of next.get(file) ?? []) walk(target, [...trail, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
  return cycles;
}
