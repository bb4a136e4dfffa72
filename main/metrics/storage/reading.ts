/** The reading thread: answers readings on a read-only connection of its own. */
import { existsSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import { read } from '../query/read.ts';
import { ToReader, type FromThread, type Read } from './messages.ts';
import { metricsFault, openForReading, openForWriting } from './open.ts';
import { Source } from './source.ts';

/** Serves a port until its thread ends. */
export function serveReading(port: MessagePort, file: string): void {
  let source: Source | null = null;
  port.on('message', (message: unknown) => {
    const { id, reading } = ToReader.parse(message);
    try {
      source ??= open(file);
      const value = read(source, reading);
      port.postMessage({ id, ok: true, value } satisfies FromThread, buffersOf(value));
    } catch (error) {
      port.postMessage({ id, ok: false, fault: metricsFault(error, file) } satisfies FromThread);
    }
  });
}

function open(file: string): Source {
  if (existsSync(file)) {
    const db = openForReading(file);
    if (Number(db.pragma('user_version', { simple: true })) > 0) return new Source(db);
    db.close();
  }
  // A question before the first sample, or while the writer makes the tables: they have to be there.
  const made = openForWriting(file);
  if (made.ok) made.value.close();
  return new Source(openForReading(file));
}

function buffersOf({ groups }: Read): ArrayBuffer[] {
  const buffers = groups.flatMap(({ at, value, n }) => [at.buffer, value.buffer, n.buffer]);
  return [...new Set(buffers)].flatMap((buffer) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}
