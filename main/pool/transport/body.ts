/** The beginning of an HTTP answer's body: enough for a refusal, never more. */
import type { IncomingMessage } from 'node:http';

const MOST = 4096;
const LIMIT_MS = 2000;

/** @returns at most 4 KiB of text; what has come when the answer breaks off or takes longer than 2 s */
export function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const done = (): void => {
      clearTimeout(limit);
      resolve(Buffer.concat(parts).toString('utf8', 0, MOST));
      // What is left of it nobody wants; the connection can only be used again when it is read.
      response.off('data', take).resume();
    };
    const take = (part: Buffer): void => {
      parts.push(part);
      size += part.length;
      if (size >= MOST) done();
    };
    const limit = setTimeout(done, LIMIT_MS);
    response.on('data', take).on('end', done).on('close', done).on('error', done);
  });
}
