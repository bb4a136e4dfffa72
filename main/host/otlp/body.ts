/** The body of a telemetry request: bounded as it comes and again as it is unpacked, so that a small body cannot become a large one here. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { otlpLimits } from './limits.ts';

export type Body =
  | { readonly ok: true; readonly bytes: Buffer; /** Digest of the unpacked bytes. */ readonly digest: string }
  | { readonly ok: false; readonly status: number; readonly why: string };

const MIB = 1024 * 1024;

/** @returns 413 when it is too large, 415 for another packing, 400 when it breaks off or is not gzip; how long it may take is the server's `requestTimeout` */
export async function readTelemetry(request: IncomingMessage): Promise<Body> {
  const packing = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (packing !== 'identity' && packing !== 'gzip') return refused(415, `content-encoding "${packing}" is not taken: gzip or none`);
  if (Number(request.headers['content-length'] ?? 0) > otlpLimits.wireBytes) return tooLarge();
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let wire = 0;
    let size = 0;
    const gunzip = packing === 'gzip' ? createGunzip() : null;
    const end = (body: Body): void => {
      parts.length = 0;
      request.removeAllListeners('data');
      // What still comes is read and thrown away, so that the client hears the answer; the connection ends with it.
      request.resume();
      gunzip?.destroy();
      resolve(body);
    };
    const take = (part: Buffer): void => {
      size += part.length;
      if (size > otlpLimits.bodyBytes) end(refused(413, `the body is larger than ${otlpLimits.bodyBytes / MIB} MiB when it is unpacked`));
      else parts.push(part);
    };
    const done = (): void => {
      const bytes = Buffer.concat(parts);
      end({ ok: true, bytes, digest: createHash('sha256').update(bytes).digest('base64url') });
    };
    request.on('data', (part: Buffer) => {
      wire += part.length;
      if (wire > otlpLimits.wireBytes) end(tooLarge());
      else if (!gunzip) take(part);
      else if (!gunzip.write(part)) {
        request.pause();
        gunzip.once('drain', () => request.resume());
      }
    });
    request.on('end', () => (gunzip ? gunzip.end() : done()));
    request.on('error', () => end(refused(400, 'the body broke off')));
    request.on('close', () => request.complete || end(refused(400, 'the body broke off')));
    gunzip?.on('data', take);
    gunzip?.on('end', done);
    gunzip?.on('error', () => end(refused(400, 'the body is not gzip')));
  });
}

const refused = (status: number, why: string): Body => ({ ok: false, status, why });
const tooLarge = (): Body => refused(413, `the body is larger than ${otlpLimits.wireBytes / MIB} MiB: export more often, or with gzip`);
