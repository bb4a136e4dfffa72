/**
 * One connection of a control center. Frames in are parsed by zod; events out are pumped from the streams in turn, with a
 * bounded number on the way, so that a slow center fills the spool on disk and never this process's memory.
 *
 *   opened ──hello──► ready ──► closed          (no hello within 5 s, or silence of 20 s: closed)
 */
import type { WebSocket } from 'ws';
import { CenterFrame, HOST_PROTOCOL, type HostFrame } from '#shared/host-protocol/frames.ts';
import { parseJson } from '#shared/lib/json.ts';
import type { EventStream } from '../spool/stream.ts';
import type { Spool } from '../spool/spool.ts';

const HELLO_MS = 5000;
const SILENCE_MS = 20_000;
/** Bytes handed to the socket that it has not sent yet, above which the pump waits. */
const HIGH_WATER = 2 * 1024 * 1024;
/** Events sent and not acknowledged, per stream. */
const WINDOW = 2000;
const BATCH_LINES = 200;
const BATCH_CHARS = 512 * 1024;

export type CenterOptions = {
  readonly socket: WebSocket;
  readonly spool: Spool;
  readonly welcome: (have: Extract<CenterFrame, { t: 'hello' }>['have']) => Extract<HostFrame, { t: 'welcome' }>;
  readonly onReady: () => void;
  readonly onCommand: (frame: Extract<CenterFrame, { t: 'command' }>) => Promise<HostFrame>;
  readonly onClosed: () => void;
};

export class CenterConnection {
  readonly #options: CenterOptions;
  readonly #socket: WebSocket;
  /** Last number sent, per stream of this connection. */
  readonly #sent = new Map<EventStream, number>();
  #ready = false;
  #pumping = false;
  #again = false;
  #lastHeard = Date.now();
  readonly #watchdog: NodeJS.Timeout;

  constructor(options: CenterOptions) {
    this.#options = options;
    this.#socket = options.socket;
    const opened = Date.now();
    this.#watchdog = setInterval(() => {
      const now = Date.now();
      if (!this.#ready && now - opened > HELLO_MS) this.close(4408, 'no hello in time');
      else if (now - this.#lastHeard > SILENCE_MS) this.#socket.terminate();
    }, 1000);
    this.#socket.on('message', (data, isBinary) => this.#receive((data as Buffer).toString(), isBinary));
    this.#socket.on('error', () => this.#socket.terminate());
    this.#socket.on('close', () => {
      clearInterval(this.#watchdog);
      this.#ready = false;
      options.onClosed();
    });
  }

  send(frame: HostFrame): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** What is not a fact may be left out when the socket is busy: the next one carries the newer state. */
  sendLive(frame: Extract<HostFrame, { t: 'live' }>): void {
    if (this.#ready && this.#socket.bufferedAmount < HIGH_WATER / 2) this.send(frame);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), 1000).unref();
  }

  /** Sends what the streams have beyond what was sent. Safe to call at any time, from anywhere. */
  pump(): void {
    if (!this.#ready) return;
    if (this.#pumping) {
      this.#again = true;
      return;
    }
    this.#pumping = true;
    void this.#pumpAll().finally(() => {
      this.#pumping = false;
    });
  }

  async #pumpAll(): Promise<void> {
    do {
      this.#again = false;
      for (const stream of this.#options.spool.all()) {
        if (this.#socket.bufferedAmount > HIGH_WATER) await this.#drained();
        if (!this.#ready) return;
        if (await this.#pumpOne(stream)) this.#again = true;
      }
    } while (this.#again && this.#ready);
  }

  /** One batch of one stream, so that streams take turns. @returns true when there is more to send */
  async #pumpOne(stream: EventStream): Promise<boolean> {
    const sent = this.#sent.get(stream) ?? stream.acked;
    const room = WINDOW - (sent - stream.acked);
    if (sent >= stream.durable || room <= 0) return false;
    const lines = stream.peek(sent + 1, Math.min(BATCH_LINES, room), BATCH_CHARS) ?? (await stream.read(sent + 1, Math.min(BATCH_LINES, room), BATCH_CHARS));
    const last = lines.at(-1);
    if (!last || !this.#ready) return false;
    this.#sent.set(stream, last.seq);
    this.#socket.send(`{"t":"events","batch":[{"sessionId":${JSON.stringify(stream.sessionId)},"events":[${lines.map((line) => line.json).join(',')}]}]}`);
    return last.seq < stream.durable;
  }

  async #drained(): Promise<void> {
    while (this.#ready && this.#socket.bufferedAmount > HIGH_WATER / 2) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  #receive(text: string, isBinary: boolean): void {
    this.#lastHeard = Date.now();
    const frame = isBinary ? null : parseFrame(text);
    if (!frame) return;
    if (frame.t === 'ping') this.send({ t: 'pong', at: frame.at });
    else if (frame.t === 'hello') this.#hello(frame);
    else if (!this.#ready) this.close(4400, 'hello comes first');
    else if (frame.t === 'command') void this.#options.onCommand(frame).then((reply) => this.send(reply));
    else void this.#acknowledge(frame.cursors);
  }

  #hello(frame: Extract<CenterFrame, { t: 'hello' }>): void {
    if (frame.protocol !== HOST_PROTOCOL) {
      this.close(4406, `protocol ${HOST_PROTOCOL} is spoken here`);
      return;
    }
    const have = new Map(frame.have.map((cursor) => [`${cursor.sessionId}/${cursor.epoch}`, cursor.seq]));
    for (const stream of this.#options.spool.all()) {
      this.#sent.set(stream, Math.max(have.get(`${stream.sessionId}/${stream.epoch}`) ?? 0, stream.first - 1));
    }
    this.send(this.#options.welcome(frame.have));
    this.#ready = true;
    this.#options.onReady();
    // What the center has stored is as good as acknowledged.
    void this.#acknowledge(frame.have);
  }

  async #acknowledge(cursors: readonly { sessionId: string; epoch: string; seq: number }[]): Promise<void> {
    for (const cursor of cursors) await this.#options.spool.acknowledge(cursor.sessionId, cursor.epoch, cursor.seq);
    this.pump();
  }
}

/** A frame this version knows; null for anything else, which is ignored. */
function parseFrame(text: string): CenterFrame | null {
  const parsed = CenterFrame.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}
