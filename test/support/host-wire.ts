/** A center as raw frames, for tests of what the host does with them: no pool in between. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { startHost, type HostOptions, type RunningHost } from '#host/host.ts';
import { fixedToken } from '#host/server/tokens.ts';
import type { NumberedEvent } from '#shared/domain/session-event.ts';
import type { HostCommand, HostInput } from '#shared/host-protocol/commands.ts';
import { HostFrame, type CenterFrame } from '#shared/host-protocol/frames.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { until } from './agents/trial.ts';

export const TOKEN = 'a token that only tests of this host know';

type Hello = Extract<CenterFrame, { t: 'hello' }>;
export type Reply = Extract<HostFrame, { t: 'reply' }>;
export type FrameOf<T extends HostFrame['t']> = Extract<HostFrame, { t: T }>;

/** A host in this process, in a folder of its own that goes with the test. */
export async function testHost(more: Partial<HostOptions> = {}): Promise<RunningHost & { dataDir: string }> {
  const dataDir = more.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'acc-host-')));
  const host = unwrap(await startHost({ address: '127.0.0.1', port: 0, tokens: fixedToken(TOKEN), version: 'test', ...more, dataDir }));
  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopped ??= host.stop());
  onTestFinished(async () => {
    await stop();
    if (!more.dataDir) await rm(dataDir, { recursive: true, force: true });
  });
  return { ...host, stop, dataDir };
}

export const hello = (more: Partial<Hello> = {}): Hello => ({
  t: 'hello',
  protocols: [1],
  center: 'center_a',
  link: 'link_1',
  role: 'center',
  window: 2000,
  have: [],
  ...more,
});

export type Wire = {
  readonly socket: WebSocket;
  readonly frames: HostFrame[];
  readonly closed: () => { code: number; reason: string } | null;
  send(frame: CenterFrame): void;
  raw(data: string | Buffer): void;
  /** The first frame of a kind that fits, now or later. */
  frame<T extends HostFrame['t']>(kind: T, fits?: (frame: FrameOf<T>) => boolean): Promise<FrameOf<T>>;
  call<C extends HostCommand>(name: C, input: HostInput<C>, id?: string): Promise<Reply>;
  /** All events of a session so far, in the order they came. */
  events(sessionId: string): NumberedEvent[];
  close(): void;
};

let calls = 0;

/** Opens a WebSocket and waits for it; says nothing. */
export async function wire(port: number, options: { token?: string } = {}): Promise<Wire> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/host`, { headers: { authorization: `Bearer ${options.token ?? TOKEN}` }, perMessageDeflate: false });
  const frames: HostFrame[] = [];
  let closed: { code: number; reason: string } | null = null;
  onTestFinished(() => socket.terminate());
  socket.on('message', (data) => frames.push(HostFrame.parse(JSON.parse((data as Buffer).toString()))));
  socket.on('close', (code, reason) => (closed = { code, reason: reason.toString() }));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('error', () => {});
  return over(socket, frames, () => closed);
}

function over(socket: WebSocket, frames: HostFrame[], closed: Wire['closed']): Wire {
  const is =
    <T extends HostFrame['t']>(kind: T) =>
    (frame: HostFrame): frame is FrameOf<T> =>
      frame.t === kind;
  return {
    socket,
    frames,
    closed,
    send: (frame) => socket.send(JSON.stringify(frame)),
    raw: (data) => socket.send(data),
    async frame(kind, fits = () => true) {
      const found = () => frames.filter(is(kind)).find(fits);
      await until(
        () => found() !== undefined || closed() !== null,
        () => `no ${kind}; so far: ${JSON.stringify(frames.slice(-5)).slice(0, 2000)}`,
      );
      const frame = found();
      if (!frame) throw new Error(`no ${kind}: closed with ${JSON.stringify(closed())}`);
      return frame;
    },
    async call(name, input, id = `call_${++calls}`) {
      this.send({ t: 'command', id, name, input });
      return this.frame('reply', (reply) => reply.id === id);
    },
    events: (sessionId) =>
      frames.filter(is('events')).flatMap(({ batch }) => batch.filter((part) => part.sessionId === sessionId).flatMap((part) => part.events)),
    close: () => socket.close(),
  };
}

/** A connection that said hello and was welcomed. */
export async function greeted(port: number, more: Partial<Hello> = {}, token: string = TOKEN): Promise<Wire & { welcome: FrameOf<'welcome'> }> {
  const opened = await wire(port, { token });
  opened.send(hello(more));
  return { ...opened, welcome: await opened.frame('welcome') };
}
