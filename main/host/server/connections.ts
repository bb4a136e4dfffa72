/** All connections of this host: made when somebody with a token is there, looked after by one timer, gone when they end. */
import type { HostFrame, HostIdentity } from '#shared/host-protocol/frames.ts';
import type { Transport } from '#shared/domain/connection.ts';
import type { Counters } from '../metrics/counters.ts';
import type { HostChannel } from './channel.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { limits } from './limits.ts';
import type { Links } from './links.ts';
import type { Grant, Tokens } from './tokens.ts';

export type ConnectionsOptions = {
  readonly tokens: Tokens;
  readonly counters: Counters;
  readonly links: Links;
  readonly identity: (center: string) => HostIdentity;
  readonly load: ConnectionOptions['load'];
  readonly news: () => readonly HostFrame[];
};

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #open = new Set<Connection>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#sweep(), limits.sweepMs);
    this.#timer.unref();
  }

  /** Ready connections by what carries them. */
  count(): Record<Transport, number> {
    const counts = { websocket: 0, http: 0 };
    for (const connection of this.#open) if (connection.ready) counts[connection.channel.transport]++;
    return counts;
  }

  /** A channel was opened by who showed a token. */
  accept = (channel: HostChannel, grant: Grant): Connection => {
    const { tokens, counters, links, identity, load, news } = this.#options;
    const connection = new Connection({
      channel,
      grant,
      tokens,
      counters,
      linkFor: (hello) => links.linkFor(hello),
      welcome: (protocol, hello, streams, tokenUntil) => ({ t: 'welcome', protocol, host: identity(hello.center), streams, tokenUntil }),
      load,
      news,
      onClosed: (closed) => this.#open.delete(closed),
    });
    this.#open.add(connection);
    return connection;
  };

  close(): void {
    clearInterval(this.#timer);
    this.#options.links.close();
  }

  #sweep(): void {
    const now = performance.now();
    for (const connection of this.#open) connection.sweep(now);
    this.#options.links.sweep(now);
  }
}
