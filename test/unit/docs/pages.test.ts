/** The docs hold together: links lead somewhere, the command line's page knows every word and option, the contract's page every procedure. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { usage } from '#cli/usage.ts';
import { contract } from '#shared/contract/index.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const pages = ['README.md', 'CHANGELOG.md', 'SECURITY.md', ...globSync('docs/**/*.md', { cwd: root })];

/** The names headings get, as the usual renderers make them. */
const anchorsOf = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );

test.each(pages)('links of %s lead to files and headings that exist', (page) => {
  const text = read(page).replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(([, inText, inTag]) => inText ?? inTag ?? '');
  const broken = links.filter((link) => {
    if (/^(https?:|mailto:)/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = path.join(root, path.dirname(page), file);
    if (file !== '' && !existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(file === '' ? read(page) : readFileSync(target, 'utf8')).has(anchor);
  });
  expect(broken).toEqual([]);
});

test('the page of the command line knows every word and option of the usage', () => {
  const page = read('docs/users/command-line.md');
  const commands = [...usage.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, word]) => word ?? '');
  expect(commands.length).toBeGreaterThan(8);
  expect(commands.filter((word) => !page.includes(`## acc ${word}\n`))).toEqual([]);
  const options = new Set(usage.match(/--[a-z][a-z-]+/g));
  expect([...options].filter((option) => !page.includes(option))).toEqual([]);
  const words = [...usage.matchAll(/[|\]] ([a-z]+) ID/g)].map(([, word]) => word ?? '');
  expect(words.filter((word) => !page.includes(`\`${word} ID`))).toEqual([]);
});

test("the page of the contract names every service's procedures", () => {
  const page = read('docs/contributors/contract.md');
  for (const [service, procedures] of Object.entries(contract)) {
    const line = new RegExp(`^\\| \`${service}\`.*$`, 'm').exec(page)?.[0] ?? '';
    expect(Object.keys(procedures).filter((name) => !line.includes(`\`${name}\``))).toEqual([]);
  }
});

/** A key as the page writes it: `Mod+Shift+l` is `Ctrl Shift L`; a letter alone stays small. */
function written(keys: string): string {
  const parts = keys.split('+').map((part) => ({ Mod: 'Ctrl', Escape: 'Esc', ArrowLeft: '←', ArrowRight: '→' })[part] ?? part);
  return parts.map((part, at) => (parts.length > 1 && part.length === 1 && at > 0 ? part.toUpperCase() : part)).join(' ');
}

test('the page of keys knows every key of the UI', () => {
  const page = read('docs/users/keyboard.md').replaceAll(/` +`/g, '`\n`');
  const bound = new Set<string>();
  for (const file of globSync('renderer/**/*.{ts,tsx}', { cwd: root })) {
    for (const [, one, several = ''] of read(file).matchAll(/\bkeys: (?:'([^']+)'|\[([^\]]+)\])/g)) {
      for (const keys of one === undefined ? [...several.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '') : [one]) bound.add(keys);
    }
  }
  expect(bound.size).toBeGreaterThan(30);
  // Arrows stand beside the letters that do the same.
  const unknown = [...bound].filter((keys) => !/Arrow(Up|Down)$/.test(keys) && !page.includes(`\`${written(keys)}\``));
  expect(unknown).toEqual([]);
});
