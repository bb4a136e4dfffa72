/** Every code a person may meet is explained in the troubleshooting page, and the page explains no code that is gone. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** Words written like codes that are none: variables of the environment, heads of git, codes of other programs. */
const OTHERS =
  /^(ACC_DATA|ACC_SESSION|ACC_PROMPT|ANTHROPIC_.*|CLAUDE_.*|OTEL_.*|ELECTRON_OVERRIDE_DIST_PATH|ERR_[A-Z_]+|WAYLAND_DISPLAY|XDG_DATA_HOME|SQLITE_.*|[A-Z_]+_HEAD)$/;

function codesInSource(): Set<string> {
  const codes = new Set<string>();
  for (const file of globSync('{main,shared,renderer}/**/*.{ts,tsx}', { cwd: root })) {
    const source = readFileSync(path.join(root, file), 'utf8');
    // A word with an underscore is a code wherever it stands; one without only where a fault is made.
    for (const [, long, short] of source.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'|(?:fail\(\s*|\bcode: )'([A-Z]+)'/g)) {
      const code = long ?? short ?? '';
      if (!OTHERS.test(code)) codes.add(code);
    }
  }
  return codes;
}

const page = readFileSync(path.join(root, 'docs/users/troubleshooting.md'), 'utf8');
const explained = new Set([...page.matchAll(/^\| `([A-Z0-9_]+)`\s+\| .+ \| .+ \|$/gm)].map(([, code]) => code ?? ''));

test('every code in the source is explained', () => {
  expect([...codesInSource()].filter((code) => !explained.has(code))).toEqual([]);
});

test('every explained code is in the source', () => {
  const known = codesInSource();
  expect([...explained].filter((code) => !known.has(code))).toEqual([]);
});
