/** A request's body as text, never more than it may be. */
import type { IncomingMessage } from 'node:http';

/** @returns null when it is larger than `maxBytes` or breaks off; how long it may take is the server's `requestTimeout` */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= maxBytes) parts.push(part);
      else {
        parts.length = 0;
        resolve(null);
      }
    });
    request.on('end', () => resolve(size <= maxBytes ? Buffer.concat(parts).toString('utf8') : null));
    request.on('error', () => resolve(null));
    request.on('close', () => resolve(null));
  });
}
