/** Splits a byte stream into lines: UTF-8 that is split across chunks stays whole, and a line without end costs bounded memory. */
import { StringDecoder } from 'node:string_decoder';

export type LineSplitter = {
  push(chunk: Buffer): void;
  /** Delivers what is left without a newline. Call once, at the end of the stream. */
  end(): void;
};

/**
 * @param maxBytes most bytes kept of one line (UTF-8); what exceeds is counted and dropped
 * @param onLine gets each line without its `\n` (or `\r\n`), and how many characters were left out of it
 */
export function splitLines(maxBytes: number, onLine: (line: string, cut: number) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let kept: string[] = [];
  let keptBytes = 0;
  let cut = 0;

  const keep = (piece: string): void => {
    if (piece === '') return;
    const bytes = Buffer.byteLength(piece);
    if (cut === 0 && keptBytes + bytes <= maxBytes) {
      kept.push(piece);
      keptBytes += bytes;
      return;
    }
    const head = cut === 0 ? headOf(piece, maxBytes - keptBytes) : '';
    if (head !== '') kept.push(head);
    keptBytes += Buffer.byteLength(head);
    cut += piece.length - head.length;
  };
  const deliver = (): void => {
    const line = kept.join('');
    const left = cut;
    kept = [];
    keptBytes = 0;
    cut = 0;
    onLine(left === 0 && line.endsWith('\r') ? line.slice(0, -1) : line, left);
  };
  const take = (text: string): void => {
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      keep(text.slice(from, at));
      deliver();
      from = at + 1;
    }
    keep(text.slice(from));
  };
  return {
    push: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (keptBytes > 0 || cut > 0) deliver();
    },
  };
}

/** The longest beginning of `text` that has at most `maxBytes` bytes and ends between two characters. */
function headOf(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  let end = Math.max(0, Math.min(maxBytes, bytes.length));
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
