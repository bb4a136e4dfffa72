/** A report as one page that needs nothing else: no script, no network, light and dark by the reader's own choice. */
import { formatExact, formatWhole } from '#shared/lib/format.ts';
import { printValue } from '#shared/lib/units.ts';
import { hasNames, NOT_ENOUGH, type Report, type ReportChart, type ReportFigure, type ReportPart, type ReportTable } from '../report.ts';
import { escape } from './escape.ts';
import { DARK, LIGHT } from './palette.ts';
import { svgOf } from './svg.ts';

const colours = (palette: readonly string[]): string => palette.map((colour, i) => `--c${i}:${colour}`).join(';');
const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--text:#1c2024;--text-2:#555d66;--line:#d5d9de;--soft:#f3f4f6;${colours(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root{--bg:#15181b;--text:#e8eaed;--text-2:#a6adb5;--line:#3a4047;--soft:#1f2327;${colours(DARK)}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:960px;padding:32px 24px;background:var(--bg);color:var(--text);font:14px/1.5 Inter,system-ui,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 12px;padding-top:12px;border-top:1px solid var(--line)}h3{font-size:14px;margin:20px 0 6px}
p{margin:6px 0}.quiet{color:var(--text-2)}.note{border-left:3px solid var(--c1);padding:4px 10px;background:var(--soft)}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:8px;margin:0}
dl>div{border:1px solid var(--line);border-radius:6px;padding:8px 10px}dt{color:var(--text-2);font-size:12px}dd{margin:0}dd.value{font-size:18px;font-weight:600}dd.none{color:var(--text-2);font-size:14px;font-weight:400}dd.more{color:var(--text-2);font-size:12px}
table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:left;padding:3px 10px 3px 0;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--text-2);font-weight:500}.num{text-align:right}
svg{width:100%;height:auto;display:block}svg text{font-size:10px;fill:var(--text-2)}polyline{fill:none;stroke-width:1.6;stroke-linejoin:round}.axis{stroke:var(--line);stroke-width:1}
ul.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;margin:4px 0;padding:0;font-size:12px}ul.legend span{display:inline-block;width:12px;height:3px;margin-right:6px;vertical-align:middle}
summary{cursor:pointer;color:var(--text-2);font-size:12px}details table{margin-top:6px}
${LIGHT.map((_, i) => `polyline.c${i}{stroke:var(--c${i})}.dot.c${i}{fill:var(--c${i})}span.c${i}{background:var(--c${i})}`).join('')}
@page{margin:16mm}
@media print{:root{color-scheme:light;print-color-adjust:exact}body{max-width:none;padding:0;font-size:12px}h2,h3{break-after:avoid}figure,dl>div,tr,.note{break-inside:avoid}thead{display:table-header-group}details{display:none}}
`;

export function htmlOf(report: Report): string {
  const period = `${formatExact(report.from, report.timeZone)} to ${formatExact(report.to, report.timeZone)}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escape(report.title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escape(report.title)}</h1>
<p class="quiet">${escape(`${period} (${report.timeZone})${report.repository === null ? '' : `, repository ${report.repository}`}. Made ${formatExact(report.madeAt, report.timeZone)} by Automatic Claude Code.`)}</p>
${report.note === '' ? '' : `<p class="note">${escape(report.note)}</p>`}
${report.parts.map(partOf).join('\n')}
</main></body></html>
`;
}

function partOf(part: ReportPart): string {
  const inside = part.hasData
    ? [figuresOf(part.figures), ...part.charts.map(chartOf), ...part.tables.map(tableOf), notesOf(part.notes)].join('\n')
    : `<p>Not enough data in this period.</p>`;
  return `<section aria-labelledby="${part.id}"><h2 id="${part.id}">${escape(part.title)}</h2>\n${inside}</section>`;
}

function figuresOf(figures: readonly ReportFigure[]): string {
  if (figures.length === 0) return '';
  return `<dl>${figures
    .map(({ title, value, text, change, n, minimum }) => {
      const need = value === null && minimum > n ? `, needs ${minimum}` : '';
      const more = `n = ${formatWhole(n)}${need}${change === '' ? '' : `; ${change} against the period before`}`;
      return `<div><dt>${escape(title)}</dt><dd class="value${value === null ? ' none' : ''}">${escape(text)}</dd><dd class="more">${escape(more)}</dd></div>`;
    })
    .join('')}</dl>`;
}

function chartOf(chart: ReportChart): string {
  const legend = !hasNames(chart)
    ? ''
    : `<ul class="legend">${chart.lines.map(({ name }, i) => `<li><span class="c${i % LIGHT.length}"></span>${escape(name)}</li>`).join('')}</ul>`;
  const dropped = chart.dropped === 0 ? '' : `<p class="quiet">${chart.dropped} smaller ones are left out.</p>`;
  return `<figure style="margin:0"><h3>${escape(chart.title)}</h3>${svgOf(chart)}${legend}${dropped}${behind(chart)}</figure>`;
}

/** Every value of the chart, for whoever does not see it. */
function behind(chart: ReportChart): string {
  const times = [...new Set(chart.lines.flatMap(({ points }) => points.flatMap(([at, value]) => (value === null ? [] : [at]))))].toSorted((a, b) => a - b);
  const byTime = chart.lines.map(({ points }) => new Map(points));
  const rows = times.map((at) => {
    const cells = byTime
      .map((line) => line.get(at))
      .map((value) => `<td class="num">${value === undefined || value === null ? NOT_ENOUGH : escape(printValue(chart.unit, value))}</td>`);
    return `<tr><td>${escape(formatExact(at, chart.timeZone))}</td>${cells.join('')}</tr>`;
  });
  const heads = chart.lines.map(({ name }) => `<th class="num" scope="col">${escape(name)}</th>`).join('');
  return `<details><summary>Values of ${escape(chart.title)}</summary><table><thead><tr><th scope="col">From</th>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></details>`;
}

function tableOf({ title, columns, rows, dropped }: ReportTable): string {
  const isNumber = columns.map((_, i) => rows.some((row) => row[i]?.value !== undefined));
  const attribute = (i: number): string => (isNumber[i] === true ? ' class="num"' : '');
  const head = columns.map((name, i) => `<th scope="col"${attribute(i)}>${escape(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map(({ text }, i) => `<td${attribute(i)}>${escape(text)}</td>`).join('')}</tr>`).join('');
  const rest = dropped === 0 ? '' : `<p class="quiet">${dropped} smaller ones are left out.</p>`;
  return `<h3>${escape(title)}</h3><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>${rest}`;
}

const notesOf = (notes: readonly string[]): string => notes.map((note) => `<p>${escape(note)}</p>`).join('');
