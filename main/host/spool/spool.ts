/** All event streams of a host, each belonging to one control center: those of live runs and those an earlier host left behind. */
import path from 'node:path';
import { NumberedEvent } from '#shared/domain/session-event.ts';
import { parseJson } from '#shared/lib/json.ts';
import { centerFolder, listSpool, measureSpool, removeSpool, spoolPath } from './spool-file.ts';
import { EventStream } from './stream.ts';

/** Streams of the time when a host had one center: the first center that comes takes them. */
const UNCLAIMED = '';

export class Spool {
  readonly #folder: string;
  /** By the center's folder, then by run. */
  readonly #centers = new Map<string, Map<string, EventStream>>();
  /** Called whenever a stream has more on disk than before. @param folder of its center */
  onDurable: (folder: string, stream: EventStream) => void = () => {};

  constructor(dataDir: string) {
    this.#folder = path.join(dataDir, 'spool');
  }

  /**
   * Takes over what an earlier host left. A run that was cut off gets its last event here, so that every stream ends:
   * whoever reads it learns that the host was lost.
   */
  async recover(now: number): Promise<void> {
    for (const { center, sessionId, epoch, file } of await listSpool(this.#folder)) {
      const { bytes, firstLine, lastLine } = await measureSpool(file);
      const first = readLine(firstLine);
      const last = readLine(lastLine);
      if (!first || !last) {
        await removeSpool(this.#folder, file);
        continue;
      }
      const ended = last.event.kind === 'exited';
      const stream = this.#add(center, sessionId, epoch, file, { first: first.seq, last: last.seq, bytes, ended });
      if (!ended) stream.append({ kind: 'exited', exitCode: null, signal: null, reason: 'host_lost', fault: null }, now);
    }
  }

  /** Gives a center what nobody claimed. The files stay where they are: such runs have ended and go with their acknowledgement. */
  claim(center: string): void {
    const left = this.#centers.get(UNCLAIMED);
    if (!left) return;
    this.#centers.delete(UNCLAIMED);
    const own = this.#of(centerFolder(center));
    for (const [name, stream] of left) if (!own.has(name)) own.set(name, stream);
  }

  open(center: string, sessionId: string, epoch: string): EventStream {
    return this.get(center, sessionId, epoch) ?? this.#add(centerFolder(center), sessionId, epoch, this.#path(center, sessionId, epoch));
  }

  get(center: string, sessionId: string, epoch: string): EventStream | undefined {
    return this.#centers.get(centerFolder(center))?.get(key(sessionId, epoch));
  }

  /** The streams of one center. */
  of(center: string): EventStream[] {
    return [...(this.#centers.get(centerFolder(center))?.values() ?? [])];
  }

  all(): EventStream[] {
    return [...this.#centers.values()].flatMap((streams) => [...streams.values()]);
  }

  /** Bytes on disk that no center has acknowledged yet. */
  get spooledBytes(): number {
    let bytes = 0;
    for (const streams of this.#centers.values()) for (const stream of streams.values()) bytes += stream.waitingBytes;
    return bytes;
  }

  /** Forgets what a center has stored; a run that has ended goes with its last event, at once. */
  async acknowledge(center: string, sessionId: string, epoch: string, seq: number): Promise<void> {
    const stream = this.get(center, sessionId, epoch);
    if (!stream) return;
    const forgotten = stream.acknowledge(seq);
    if (stream.removed) this.#centers.get(centerFolder(center))?.delete(key(sessionId, epoch));
    await forgotten;
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((stream) => stream.close()));
  }

  #path(center: string, sessionId: string, epoch: string): string {
    return spoolPath(path.join(this.#folder, centerFolder(center)), sessionId, epoch);
  }

  #of(folder: string): Map<string, EventStream> {
    const known = this.#centers.get(folder);
    if (known) return known;
    const made = new Map<string, EventStream>();
    this.#centers.set(folder, made);
    return made;
  }

  #add(
    folder: string,
    sessionId: string,
    epoch: string,
    file: string,
    recovered?: { first: number; last: number; bytes: number; ended: boolean },
  ): EventStream {
    const stream: EventStream = new EventStream({
      sessionId,
      epoch,
      file,
      onDurable: () => this.onDurable(folder, stream),
      remove: () => removeSpool(this.#folder, file),
      ...(recovered ? { recovered } : {}),
    });
    this.#of(folder).set(key(sessionId, epoch), stream);
    return stream;
  }
}

const key = (sessionId: string, epoch: string): string => `${sessionId}/${epoch}`;

function readLine(line: string | null): NumberedEvent | null {
  const parsed = NumberedEvent.safeParse(line === null ? null : parseJson(line));
  return parsed.success ? parsed.data : null;
}
