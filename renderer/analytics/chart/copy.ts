/** Copies a chart to the clipboard; where the browser does not let the page write there, the picture is saved as a file instead. */
import { attempt, say } from '../../lib/toasts.ts';
import { pictureOf, pngOf, svgText, type Legend } from './picture.ts';
import { saveFile } from '../../lib/save-file.ts';

export type Kind = 'svg' | 'png';

const fileName = (title: string, kind: Kind): string => `${title.replaceAll(/[^\w-]+/g, '-').replaceAll(/^-|-$/g, '') || 'chart'}.${kind}`;

/** @param box the element the chart is drawn in */
export async function copyChart(box: HTMLElement | null, kind: Kind, title: string, note: string, legend: Legend): Promise<void> {
  const svg = box?.querySelector<SVGSVGElement>('svg.recharts-surface, svg[data-picture]');
  if (!svg) {
    say('This tile shows no chart to copy.');
    return;
  }
  await attempt(async () => {
    const picture = pictureOf(svg, title, note, legend);
    const blob = kind === 'png' ? await pngOf(picture) : new Blob([svgText(picture)], { type: 'image/svg+xml' });
    try {
      if (kind === 'png') await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
      else await navigator.clipboard.writeText(await blob.text());
      say(`Copied "${title}" as ${kind.toUpperCase()}.`);
    } catch {
      saveFile(fileName(title, kind), blob);
      say(`Saved "${title}" as ${kind.toUpperCase()}: the browser does not let this page write to the clipboard.`);
    }
  });
}
