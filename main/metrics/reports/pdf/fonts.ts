/**
 * Text in the two fonts every reader of PDF has: Helvetica and its bold, in the WinAnsi encoding. What that cannot write loses its accents, or
 * becomes a question mark. Widths are those of Adobe's font metrics, in thousandths of the size, from character 32 to 255.
 */
export type Font = 'plain' | 'bold';

const numbers = (text: string): Uint16Array => Uint16Array.from(text.trim().split(/\s+/), Number);
const widths: Readonly<Record<Font, Uint16Array>> = {
  plain: numbers(`
  278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 1015 667 667 722
  722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556
  556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584 0 556 0 222 556 333 1000 556 556 333 1000 667 333 1000
  0 611 0 0 222 222 333 333 350 556 1000 333 1000 500 333 944 0 500 667 278 333 556 556 556 556 260 556 333 737 370 556 584 333 737 333 400 584 333
  333 333 556 537 278 333 333 365 556 834 834 834 611 667 667 667 667 667 667 1000 722 667 667 667 667 278 278 278 278 722 722 778 778 778 778 778
  584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 500 556 556 556 556 278 278 278 278 556 556 556 556 556 556 556 584 611 556 556
  556 556 500 556 500
  `),
  bold: numbers(`
  278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611 975 722 722 722
  722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611
  611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584 0 556 0 278 556 500 1000 556 556 333 1000 667 333 1000
  0 611 0 0 278 278 500 500 350 556 1000 333 1000 556 333 944 0 500 667 278 333 556 556 556 556 280 556 333 737 370 556 584 333 737 333 400 584 333
  333 333 611 556 278 333 333 365 556 834 834 834 611 722 722 722 722 722 722 1000 722 667 667 667 667 278 278 278 278 722 722 778 778 778 778 778
  584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 556 556 556 556 556 278 278 278 278 611 611 611 611 611 611 611 584 611 611 611
  611 611 556 611 556
  `),
};

/** Characters 128 to 159 of WinAnsi; a space where there is none. */
const UPPER = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const ALIKE: Readonly<Record<string, string>> = { '−': '–', '≤': '<=', '≥': '>=', '→': '->', '÷': '÷', '\u2009': ' ', '\u202f': ' ' };

/** The bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const sign of text) for (const part of ALIKE[sign] ?? sign) bytes.push(byteOf(part) ?? byteOf(part.normalize('NFKD').charAt(0)) ?? 63);
  return Uint8Array.from(bytes);
}

function byteOf(sign: string): number | null {
  const code = sign.codePointAt(0) ?? 0;
  if ((code >= 32 && code < 127) || (code >= 160 && code < 256)) return code;
  if (code < 32) return 32;
  const upper = sign === ' ' ? -1 : UPPER.indexOf(sign);
  return upper < 0 ? null : 128 + upper;
}

/** Width of a text at a size, in the unit of the size. */
export function widthOf(text: string, size: number, font: Font = 'plain'): number {
  let width = 0;
  for (const byte of bytesOf(text)) width += widths[font][byte - 32] ?? 0;
  return (width * size) / 1000;
}

/** Breaks a text into lines that are no wider than `most`; a word that is wider is broken inside. */
export function wrapped(text: string, most: number, size: number, font: Font = 'plain'): string[] {
  const lines: string[] = [];
  let line = '';
  const push = (word: string): void => {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer, size, font) <= most) line = longer;
    else if (line !== '') {
      lines.push(line);
      line = '';
      push(word);
    } else {
      let fits = word.length - 1;
      while (fits > 1 && widthOf(word.slice(0, fits), size, font) > most) fits--;
      lines.push(word.slice(0, Math.max(1, fits)));
      if (fits < word.length && word.length > 1) push(word.slice(Math.max(1, fits)));
    }
  };
  for (const word of text.split(/\s+/)) if (word !== '') push(word);
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}
