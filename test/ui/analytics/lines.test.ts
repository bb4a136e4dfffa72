/** Answers as lines, rows and stacks; periods; the crosshair; colours apart for every kind of colour vision. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Answer } from '#shared/domain/query.ts';
import { momentAt, plot, xOf } from '#renderer/analytics/chart/crosshair.ts';
import { begin, back, forth, push } from '#renderer/analytics/model/history.ts';
import { extentOf, linesOf, pointsFor, rowsOf, stacksOf, valueAt } from '#renderer/analytics/model/lines.ts';
import { besideOf, periodText, spanText, timeTicks } from '#renderer/analytics/model/ranges.ts';
import { thinned } from '#renderer/analytics/model/thin.ts';

const figure = { value: 3, n: 3, minimum: 1 };
const answer = (tags: Record<string, string>[], from = 0): Answer => ({
  unit: 'count',
  from,
  to: from + 100,
  stepMs: 10,
  total: figure,
  series: tags.map((one) => ({
    tags: one,
    total: figure,
    points: [
      [from, 1],
      [from + 10, null],
      [from + 20, 3],
    ],
  })),
  dropped: 0,
  resolution: 'raw',
  tookMs: 1,
});

test('lines are named by tags, by metric when there are several; the period beside lies under its line in the same colour', () => {
  const [alone] = linesOf([{ title: 'Cost', answer: answer([{}]) }], [], 0, {});
  expect(alone?.name).toBe('Cost');
  const two = linesOf(
    [
      { title: 'Cost', answer: answer([{ repository: 'rep_1' }]) },
      { title: 'Turns', answer: answer([{}]) },
    ],
    [],
    0,
    { rep_1: 'api' },
  );
  expect(two.map(({ name }) => name)).toEqual(['Cost, api', 'Turns']);
  const compared = linesOf([{ title: 'Cost', answer: answer([{ agent: 'a' }, { agent: 'b' }], 1000) }], [answer([{ agent: 'b' }])], 1000, {});
  expect(compared.map(({ name, colour, beside }) => [name, colour, beside])).toEqual([
    ['a', 0, false],
    ['b, before', 1, true],
    ['b', 1, false],
  ]);
  expect(compared[1]?.points[0]).toEqual([1000, 1]);
});

test('a table has a row a moment that has a value, newest first, and says what it leaves out', () => {
  const lines = [
    {
      points: [
        [0, 1],
        [10, null],
        [20, 3],
      ] as const,
    },
    { points: [[10, 5]] as const },
  ];
  expect(rowsOf(lines, 10)).toEqual({
    rows: [
      { at: 20, values: [3, null] },
      { at: 10, values: [null, 5] },
      { at: 0, values: [1, null] },
    ],
    left: 0,
  });
  expect(rowsOf(lines, 2).left).toBe(1);
});

test('the crosshair reads the last value before it, and nothing where there is none near', () => {
  const points = [
    [0, 1],
    [10, 2],
    [100, null],
  ] as const;
  expect(valueAt(points, 14, 10)).toBe(2);
  expect(valueAt(points, 40, 10)).toBeNull();
  expect(valueAt(points, -1, 10)).toBeNull();
  expect(valueAt(points, 104, 10)).toBeNull();
  const width = 400;
  expect(momentAt(plot.left, width, 0, 1000)).toBe(0);
  expect(momentAt(xOf(250, width, 0, 1000), width, 0, 1000)).toBeCloseTo(250);
  expect(momentAt(10, width, 0, 1000)).toBeNull();
});

test('a scale begins at zero unless the values lie in a narrow band far from it', () => {
  expect(
    extentOf([
      {
        points: [
          [0, 5],
          [1, 80],
        ],
      },
    ]),
  ).toEqual([0, 80]);
  expect(
    extentOf([
      {
        points: [
          [0, 95],
          [1, 99],
        ],
      },
    ]),
  ).toEqual([95, 99]);
  expect(
    extentOf([
      {
        points: [
          [0, -4],
          [1, 9],
        ],
      },
    ]),
  ).toEqual([-4, 9]);
  expect(extentOf([{ points: [[0, null]] }])).toBeNull();
});

test('bars of one step stand on each other', () => {
  const { rows, low, high } = stacksOf(
    [
      {
        points: [
          [0, 2],
          [10, 1],
        ],
      },
      {
        points: [
          [0, 3],
          [10, null],
        ],
      },
    ],
    10,
  );
  expect(rows).toEqual([
    { at: 0, middle: 5, v0: 2, v1: 3 },
    { at: 10, middle: 15, v0: 1 },
  ]);
  expect([low, high]).toEqual([0, 5]);
});

test('a chart asks for at most a point a pixel, and a few pixels more ask nothing anew', () => {
  for (const width of [0, 39, 40, 333, 800, 9000]) expect(pointsFor(width)).toBeLessThanOrEqual(Math.min(4000, width));
  expect(pointsFor(801)).toBe(pointsFor(815));
});

test('thinned points keep the first, the last, the lowest and the highest', () => {
  const points = Array.from({ length: 10_000 }, (_, i) => [i, i === 4321 ? 1e6 : i === 77 ? -1e6 : Math.sin(i)] as const);
  const kept = thinned(points, 400);
  expect(kept.length).toBeLessThanOrEqual(400);
  expect(kept[0]).toEqual(points[0]);
  expect(kept.at(-1)).toEqual(points.at(-1));
  expect(kept.map(([, value]) => value)).toEqual(expect.arrayContaining([1e6, -1e6]));
});

test('the period before is as long and ends where this begins; a moving one moves in steps', () => {
  const fixed = besideOf({ kind: 'between', from: 1000, to: 5000 }, { with: 'before' }, 0);
  expect(fixed).toEqual({ from: -3000, to: 1000 });
  const day = { kind: 'last', ms: 86_400_000 } as const;
  const first = besideOf(day, { with: 'before' }, 1_800_000_000_000);
  expect(first && first.to - first.from).toBe(day.ms);
  expect(besideOf(day, { with: 'before' }, 1_800_000_001_000)).toEqual(first);
  expect(besideOf(day, null, 0)).toBeNull();
  expect([spanText(900_000), spanText(3_600_000), spanText(5_400_000), spanText(86_400_000 * 12)]).toEqual(['15 min', '1 h', '90 min', '12 d']);
  const monday = new Date(2026, 10, 16).getTime();
  expect(periodText(monday, new Date(2026, 10, 23).getTime())).toBe('16 Nov to 22 Nov');
});

test('ticks of time are few and round', () => {
  const from = new Date(2026, 10, 23, 9, 7).getTime();
  const ticks = timeTicks(from, from + 3_600_000, 6);
  expect(ticks.length).toBeGreaterThan(2);
  expect(ticks.length).toBeLessThanOrEqual(7);
  for (const tick of ticks) expect(new Date(tick).getMinutes() % 10).toBe(0);
});

test('steps are taken back and made again; a new one forgets what was taken back', () => {
  const two = push(push(begin(1), 2), 3);
  expect(back(two).now).toBe(2);
  expect(forth(back(two)).now).toBe(3);
  expect(back(back(back(two))).now).toBe(1);
  expect(forth(push(back(two), 9)).now).toBe(9);
});

test('lines of a chart have 3:1 on every ground and are apart for every kind of colour vision, in both themes', () => {
  const css = readFileSync(path.resolve(import.meta.dirname, '../../../renderer/styles/tokens.css'), 'utf8');
  const [light = '', dark = ''] = css.split("[data-theme='dark']");
  for (const theme of [light, dark]) {
    const token = (name: string): readonly number[] => {
      const text = new RegExp(`--${name}: oklch\\(([\\d. ]+)\\)`).exec(theme)?.[1] ?? new RegExp(`--${name}: oklch\\(([\\d. ]+)\\)`).exec(light)?.[1] ?? '';
      return linear(text.split(' ').map(Number));
    };
    const colours = [token('accent'), ...[2, 3, 4, 5, 6, 7, 8].map((n) => token(`c${n}`))];
    for (const ground of ['n0', 'n1'].map(token)) for (const colour of colours) expect(contrast(colour, ground)).toBeGreaterThan(3);
    for (const vision of visions) {
      const seen = colours.map((colour) => lab(times(vision, colour)));
      for (const [i, a] of seen.entries())
        for (const b of seen.slice(i + 1)) expect(Math.hypot(...a.map((part, k) => part - (b[k] ?? 0)))).toBeGreaterThan(0.1);
    }
  }
});

/** OKLCH to linear sRGB (Ottosson 2020); colour vision by Machado, Oliveira and Fernandes (2009), severity 1. */
function linear([lightness = 0, chroma = 0, hue = 0]: readonly number[]): number[] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const [l = 0, m = 0, s = 0] = [0.3963377774 * a + 0.2158037573 * b, -0.1055613458 * a - 0.0638541728 * b, -0.0894841775 * a - 1.291485548 * b].map(
    (x) => (lightness + x) ** 3,
  );
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((x) => Math.max(0, Math.min(1, x)));
}
function lab([r = 0, g = 0, b = 0]: readonly number[]): number[] {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
const times = (matrix: readonly (readonly number[])[], colour: readonly number[]): number[] =>
  matrix.map((row) =>
    Math.max(
      0,
      Math.min(
        1,
        row.reduce((sum, x, i) => sum + x * (colour[i] ?? 0), 0),
      ),
    ),
  );
const luminance = ([r = 0, g = 0, b = 0]: readonly number[]): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;
function contrast(a: readonly number[], b: readonly number[]): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
const visions = [
  [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
];
