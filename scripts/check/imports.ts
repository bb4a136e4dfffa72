/** Reads which file imports what: every import, export-from and dynamic import, types included, resolved to files of this repository. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vite';
import { z } from 'zod';

const Alias = z.object({ imports: z.record(z.string(), z.string()) });

export type Import = {
  readonly from: string;
  readonly line: number;
  readonly text: string;
  /** File of this repository; null for a package or a module of Node. */
  readonly to: string | null;
};

/** All imports of the files under `folders`, paths relative to `root`. */
export function readImports(root: string, folders: readonly string[]): Import[] {
  const aliases = Object.entries(Alias.parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))).imports);
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx,mjs}`, { cwd: root, exclude: (name) => name === 'node_modules' }));
  return files.flatMap((from) => {
    const code = readFileSync(path.join(root, from), 'utf8');
    return specifiers(code, from).map(({ text, start }) => ({
      from,
      line: code.slice(0, start).split('\n').length,
      text,
      to: resolve(root, from, text, aliases),
    }));
  });
}

const Specifier = z.object({ source: z.object({ type: z.literal('Literal'), value: z.string() }), start: z.number() });
const isImport = new Set(['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression']);

function specifiers(code: string, file: string): { text: string; start: number }[] {
  const found: { text: string; start: number }[] = [];
  const pending: unknown[] = [parseAst(code, { lang: file.endsWith('x') ? 'tsx' : 'ts', sourceType: 'module' }, file)];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    if ('type' in node && typeof node.type === 'string' && isImport.has(node.type)) {
      const read = Specifier.safeParse(node);
      if (read.success) found.push({ text: read.data.source.value, start: read.data.start });
    }
    for (const child of Object.values(node)) if (typeof child === 'object' && child !== null) pending.push(child);
  }
  return found;
}

function resolve(root: string, from: string, text: string, aliases: readonly (readonly [string, string])[]): string | null {
  if (text.startsWith('.')) return existing(root, path.join(path.dirname(from), text));
  for (const [pattern, target] of aliases) {
    const prefix = pattern.slice(0, -1);
    if (text.startsWith(prefix)) return existing(root, path.normalize(target.replace('*', text.slice(prefix.length))));
  }
  return null;
}

/** The file an address without its query means; what is not there is left to the type check. */
function existing(root: string, name: string): string {
  const file = name.replace(/\?.*$/, '');
  return [file, `${file}.ts`, `${file}.tsx`].find((candidate) => existsSync(path.join(root, candidate))) ?? file;
}
