/** Forms of a report: what a title or a tag holds stays text in each of them, and no word is lost on paper. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawn, HEIGHT, WIDTH } from '#metrics/reports/chart.ts';
import { csvOf } from '#metrics/reports/formats/csv.ts';
import { htmlOf } from '#metrics/reports/formats/html.ts';
import { markdownOf } from '#metrics/reports/formats/markdown.ts';
import { bytesOf, widthOf, wrapped } from '#metrics/reports/pdf/fonts.ts';
import type { Report } from '#metrics/reports/report.ts';

const reportWith = (name: string): Report => ({
  title: name,
  note: name,
  from: 0,
  to: 86_400_000,
  madeAt: 86_400_000,
  timeZone: 'UTC',
  repository: name,
  parts: [
    {
      id: 'cost',
      title: 'Cost',
      figures: [],
      charts: [],
      tables: [
        { title: 'By person', columns: ['Person', 'Cost', 'n'], rows: [[{ text: name }, { text: '$1.00', value: 1 }, { text: '1', value: 1 }]], dropped: 0 },
      ],
      notes: [name],
      hasData: true,
    },
  ],
});

test('a name cannot become markup, a formula or another cell', () => {
  const name = `=HYPERLINK("x")|<script>alert('1')</script>\n# no`;
  expect(htmlOf(reportWith(name))).not.toContain('<script');
  const lines = csvOf(reportWith(name)).split('\r\n');
  expect(lines.at(-2)).toMatch(/^Cost,,note,,,"'=HYPERLINK\(""x""\)/);
  const rows = markdownOf(reportWith(name))
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('HYPERLINK'));
  expect(rows).toHaveLength(1);
  expect(rows[0]).toContain('\\|\\<script\\>');
});

test('on paper every line fits and every letter is kept, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 30, max: 400 }), (text, most) => {
      const lines = wrapped(text, most, 9);
      for (const line of lines) expect(line.length <= 1 || widthOf(line, 9) <= most + 1e-9).toBe(true);
      expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
    }),
  );
  expect(Buffer.from(bytesOf('Größe – “3 €” Łódź 日')).toString('latin1')).toBe('Gr\u00f6\u00dfe \u0096 \u00933 \u0080\u0094 ?\u00f3dz ?');
});

test('a chart stays on its plane and draws no line across a gap', () => {
  const value = fc.option(fc.integer({ min: -1e9, max: 1e9 }).map((one) => one / 1000));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => {
      const points = values.map((one, i) => [i * 60_000, one] as const);
      const marks = drawn({ unit: 'count', from: 0, to: 3_600_000, stepMs: 60_000, timeZone: 'UTC', days: null, lines: [{ name: 'a', points }] });
      let told = 0;
      for (const mark of marks) {
        if (mark.kind === 'text' || mark.ink === 'axis') continue;
        const places = mark.kind === 'dot' ? [[mark.x, mark.y] as const] : mark.points;
        told += places.length;
        for (const [x, y] of places) expect(x >= 0 && x <= WIDTH && y >= 0 && y <= HEIGHT).toBe(true);
      }
      expect(told).toBe(values.filter((one) => one !== null).length);
    }),
  );
});

test('steps that the period cuts off at its ends are not drawn: they would look like a fall', () => {
  const points = [5, 100, 110, 90, 7].map((value, i) => [i * 60_000, value] as const);
  const lines = drawn({ unit: 'count', from: 30_000, to: 270_000, stepMs: 60_000, timeZone: 'UTC', days: null, lines: [{ name: 'a', points }] }).filter(
    ({ kind, ...mark }) => kind === 'line' && !('ink' in mark && mark.ink === 'axis'),
  );
  expect(lines.map((line) => (line.kind === 'line' ? line.points.length : 0))).toEqual([3]);
});
