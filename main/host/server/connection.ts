/**
 * One connection of a center, whatever carries it: reads frames, greets, keeps deadlines.
 *
 *   opened ──hello──► ready ──► closed       (no hello in time, silence, a token that ended, or what is no frame: closed with its code)
 */
import { CloseCode, HOST_PROTOCOLS, type CenterFrame, type HostFrame } from '#shared/host-protocol/frames.ts';
import type { Counters, RefusalReason } from '../metrics/counters.ts';
import type { ChannelListener, HostChannel } from './channel.ts';
import type { Decoded } from './decode.ts';
import type { Link, LinkConnection } from './link.ts';
import { limits } from './limits.ts';
import type { Grant, Tokens } from './tokens.ts';

type Hello = Extract<CenterFrame, { t: 'hello' }>;

export type ConnectionOptions = {
  readonly channel: HostChannel;
  /** What the token of the handshake allows. */
  readonly grant: Grant;
  readonly tokens: Tokens;
  readonly counters: Counters;
  /** The link this hello belongs to, or why there is none. */
  readonly linkFor: (hello: Hello) => Link | { readonly code: number; readonly reason: string };
  readonly welcome: (protocol: number, hello: Hello, streams: Extract<HostFrame, { t: 'welcome' }>['streams'], until: number | null) => HostFrame;
  readonly load: () => Extract<HostFrame, { t: 'pong' }>['load'];
  /** Frames that follow every welcome. */
  readonly news: () => readonly HostFrame[];
  readonly onClosed: (connection: Connection) => void;
};

const REASONS: Readonly<Record<number, RefusalReason>> = {
  [CloseCode.badFrame]: 'frame',
  [CloseCode.unauthorized]: 'expired',
  [CloseCode.version]: 'version',
  [CloseCode.timeout]: 'timeout',
  [CloseCode.replaced]: 'replaced',
  [CloseCode.busy]: 'busy',
};

export class Connection implements ChannelListener, LinkConnection {
  readonly channel: HostChannel;
  readonly #options: ConnectionOptions;
  readonly #openedAt = performance.now();
  #lastHeard = performance.now();
  #link: Link | null = null;
  #closed = false;
  /** Renewed by `auth` on any connection of the link. */
  grant: Grant;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.channel = options.channel;
    this.grant = options.grant;
  }

  get ready(): boolean {
    return this.#link !== null;
  }

  take(decoded: Decoded): void {
    if (this.#closed) return;
    this.#lastHeard = performance.now();
    this.#options.counters.framesIn++;
    if (decoded.frame) this.#receive(decoded.frame);
    else if (decoded.bad !== null) this.close(CloseCode.badFrame, decoded.bad);
    else if (!this.#link) this.close(CloseCode.badFrame, 'hello comes first');
    else this.#options.counters.framesUnknown++;
  }

  drained(): void {
    this.#link?.drained(this);
  }

  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#link?.leave(this);
    this.#options.onClosed(this);
  }

  /** @param code one of `CloseCode`; a reason has at most 123 bytes, as WebSocket has it */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    if (!this.#link) this.#options.counters.refuse(REASONS[code] ?? 'frame');
    this.channel.close(code, cut(reason));
    this.closed();
  }

  /** Looks at the deadlines. @param now of `performance.now()` */
  sweep(now: number): void {
    if (this.#closed) return;
    if (!this.#link && now - this.#openedAt > limits.helloMs) this.close(CloseCode.timeout, 'no hello in time');
    else if (now - this.#lastHeard > limits.silenceMs) this.close(CloseCode.timeout, 'silence');
    else if (!this.#options.tokens.holds(this.grant)) this.close(CloseCode.unauthorized, 'the token has ended');
    else if (this.channel.bufferedBytes > limits.stuckBytes) {
      // Nobody reads at the other end, and goodbyes would wait behind what is not read.
      this.channel.terminate();
      this.closed();
    }
  }

  #receive(frame: CenterFrame): void {
    if (frame.t === 'hello') {
      this.#hello(frame);
      return;
    }
    const link = this.#link;
    if (!link) {
      this.close(CloseCode.badFrame, 'hello comes first');
      return;
    }
    link.heard(this);
    switch (frame.t) {
      case 'ping':
        this.#say({ t: 'pong', at: frame.at, load: this.#options.load() });
        return;
      case 'command':
        link.command(this, frame);
        return;
      case 'ack':
        link.acknowledge(frame);
        return;
      case 'resume':
        link.resume(frame);
        return;
      case 'auth':
        this.#renew(link, frame.token);
    }
  }

  #hello(hello: Hello): void {
    if (this.#link) {
      this.close(CloseCode.badFrame, 'a second hello');
      return;
    }
    const protocol = hello.protocols.find((version) => HOST_PROTOCOLS.includes(version));
    if (protocol === undefined) {
      this.close(CloseCode.version, `this host speaks version ${HOST_PROTOCOLS.join(', ')}`);
      return;
    }
    const link = this.#options.linkFor(hello);
    if ('code' in link) {
      this.close(link.code, link.reason);
      return;
    }
    const streams = link.join(this, hello);
    this.#link = link;
    this.#say(this.#options.welcome(protocol, hello, streams, this.grant.until));
    for (const frame of this.#options.news()) this.#say(frame);
    link.begin();
  }

  #renew(link: Link, token: string): void {
    const grant = this.#options.tokens.check(token);
    if (!grant.ok) {
      this.close(CloseCode.unauthorized, grant.why);
      return;
    }
    for (const connection of link.connections) if (connection instanceof Connection) connection.grant = grant.grant;
    this.#say({ t: 'authed', tokenUntil: grant.grant.until });
  }

  #say(frame: HostFrame): void {
    this.channel.send(JSON.stringify(frame));
  }
}

/** WebSocket carries at most 123 bytes of reason. */
const cut = (reason: string): string => Buffer.from(reason).subarray(0, 120).toString('utf8').replace(/�+$/, '');
