/** The page that explains the database: its examples run and find what is there, and it knows every table and column. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Writer } from '#metrics/storage/writer.ts';
import type { Point } from '#metrics/index.ts';
import { batchOf, scratchDatabase } from '#test/support/metrics/open.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/users/analytics-data.md'), 'utf8');

test('every example gives rows', () => {
  const db = scratchDatabase();
  const now = Date.now();
  const writer = new Writer(db);
  const tokens = Array.from({ length: 1000 }, (_, i): Point => ({
    metric: 'tokens',
    kind: 'counter',
    tags: { model: `m${i % 2}` },
    at: now - 3_000_000 + i * 1000,
    value: 2,
  }));
  writer.append(
    [
      batchOf([
        ...tokens,
        ...tokens.slice(0, 500),
        { metric: 'memory', tags: {}, at: now, value: 1 },
        { metric: 'memory', tags: {}, at: now, value: Number.NaN },
      ]),
    ],
    now,
  );
  const examples = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = '']) => sql);
  expect(examples.length).toBeGreaterThan(4);
  const answers = examples.map((sql) => db.prepare<[], Record<string, unknown>>(sql).all());
  expect(answers.filter((rows) => rows.length === 0)).toEqual([]);
  expect(answers[1]?.reduce((sum, row) => sum + Number(row['sum']), 0)).toBe(3000);
});

test('every table and column is explained', () => {
  const db = scratchDatabase();
  const names = db
    .prepare<[], string>("select distinct p.name from sqlite_schema s, pragma_table_info(s.name) p where s.type = 'table' and s.name not like 'sqlite%'")
    .pluck();
  const tables = db.prepare<[], string>("select name from sqlite_schema where type = 'table' and name not like 'sqlite%'").pluck();
  const known = new Set(page.match(/`[a-z_]+`/g));
  // Of the two small tables the text names what is in them.
  const plain = new Set(['id', 'what', 'key', 'value', 'n']);
  expect([...names.all(), ...tables.all()].filter((name) => !plain.has(name) && !known.has(`\`${name}\``))).toEqual([]);
});
