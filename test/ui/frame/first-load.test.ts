/** What every page loads before it shows anything, as it was built. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const built = path.resolve(import.meta.dirname, '../../../out/renderer');
const SourceMap = z.object({ sources: z.array(z.string()) });

test('the first scripts are without zod: types of the contract are enough for them', () => {
  const page = readFileSync(path.join(built, 'index.html'), 'utf8');
  const scripts = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, file]) => file ?? '');
  expect(scripts.length).toBeGreaterThan(0);
  const sources = scripts.flatMap((file) => SourceMap.parse(JSON.parse(readFileSync(path.join(built, `${file}.map`), 'utf8'))).sources);
  expect(sources.some((source) => source.includes('/node_modules/react-dom/'))).toBe(true);
  expect(sources.filter((source) => source.includes('/node_modules/zod/'))).toEqual([]);
});
