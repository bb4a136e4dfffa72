/** Writes PDF 1.7: pages of text and vector lines, compressed. As much of the format as a report needs. */
import { deflateSync } from 'node:zlib';
import { bytesOf, type Font } from './fonts.ts';

/** A4, in points of 1/72 inch. */
export const PAGE = { width: 595, height: 842 } as const;
const FONT_NAMES: Readonly<Record<Font, string>> = { plain: 'F1', bold: 'F2' };
export type Rgb = readonly [number, number, number];

const n = (value: number): string => value.toFixed(2).replace(/\.?0+$/, '');

/** `#0060a8` as parts from 0 to 1. */
export const rgb = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as [number, number, number];

/** A page in the making. Places are from its top left. */
export class Page {
  readonly #parts: string[] = [];

  text(text: string, x: number, y: number, { size = 10, font = 'plain', colour = [0, 0, 0] }: { size?: number; font?: Font; colour?: Rgb } = {}): void {
    const hex = Buffer.from(bytesOf(text)).toString('hex');
    this.#parts.push(`BT ${colour.map(n).join(' ')} rg /${FONT_NAMES[font]} ${n(size)} Tf ${n(x)} ${n(PAGE.height - y)} Td <${hex}> Tj ET`);
  }

  line(points: readonly (readonly [number, number])[], colour: Rgb, width: number, dash: readonly number[] = []): void {
    const path = points.map(([x, y], i) => `${n(x)} ${n(PAGE.height - y)} ${i === 0 ? 'm' : 'l'}`).join(' ');
    this.#parts.push(`${colour.map(n).join(' ')} RG ${n(width)} w 1 j [${dash.join(' ')}] 0 d ${path} S`);
  }

  rectangle(x: number, y: number, width: number, height: number, colour: Rgb): void {
    this.#parts.push(`${colour.map(n).join(' ')} rg ${n(x)} ${n(PAGE.height - y - height)} ${n(width)} ${n(height)} re f`);
  }

  content(): string {
    return this.#parts.join('\n');
  }
}

/** The bytes of a document. @param madeAt milliseconds since the epoch */
export function documentOf(pages: readonly Page[], { title, madeAt }: { title: string; madeAt: number }): Buffer {
  const objects: Buffer[] = [];
  const add = (body: string | Buffer): number => objects.push(typeof body === 'string' ? Buffer.from(body, 'latin1') : body);
  const info = `<< /Title ${utf16(title)} /Producer ${utf16('Automatic Claude Code')} /CreationDate (${dateOf(madeAt)}) >>`;
  const font = (name: string): string => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  add('<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>');
  const kids = pages.map((_, i) => `${6 + 2 * i} 0 R`).join(' ');
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] >>`);
  add(font('Helvetica'));
  add(font('Helvetica-Bold'));
  add(info);
  pages.forEach((page, i) => {
    add(`<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents ${7 + 2 * i} 0 R >>`);
    const stream = deflateSync(Buffer.from(page.content(), 'latin1'));
    add(Buffer.concat([Buffer.from(`<< /Length ${stream.length} /Filter /FlateDecode >>\nstream\n`), stream, Buffer.from('\nendstream')]));
  });
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n', 'latin1')];
  let at = parts[0]?.length ?? 0;
  const places = objects.map((body, i) => {
    const whole = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), body, Buffer.from('\nendobj\n')]);
    const place = at;
    parts.push(whole);
    at += whole.length;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  parts.push(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${at}\n%%EOF\n`));
  return Buffer.concat(parts);
}

const utf16 = (text: string): string => `<feff${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;
const dateOf = (at: number): string => `D:${new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
