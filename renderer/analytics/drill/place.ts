/** A series as an address: what is asked is in it, so that it can be sent to somebody. */
import { z } from 'zod';
import { Query } from '#shared/domain/query.ts';
import { to } from '../../lib/router.ts';

const Asked = z.object({
  title: z.string().max(200),
  queries: z.array(Query).min(1).max(6),
  /** The dashboard it was opened from. */
  from: z.string().max(100).optional(),
});
export type AskedSeries = z.infer<typeof Asked>;

export const seriesPlace = (asked: AskedSeries): string => to.series(encode(JSON.stringify(asked)));

/** What an address asks; null for one that was cut or written by hand. */
export function seriesOf(place: string): AskedSeries | null {
  try {
    const read = Asked.safeParse(JSON.parse(decode(place)));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** Base64 of UTF-8 without signs that mean something in an address. */
function encode(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

const decode = (text: string): string =>
  new TextDecoder().decode(Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.codePointAt(0) ?? 0));
