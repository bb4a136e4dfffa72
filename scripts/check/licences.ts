/**
 * `node scripts/check/licences.ts`: every package that is shipped, installed with the app or bundled into it, has a licence that
 * lets it be. Reads the lock file, so it needs no network and sees exactly what is installed.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readImports } from './imports.ts';

const allowed = new Set(['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense', 'OFL-1.1']);

const Names = z.record(z.string(), z.string()).default({});
const Package = z.object({ license: z.string().optional(), dependencies: Names, optionalDependencies: Names, peerDependencies: Names });
const Lock = z.object({ packages: z.record(z.string(), Package) });

const root = path.resolve(import.meta.dirname, '../..');
const { packages } = Lock.parse(JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')));

const imported = readImports(root, ['shared', 'main', 'preload', 'renderer'])
  .filter(({ text, to }) => to === null && !text.startsWith('node:') && !text.startsWith('#'))
  .map(({ text }) => nameOf(text));
const own = packages[''];
const shipped = new Set<string>();
const pending = [...new Set([...imported, ...Object.keys({ ...own?.dependencies, ...own?.optionalDependencies })])].map((name) => find('', name));
for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
  // Null is an optional package that this platform does not have; Electron's runtime carries its own notices.
  if (at === null || shipped.has(at) || at === 'node_modules/electron') continue;
  shipped.add(at);
  const { dependencies, optionalDependencies, peerDependencies } = packages[at] ?? Package.parse({});
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) pending.push(find(at, name));
}

const faults = [...shipped].toSorted().flatMap((at) => (isAllowed(packages[at]?.license) ? [] : [`${at}: ${packages[at]?.license ?? 'no licence named'}`]));
for (const fault of faults) console.log(fault);
console.log(`${shipped.size} shipped packages, ${faults.length} with a licence that is not on the list`);
process.exit(faults.length === 0 ? 0 : 1);

function nameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Where Node would find `name` from the package at `at`. */
function find(at: string, name: string): string | null {
  const here = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
  if (here in packages) return here;
  return at === '' ? null : find(at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/'))), name);
}

/** One licence of a choice (`A OR B`) suffices; of a combination (`A AND B`) each counts. */
function isAllowed(expression: string | undefined): boolean {
  if (expression === undefined) return false;
  return expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => allowed.has(licence.trim())));
}
