/**
 * A chart as a picture for another document: SVG text with every colour written out, or PNG. The page's policy allows no images from
 * memory, so the PNG is not made of the SVG: both are made of the same shapes, walked once.
 */

type Shape =
  | {
      readonly kind: 'path';
      /** In the chart's own coordinates, below the title; else in the picture's. */ readonly inChart: boolean;
      readonly d: string;
      readonly fill: string;
      readonly fillOpacity: number;
      readonly stroke: string;
      readonly width: number;
      readonly opacity: number;
      readonly dash: string;
    }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly x: number;
      readonly y: number;
      readonly fill: string;
      readonly size: number;
      readonly weight: string;
      readonly anchor: CanvasTextAlign;
    };

export type Picture = { readonly width: number; readonly height: number; readonly ground: string; readonly shapes: readonly Shape[] };
export type Legend = readonly { readonly name: string; readonly colour: string; readonly dash: string | null }[];

const HEAD = 34;
const LINE = 18;
const PAD = 12;
const FONT = 'Inter, system-ui, sans-serif';

/** Any colour of CSS as `#rrggbb` or `none`: other programs do not know oklch. */
function plainColour(colour: string): string {
  if (colour === 'none' || colour === 'transparent' || colour === '') return 'none';
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return colour;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0, a = 0] = context.getImageData(0, 0, 1, 1).data;
  return a === 0 ? 'none' : `#${[r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** The shapes of a drawn chart under a title, with its legend. */
export function pictureOf(svg: SVGSVGElement, title: string, note: string, legend: Legend): Picture {
  const page = getComputedStyle(document.documentElement);
  const token = (name: string): string => plainColour(page.getPropertyValue(name).trim());
  const known = new Map<string, string>();
  const colour = (text: string): string => {
    const found = known.get(text) ?? plainColour(text);
    known.set(text, found);
    return found;
  };
  const origin = svg.getBoundingClientRect();
  const width = Math.ceil(origin.width) + 2 * PAD;
  const shapes: Shape[] = [
    { kind: 'text', text: title, x: PAD, y: 20, fill: token('--text'), size: 14, weight: '600', anchor: 'left' },
    { kind: 'text', text: note, x: width - PAD, y: 20, fill: token('--text-2'), size: 11, weight: '400', anchor: 'right' },
  ];
  for (const element of svg.querySelectorAll<SVGGraphicsElement>('path, line, rect, circle, text')) {
    if (element.closest('defs, clipPath')) continue;
    const style = getComputedStyle(element);
    if (element instanceof SVGTextElement) {
      const box = element.getBoundingClientRect();
      const anchor = style.textAnchor === 'end' ? 'right' : style.textAnchor === 'middle' ? 'center' : 'left';
      const x = (anchor === 'right' ? box.right : anchor === 'center' ? box.left + box.width / 2 : box.left) - origin.left + PAD;
      shapes.push({
        kind: 'text',
        text: element.textContent,
        x,
        y: box.bottom - origin.top + HEAD - 3,
        fill: colour(style.fill),
        size: 11,
        weight: '400',
        anchor,
      });
      continue;
    }
    const d = outline(element);
    if (d === null) continue;
    shapes.push({
      kind: 'path',
      inChart: true,
      d,
      fill: colour(style.fill),
      fillOpacity: Number(style.fillOpacity) || 0,
      stroke: colour(style.stroke),
      width: Number.parseFloat(style.strokeWidth) || 1,
      opacity: Number(style.strokeOpacity) || 0,
      dash: style.strokeDasharray === 'none' ? '' : style.strokeDasharray.replaceAll('px', ''),
    });
  }
  let y = Math.ceil(origin.height) + HEAD + LINE;
  let x = PAD;
  for (const { name, colour: of, dash } of legend) {
    const room = 30 + name.length * 6.4;
    if (x > PAD && x + room > width) [x, y] = [PAD, y + LINE];
    const stroke = colour(resolved(of));
    shapes.push({ kind: 'path', inChart: false, d: `M${x} ${y - 4}h16`, fill: 'none', fillOpacity: 0, stroke, width: 2, opacity: 1, dash: dash ?? '' });
    shapes.push({ kind: 'text', text: name, x: x + 22, y, fill: token('--text-2'), size: 11, weight: '400', anchor: 'left' });
    x += room;
  }
  return { width, height: y + PAD, ground: token('--n0'), shapes };
}

/** `var(--c1)` as the colour it stands for. */
function resolved(colour: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(colour)?.[1];
  return name === undefined ? colour : getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The outline of a shape; null for one without. Charts neither scale nor turn their shapes. */
function outline(element: SVGGraphicsElement): string | null {
  const number = (name: string): number => Number(element.getAttribute(name) ?? 0);
  if (element instanceof SVGLineElement) return `M${number('x1')} ${number('y1')}L${number('x2')} ${number('y2')}`;
  if (element instanceof SVGRectElement) return `M${number('x')} ${number('y')}h${number('width')}v${number('height')}h${-number('width')}z`;
  if (element instanceof SVGCircleElement) {
    const r = number('r');
    return `M${number('cx') - r} ${number('cy')}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  }
  return element.getAttribute('d') || null;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The picture as the text of an SVG file. */
