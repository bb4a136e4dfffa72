/**
 * A network between two programs of this machine that can be told to misbehave: a TCP proxy on loopback.
 *
 *   passing ⇄ frozen (keeps everything open, passes nothing)     cut: resets or ends what is open     refuse: nothing listens
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Lane } from './lane.ts';

/** How a WebSocket is stopped on its way: answered, its request made an ordinary one, left without an answer, reset, opened and then muted. */
export type Block = 'forbidden' | 'stripped' | 'silent' | 'reset' | 'mute';

type Pair = { readonly client: Socket; readonly host: Socket; readonly up: Lane; readonly down: Lane };

const HEAD_END = Buffer.from('\r\n\r\n');
const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 19\r\nConnection: close\r\n\r\n<h1>Forbidden</h1>\r\n';

export class Proxy {
  readonly #to: () => number;
  readonly #pairs = new Set<Pair>();
  #server: Server | null = null;
  #port = 0;
  #frozen = false;
  #block: Block | null = null;
  #delayMs = 0;
  #bytesPerSecond = Infinity;
  /** Connections accepted so far. */
  accepted = 0;

  private constructor(to: () => number) {
    this.#to = to;
  }

  /** @param to port on 127.0.0.1, asked for every connection so that a host that was started again is found */
  static async start(to: () => number): Promise<Proxy> {
    const proxy = new Proxy(to);
    await proxy.listen();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Connections that are open. */
  get open(): number {
    return this.#pairs.size;
  }

  /** Listens (again) on the same port. */
  async listen(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
    this.#server = server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Resets what is open, and nothing listens until `listen`. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.cut();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  }

  /** Keeps what is open and accepts more, but passes nothing until `thaw`. */
  freeze(): void {
    this.#frozen = true;
    for (const { up, down } of this.#pairs) for (const lane of [up, down]) lane.hold();
  }

  /** Passes what was held and everything after it. */
  thaw(): void {
    this.#frozen = false;
    for (const { up, down } of this.#pairs) for (const lane of [up, down]) lane.go();
  }

  /** Ends connections that are open, with what they hold. @param which all when absent */
  cut(how: 'reset' | 'end' = 'reset', which: (index: number) => boolean = () => true): number {
    const pairs = [...this.#pairs].filter((_, index) => which(index));
    for (const { client, host } of pairs) {
      for (const socket of [client, host]) {
        if (how === 'reset') socket.resetAndDestroy();
        else socket.destroySoon();
      }
    }
    return pairs.length;
  }

  /** What happens to WebSockets that are opened from now on; null lets them through. */
  block(how: Block | null): void {
    this.#block = how;
  }

  /** Holds every piece back for this long, in order. Holds for connections from now on. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** At most this much a second in each direction of each connection from now on. */
  throttle(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Turns one bit over in the next piece from the host to each client. */
  corrupt(): void {
    for (const { down } of this.#pairs) down.corruptNext();
  }

  async close(): Promise<void> {
    await this.refuse();
  }

  #accept(client: Socket): void {
    this.accepted++;
    const host = connect({ port: this.#to(), host: '127.0.0.1', allowHalfOpen: true });
    const shape = { delayMs: this.#delayMs, bytesPerSecond: this.#bytesPerSecond };
    const pair: Pair = { client, host, up: new Lane(client, host, shape), down: new Lane(host, client, shape) };
    this.#pairs.add(pair);
    const gone = (): void => {
      this.#pairs.delete(pair);
      client.destroy();
      host.destroy();
    };
    for (const socket of [client, host]) socket.on('close', gone);
    // What cannot be reached looks from here as it does without a proxy: a connection that is reset.
    for (const [socket, other] of [
      [client, host],
      [host, client],
    ] as const)
      socket.on('error', () => other.resetAndDestroy());
    if (this.#frozen) for (const lane of [pair.up, pair.down]) lane.hold();
    if (this.#block) this.#watch(pair, this.#block);
  }

  /** Looks at the first request and stops it when it wants a WebSocket. */
  #watch({ client, host, up, down }: Pair, how: Block): void {
    let head = Buffer.alloc(0);
    up.through((piece) => {
      head = Buffer.concat([head, piece]);
      const end = head.indexOf(HEAD_END);
      if (end < 0) return null;
      up.through(null);
      const request = head.toString('latin1', 0, end);
      if (!/^upgrade:\s*websocket/im.test(request)) return head;
      if (how === 'forbidden') client.end(FORBIDDEN);
      else if (how === 'reset') client.resetAndDestroy();
      else if (how === 'stripped')
        return Buffer.concat([Buffer.from(request.replaceAll(/\r\n(upgrade|connection|sec-websocket-[a-z]+):[^\r]*/gi, '')), HEAD_END]);
      else if (how === 'mute') {
        // The answer to the upgrade passes, nothing after it.
        host.once('data', () => setImmediate(() => down.hold()));
        return head;
      }
      return null;
    });
  }
}
