/**
 * File names as text. Git's names are bytes and may be no valid UTF-8; names on the wire are text. A name that is not UTF-8,
 * or that begins with a quote, travels in git's own quoted form ("caf\351"), so that each name has exactly one text and
 * none is lost. Pure.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a name given as bytes. */
export function nameText(bytes: Buffer): string {
  try {
    const text = strict.decode(bytes);
    if (!text.startsWith('"')) return text;
  } catch {
    // No UTF-8: quoted below.
  }
  let quoted = '';
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) quoted += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 0x20 && byte < 0x7f) quoted += String.fromCharCode(byte);
    else quoted += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `"${quoted}"`;
}

/** Text of content, or null when it is no text: it holds a NUL or is not UTF-8. */
export function contentText(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** The parts of NUL-terminated output, as bytes. */
export function splitNul(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(0); at !== -1; at = bytes.indexOf(0, from)) {
    parts.push(bytes.subarray(from, at));
    from = at + 1;
  }
  if (from < bytes.length) parts.push(bytes.subarray(from));
  return parts;
}

/** NUL-terminated input for git from names as bytes. */
export function joinNul(names: readonly Buffer[]): Buffer {
  return Buffer.concat(names.flatMap((name) => [name, Buffer.of(0)]));
}