export function svgText({ width, height, ground, shapes }: Picture): string {
  const anchors = { left: 'start', center: 'middle', right: 'end' } as const;
  const body = shapes.map((shape) => {
    if (shape.kind === 'text') {
      const anchor = shape.anchor === 'center' ? anchors.center : shape.anchor === 'right' ? anchors.right : anchors.left;
      return `<text x="${shape.x.toFixed(1)}" y="${shape.y.toFixed(1)}" fill="${shape.fill}" font-size="${shape.size}" font-weight="${shape.weight}" text-anchor="${anchor}">${escaped(shape.text)}</text>`;
    }
    const dash = shape.dash === '' ? '' : ` stroke-dasharray="${escaped(shape.dash)}"`;
    const stroke = shape.stroke === 'none' ? '' : ` stroke="${shape.stroke}" stroke-width="${shape.width}" stroke-opacity="${shape.opacity}"${dash}`;
    return `<path d="${escaped(shape.d)}"${shape.inChart ? ` transform="translate(${PAD},${HEAD})"` : ''} fill="${shape.fill}" fill-opacity="${shape.fillOpacity}"${stroke}/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}"><rect width="${width}" height="${height}" fill="${ground}"/>${body.join('')}</svg>`;
}

/** The picture as a PNG of twice the size. @throws when the browser gives no canvas */
export function pngOf({ width, height, ground, shapes }: Picture): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = width * 2;
  canvas.height = height * 2;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser gives no canvas to draw on.');
  context.scale(2, 2);
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  for (const shape of shapes) {
    context.save();
    if (shape.kind === 'text') {
      context.font = `${shape.weight} ${shape.size}px 'Inter Variable', system-ui, sans-serif`;
      context.textAlign = shape.anchor;
      context.fillStyle = shape.fill;
      context.fillText(shape.text, shape.x, shape.y);
    } else {
      if (shape.inChart) context.translate(PAD, HEAD);
      const path = new Path2D(shape.d);
      if (shape.fill !== 'none' && shape.fillOpacity > 0) {
        context.globalAlpha = shape.fillOpacity;
        context.fillStyle = shape.fill;
        // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
        context.fill(path);
      }
      if (shape.stroke !== 'none') {
        context.globalAlpha = shape.opacity;
        context.strokeStyle = shape.stroke;
        context.lineWidth = shape.width;
        context.setLineDash(shape.dash === '' ? [] : shape.dash.split(/[ ,]+/).map(Number));
        context.stroke(path);
      }
    }
    context.restore();
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be written.'))), 'image/png'),
  );
}
