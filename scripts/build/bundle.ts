/** Turns one target into its output: Vite for the renderer, esbuild for everything that runs in Node or as a preload. */
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { build as esbuild, type BuildOptions } from 'esbuild';
import { isMade, leanMemory } from './lean.ts';
import { outDir, root, type Target } from './targets.ts';

/** CommonJS packages inside an ES module still call `require` for Node's own modules. */
const requireBanner = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`;

/** Native addons stay outside; the two after `ws` speeds up with are optional and not installed. */
const external = ['better-sqlite3', 'electron', 'bufferutil', 'utf-8-validate'];

/** How long parts of earlier builds stay, in milliseconds: a core may run that long while its developer builds. */
const KEEP_PARTS_MS = 24 * 3_600_000;

const optionsOf: Record<'node' | 'preload', BuildOptions> = {
  node: { platform: 'node', target: 'node24', format: 'esm', banner: { js: requireBanner }, external },
  // A sandboxed preload may only be CommonJS and may only require `electron`.
  preload: { platform: 'browser', target: 'chrome140', format: 'cjs', external: ['electron'] },
};

/**
 * Builds one target.
 * @returns the files of this repository that went into it, relative to the repository
 * @throws when an entry is missing or does not compile
 */
export async function bundle(target: Target): Promise<string[]> {
  if (target.kind === 'renderer') return bundleRenderer(target);
  const result = await esbuild({
    ...optionsOf[target.kind],
    absWorkingDir: root,
    entryPoints: [target.entry],
    ...placesOf(target),
    bundle: true,
    metafile: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // Names stay, for stack traces.
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: target.kind === 'node' ? [leanMemory] : [],
    legalComments: 'none',
    logLevel: 'silent',
  });
  await sweep(target, Object.keys(result.metafile.outputs));
  return Object.keys(result.metafile.inputs).filter(
    (file) => !file.includes('node_modules/') && !file.startsWith('<') && !file.startsWith('(') && !isMade(file),
  );
}

/** A program in one file reads, and keeps, the text of all it might ever do: what is imported late is a file of its own. */
function placesOf({ kind, name, output }: Target): BuildOptions {
  if (kind === 'preload') return { outfile: path.join(outDir, output) };
  // In the same folder: modules look for their neighbours from where their own file is.
  const { dir, name: entry } = path.parse(output);
  return { outdir: path.join(outDir, dir), entryNames: entry, chunkNames: `${name}-[name]-[hash]`, splitting: true };
}

/** Removes parts of earlier builds, but none a core that still runs may ask for. */
async function sweep({ name, output }: Target, written: readonly string[]): Promise<void> {
  const dir = path.join(outDir, path.dirname(output));
  const part = new RegExp(`^${name}-.+-[A-Z0-9]{8}\\.js(\\.map)?$`);
  for (const file of await readdir(dir)) {
    const full = path.join(dir, file);
    if (!part.test(file) || written.includes(path.relative(root, full))) continue;
    if (Date.now() - (await stat(full)).mtimeMs > KEEP_PARTS_MS) await rm(full, { force: true });
  }
}

async function bundleRenderer(target: Target): Promise<string[]> {
  // A test runner that asks for a build must not get the development form of React with it.
  process.env['NODE_ENV'] = 'production';
  // Imported here: loading Vite takes longer than deciding that nothing has to be built.
  const { build } = await import('vite');
  // Built beside and then moved: a page that is opened meanwhile finds the old files or the new ones, never none.
  const output = path.join(outDir, target.output);
  const fresh = path.join(outDir, '.renderer-new');
  const old = path.join(outDir, '.renderer-old');
  const configFile = path.join(root, 'vite.config.ts');
  await build({ root: path.join(root, path.dirname(target.entry)), configFile, logLevel: 'warn', build: { outDir: fresh } });
  await rm(old, { recursive: true, force: true });
  if (existsSync(output)) await rename(output, old);
  await rename(fresh, output);
  await rm(old, { recursive: true, force: true });
  return [...(await filesIn('renderer')), ...(await filesIn('shared')), 'vite.config.ts'];
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}
