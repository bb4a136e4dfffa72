/** All event streams of a host: those of live runs and those an earlier host left behind. */
import path from 'node:path';
import { NumberedEvent } from '#shared/domain/session-event.ts';
import { parseJson } from '#shared/lib/json.ts';
import { listSpool, measureSpool, removeSpool, spoolPath } from './spool-file.ts';
import { EventStream } from './stream.ts';

export class Spool {
  readonly #folder: string;
  readonly #streams = new Map<string, EventStream>();
  /** Called whenever a stream has more on disk than before. */
  onDurable: (stream: EventStream) => void = () => {};

  constructor(dataDir: string) {
    this.#folder = path.join(dataDir, 'spool');
  }

  /**
   * Takes over what an earlier host left. A run that was cut off gets its last event here, so that every stream ends:
   * whoever reads it learns that the host was lost.
   */
  async recover(now: number): Promise<void> {
    for (const { sessionId, epoch, file } of await listSpool(this.#folder)) {
      const { bytes, firstLine, lastLine } = await measureSpool(file);
      const first = readLine(firstLine);
      const last = readLine(lastLine);
      if (!first || !last) {
        await removeSpool(file);
        continue;
      }
      const ended = last.event.kind === 'exited';
      const stream = this.#add(sessionId, epoch, file, { first: first.seq, last: last.seq, bytes, ended });
      if (!ended) stream.append({ kind: 'exited', exitCode: null, signal: null, reason: 'host_lost', fault: null }, now);
    }
  }

  open(sessionId: string, epoch: string): EventStream {
    return this.#streams.get(key(sessionId, epoch)) ?? this.#add(sessionId, epoch, spoolPath(this.#folder, sessionId, epoch));
  }

  get(sessionId: string, epoch: string): EventStream | undefined {
    return this.#streams.get(key(sessionId, epoch));
  }

  all(): EventStream[] {
    return [...this.#streams.values()];
  }

  async acknowledge(sessionId: string, epoch: string, seq: number): Promise<void> {
    const stream = this.get(sessionId, epoch);
    if (stream && (await stream.acknowledge(seq))) this.#streams.delete(key(sessionId, epoch));
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((stream) => stream.close()));
  }

  #add(sessionId: string, epoch: string, file: string, recovered?: { first: number; last: number; bytes: number; ended: boolean }): EventStream {
    const stream: EventStream = new EventStream({ sessionId, epoch, file, onDurable: () => this.onDurable(stream), ...(recovered ? { recovered } : {}) });
    this.#streams.set(key(sessionId, epoch), stream);
    return stream;
  }
}

const key = (sessionId: string, epoch: string): string => `${sessionId}/${epoch}`;

function readLine(line: string | null): NumberedEvent | null {
  const parsed = NumberedEvent.safeParse(line === null ? null : parseJson(line));
  return parsed.success ? parsed.data : null;
}
