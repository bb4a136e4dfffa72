/** One OTLP request to a collector, and what it answered. */

export type Collector = { /** Base address: `/v1/metrics` is put behind it. */ readonly endpoint: string; readonly headers: Readonly<Record<string, string>> };
export type Posted =
  | {
      readonly status: number;
      /** Milliseconds it asks to wait; 0 when it does not say. */ readonly retryMs: number;
      /** Its first words. */ readonly text: string;
    }
  | { readonly status: null; readonly why: string };

const REQUEST_MS = 10_000;
const READ_BYTES = 2048;

/** @returns status null when nobody answered within ten seconds, or the signal was aborted */
export async function post({ endpoint, headers }: Collector, body: string, signal: AbortSignal): Promise<Posted> {
  try {
    const response = await fetch(`${endpoint.replace(/\/+$/, '')}/v1/metrics`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      // A token is not carried on to another place.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
    });
    const seconds = Number(response.headers.get('retry-after'));
    return { status: response.status, retryMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0, text: await firstWords(response) };
  } catch (error) {
    return { status: null, why: error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error) };
  }
}

/** A page of errors is not read to its end. */
async function firstWords({ body }: Response): Promise<string> {
  if (!body) return '';
  let bytes = Buffer.alloc(0);
  for await (const chunk of body) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length >= READ_BYTES) break;
  }
  return bytes.subarray(0, READ_BYTES).toString('utf8').trim();
}
