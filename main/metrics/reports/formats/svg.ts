/** A chart as SVG text. Colours are the page's: classes `c0` to `c7`, `axis`, `text`. */
import { drawn, HEIGHT, WIDTH, type Mark } from '../chart.ts';
import { hasNames, type ReportChart } from '../report.ts';
import { escape } from './escape.ts';

const COLOURS = 8;
const r = (value: number): string => value.toFixed(1).replace(/\.0$/, '');

export function svgOf(chart: ReportChart): string {
  const names = chart.lines.map(({ name }) => name).join(', ');
  const label = `${chart.title} over time${hasNames(chart) ? `: ${names}` : ''}`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(label)}">${drawn(chart).map(markOf).join('')}</svg>`;
}

function markOf(mark: Mark): string {
  if (mark.kind === 'text') return `<text x="${r(mark.x)}" y="${r(mark.y)}" text-anchor="${mark.anchor}">${escape(mark.text)}</text>`;
  const name = typeof mark.ink === 'number' ? `c${mark.ink % COLOURS}` : mark.ink;
  if (mark.kind === 'dot') return `<circle class="${name} dot" cx="${r(mark.x)}" cy="${r(mark.y)}" r="2.2"/>`;
  return `<polyline class="${name}" points="${mark.points.map(([x, y]) => `${r(x)},${r(y)}`).join(' ')}"/>`;
}
