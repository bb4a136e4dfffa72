/** What a program would hold in memory without ever using it; a core at rest is a seventh smaller without these. */
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** Modules made here, which are no files: `builtin:node:fs`, `late:tls`. */
const MADE = /^(builtin|late):/;
const IN_WS = /[\\/]node_modules[\\/]ws[\\/]/;

export const isMade = (input: string): boolean => MADE.test(input);

export const leanMemory: Plugin = {
  name: 'lean-memory',
  setup(build) {
    // An import of a built-in reads every export of it, and reading some of them loads a part of Node: of http's, the whole fetch.
    build.onResolve({ filter: /^node:/ }, ({ path: name }) => ({ path: name, namespace: 'builtin' }));
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, async ({ path: name }) => ({ contents: builtin(name, Object.keys(await import(name))) }));
    // `ws` names these for encrypted and for compressed sockets: they load at the first use of one.
    build.onResolve({ filter: /^(https|tls|zlib)$/ }, ({ path: name, importer }) => (IN_WS.test(importer) ? { path: name, namespace: 'late' } : null));
    build.onLoad({ filter: /.*/, namespace: 'late' }, ({ path: name }) => ({
      contents: `module.exports = new Proxy({}, { get: (_, key) => process.getBuiltinModule(${JSON.stringify(name)})[key] });`,
    }));
    // Of the limiters only the one in memory is used; the index loads those for a dozen databases.
    build.onLoad({ filter: /[\\/]rate-limiter-flexible[\\/]index\.js$/ }, () => ({
      contents: `module.exports = { RateLimiterMemory: require('./lib/RateLimiterMemory.js') };`,
    }));
    // The object `z` keeps all of zod; the namespace keeps what is used of it.
    build.onLoad({ filter: /[\\/](main|shared)[\\/].*\.ts$/ }, async ({ path: file }) => ({ contents: zodByName(await readFile(file, 'utf8')), loader: 'ts' }));
    // Messages of zod in fifty languages; English comes by another way.
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export {};' }));
  },
};

/** A built-in of which only the exports that somebody imports are read, when the first module that imports them is. */
function builtin(name: string, exported: readonly string[]): string {
  const each = (key: string): string => (key === 'default' ? 'export default all;' : `export const ${key} = /* @__PURE__ */ (() => all.${key})();`);
  return [`const all = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(name)});`, ...exported.map(each)].join('\n');
}

/** On the same line, so that source maps stay right. */
const zodByName = (source: string): string =>
  source.replace(/^import \{ z(?:, (type \w+))? \} from 'zod';$/m, (_, type: string | undefined) =>
    type === undefined ? `import * as z from 'zod';` : `import * as z from 'zod'; import { ${type} } from 'zod';`,
  );
