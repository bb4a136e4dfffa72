/** Reports say what the screen says, in every form, and say so when there is nothing to say. */
import { existsSync, readdirSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, onTestFinished, test } from 'vitest';
import type { Report } from '#metrics/reports/report.ts';
import type { ReportFormat } from '#shared/domain/report.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { printValue } from '#shared/lib/units.ts';
import { HOUR, NOW, reportBench, specOf, type ReportBench } from '#test/support/metrics/reports.ts';
import { addRepository } from '#test/support/store.ts';
import { launchChromium } from '#test/support/chromium.ts';
import { until } from '#test/support/core/test-core.ts';

const text = (bench: ReportBench, id: string, format: ReportFormat): string =>
  Buffer.from(unwrap(bench.reports.file(id, format)).base64, 'base64').toString('utf8');
const dataOf = (bench: ReportBench, id: string): Report => JSON.parse(text(bench, id, 'json')) as Report;

test('every figure, chart and table equals the answer to the same question', async () => {
  const bench = await reportBench();
  const { id } = unwrap(await bench.reports.make(specOf(), ['json', 'html', 'md', 'csv']));
  const report = dataOf(bench, id);
  const range = { kind: 'between', from: NOW - 24 * HOUR, to: NOW } as const;
  const html = text(bench, id, 'html');
  const markdown = text(bench, id, 'md');
  let told = 0;
  for (const { figures } of report.parts) {
    for (const figure of figures.filter(({ title }) => !title.includes(','))) {
      const answer = unwrap(await bench.metrics.query({ metric: figure.metric, where: [], by: [], range, points: 0, limit: 20 }));
      expect([figure.metric, figure.value, figure.n]).toEqual([figure.metric, answer.total.value, answer.total.n]);
      if (figure.value === null) continue;
      told++;
      const printed = printValue(answer.unit, figure.value);
      expect(figure.text).toBe(printed);
      expect(html).toContain(`>${printed.replaceAll('<', '&lt;')}</dd>`);
      expect(markdown).toContain(`| ${printed} | ${figure.n} |`);
    }
  }
  expect(told).toBeGreaterThan(10);
  const cost = report.parts.find((part) => part.id === 'cost');
  const lines = unwrap(await bench.metrics.query({ metric: 'cost_usd', where: [], by: ['model'], range, points: 72, limit: 8 }));
  expect(cost?.charts[0]?.lines.map(({ name, points }) => [name, points])).toEqual(lines.series.map(({ tags, points }) => [tags['model'], points]));
  const rows = unwrap(await bench.metrics.query({ metric: 'cost_usd', where: [], by: ['repository'], range, points: 0, limit: 20 }));
  expect(cost?.tables[0]?.rows.map((row) => [row[0]?.text, row[1]?.value])).toEqual(rows.series.map(({ tags, total }) => [tags['repository'], total.value]));
  expect(text(bench, id, 'csv')).toContain(`Cost and tokens,Cost,figure,,,${String(cost?.figures[0]?.value)},usd,144`);
});

test('the page is whole: no script, nothing from elsewhere, charts that can be seen and read, in light and dark', async () => {
  const bench = await reportBench();
  const { id } = unwrap(await bench.reports.make(specOf(), ['html']));
  const html = text(bench, id, 'html');
  expect(html).not.toMatch(/<script|https?:\/\/|url\(|@import/);
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme, offline: true, viewport: { width: 1000, height: 900 } });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('request', (request) => void (request.url().startsWith('data:') || request.url() === 'about:blank' || problems.push(request.url())));
    await page.setContent(html);
    expect(await page.locator('h1').textContent()).toBe('The team <this week>');
    const drawn = await page.evaluate<string[]>(`[...document.querySelectorAll('svg polyline.c0')].map((line) => getComputedStyle(line).stroke)`);
    expect(drawn.length).toBeGreaterThan(3);
    expect(new Set(drawn)).toEqual(new Set([colorScheme === 'light' ? 'rgb(0, 96, 168)' : 'rgb(90, 176, 245)']));
    for (const summary of await page.locator('summary').all()) await summary.click();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id: rule, nodes }) => `${rule}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(problems).toEqual([]);
  }
});

test('the PDF has pages, text that can be found, and charts of lines', async () => {
  const bench = await reportBench();
  const { id } = unwrap(await bench.reports.make(specOf({ title: 'Woche – Größe' }), ['pdf']));
  const bytes = Buffer.from(unwrap(bench.reports.file(id, 'pdf')).base64, 'base64');
  const raw = bytes.toString('latin1');
  const pages = raw.match(/\/Type \/Page /g)?.length ?? 0;
  expect(pages).toBeGreaterThan(2);
  expect(raw).toContain(`/Count ${pages}`);
  // Every place in the table of places is where its object begins.
  const places = [...raw.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) => Number(at));
  places.forEach((at, i) => expect(raw.slice(at, at + `${i + 1} 0 obj`.length)).toBe(`${i + 1} 0 obj`));
  expect(raw.slice(Number(/startxref\n(\d+)/.exec(raw)?.[1])).startsWith('xref')).toBe(true);
  const contents = [...raw.matchAll(/stream\n([\s\S]*?)\nendstream/g)].map(([, body]) => inflateSync(Buffer.from(body ?? '', 'latin1')).toString('latin1'));
  const words = contents.flatMap((content) =>
    [...content.matchAll(/<([0-9a-f]*)> Tj/g)].map(([, hex]) => new TextDecoder('windows-1252').decode(Buffer.from(hex ?? '', 'hex'))),
  );
  expect(words).toContain('Woche – Größe');
  expect(words).toContain('Cost by model');
  expect(words).toContain('sonnet');
  expect(contents.some((content) => / m ([^S]* l){20}/.test(content))).toBe(true);
});

test('an empty period is not enough data, not zero; a repository is only what belongs to it', async () => {
  const bench = await reportBench();
  const empty = unwrap(await bench.reports.make(specOf({ from: NOW - 90 * 24 * HOUR, to: NOW - 80 * 24 * HOUR }), ['json', 'html', 'md', 'csv', 'pdf']));
  const { parts } = dataOf(bench, empty.id);
  expect(parts.flatMap(({ figures }) => figures).filter(({ value }) => value !== null)).toEqual([]);
  expect(parts.filter(({ hasData }) => hasData).map(({ id }) => id)).toEqual(['alerts']);
  for (const format of ['html', 'md'] as const) expect(text(bench, empty.id, format)).toMatch(/Not enough data in this period\./);
  expect(text(bench, empty.id, 'html')).not.toMatch(/\$0\.00|>0</);
  const repository = addRepository(bench.store, { name: 'web' });
  const web = unwrap(await bench.reports.make(specOf({ repositoryId: repository.id, sections: ['cost'] }), ['json']));
  const own = unwrap(
    await bench.metrics.query({
      metric: 'cost_usd',
      where: [{ tag: 'repository', op: 'is', values: ['web'] }],
      by: [],
      range: { kind: 'between', from: NOW - 24 * HOUR, to: NOW },
      points: 0,
      limit: 20,
    }),
  );
  expect(dataOf(bench, web.id).parts[0]?.figures[0]?.value).toBe(own.total.value);
  expect(await bench.reports.make(specOf({ from: NOW, to: NOW }), ['md'])).toMatchObject({ ok: false, fault: { code: 'REPORT_RANGE' } });
  expect(await bench.reports.make(specOf({ repositoryId: 'rep_none' }), ['md'])).toMatchObject({ ok: false, fault: { code: 'REPORT_REPOSITORY' } });
});

test('a schedule runs at its time, survives restarts, and makes up for what it missed once, saying so', async () => {
  const clock = { now: new Date(2026, 10, 23, 7, 59).getTime() };
  const bench = await reportBench({ clock, withData: false });
  const schedule = unwrap(bench.reports.saveSchedule({ title: 'Weekly', cron: '0 8 * * 1', days: 7, sections: ['summary'], formats: ['md'], enabled: true }));
  expect(schedule.nextAt).toBe(new Date(2026, 10, 23, 8).getTime());
  await bench.reports.round();
  expect(bench.reports.list().reports).toEqual([]);
  clock.now += 70_000;
  await until('the report', async () => {
    await bench.reports.round();
    return bench.reports.list().reports.length === 1;
  });
  expect(bench.reports.list()).toMatchObject({
    reports: [{ title: 'Weekly', note: '' }],
    schedules: [{ lastFault: null, nextAt: new Date(2026, 10, 30, 8).getTime() }],
  });
  // Three Mondays pass while nothing runs.
  clock.now = new Date(2026, 11, 15, 10).getTime();
  await bench.reopen();
  await until('the missed report', () => bench.reports.list().reports.length === 2);
  await bench.reports.round();
  await bench.reopen();
  await bench.reports.round();
  const { reports, schedules } = bench.reports.list();
  expect(reports).toHaveLength(2);
  expect(reports[0]?.note).toMatch(/^Due 30 Nov 2026, 08:00:00, made 15 Dec 2026, 10:00:00: the app did not run then\.$/);
  expect(text(bench, reports[0]?.id ?? '', 'md')).toContain('the app did not run then');
  expect(schedules[0]?.nextAt).toBe(new Date(2026, 11, 21, 8).getTime());
  // The clock is set back: the next time is worked out anew.
  clock.now = new Date(2026, 10, 25, 10).getTime();
  await bench.reports.round();
  expect(bench.reports.list().schedules[0]?.nextAt).toBe(new Date(2026, 10, 30, 8).getTime());
  expect(bench.reports.saveSchedule({ ...schedule, cron: '0 99 * * 1' })).toMatchObject({ ok: false, fault: { code: 'REPORT_CRON' } });
});

test('a report is written in the time of its zone, by days of its zone, and a schedule runs by it', async () => {
  const clock = { now: Date.parse('2026-10-19T05:59:00Z') };
  const bench = await reportBench({ clock, withData: false });
  const zone = 'Europe/Berlin';
  const weekly = {
    title: 'Weekly',
    cron: '0 8 * * 1',
    days: 7,
    sections: ['summary' as const],
    formats: ['md' as const, 'json' as const],
    enabled: true,
    zone,
  };
  expect(unwrap(bench.reports.saveSchedule(weekly)).nextAt).toBe(Date.parse('2026-10-19T06:00:00Z'));
  clock.now = Date.parse('2026-10-26T07:00:30Z');
  await until('the report', async () => {
    await bench.reports.round();
    return bench.reports.list().reports.length === 1;
  });
  const [report] = bench.reports.list().reports;
  // Seven days back over the change of the clock it was the same time there.
  expect(report?.spec).toMatchObject({ zone, from: Date.parse('2026-10-19T06:00:30Z') });
  expect(report?.note).toBe('Due 19 Oct 2026, 08:00:00, made 26 Oct 2026, 08:00:30: the app did not run then.');
  expect(text(bench, report?.id ?? '', 'md')).toContain('19 Oct 2026, 08:00:30 to 26 Oct 2026, 08:00:30 (Europe/Berlin)');
  expect(bench.reports.list().schedules[0]?.nextAt).toBe(Date.parse('2026-11-02T07:00:00Z'));
});

test('what a kill left behind goes; what a person removes is gone; a folder that cannot be written is said', async () => {
  const bench = await reportBench();
  const folder = path.join(bench.dataDir, 'reports');
  const report = unwrap(await bench.reports.make(specOf({ sections: ['summary'] }), ['md', 'csv']));
  const left = `rpt_${'0'.repeat(26)}`;
  for (const name of [left, `${left}.new`, 'mine']) mkdirSync(path.join(folder, name));
  await bench.reopen();
  expect(readdirSync(folder).toSorted()).toEqual(['mine', report.id].toSorted());
  unwrap(bench.reports.remove(report.id));
  expect(existsSync(path.join(folder, report.id))).toBe(false);
  expect(bench.reports.file(report.id, 'md')).toMatchObject({ ok: false, fault: { code: 'REPORT_UNKNOWN' } });
});
