/** The words between the parts of the pool. */
import type { AgentHost, ConnectionMinute, HostFacts, PoolEvent, PoolSettings, Strategy, Transport } from '#shared/domain/connection.ts';
import type { Cursor } from '#shared/host-protocol/frames.ts';
import type { HostListener, Hosts } from '#shared/host-protocol/link.ts';
import type { Fault } from '#shared/lib/fault.ts';

/** PEM text, read by who owns the files; absent means the system's roots, no client certificate, the address's name. */
export type TlsMaterial = { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly serverName?: string };

/** Where to dial, read anew for every dial so that a changed token or certificate is used at once. */
export type Target = { readonly url: string; readonly token: string; readonly tls: TlsMaterial };

/** One open message channel, whatever carries it. Texts are whole frames, in order, each once, while it is open. */
export type Channel = {
  readonly transport: Transport;
  /** Queues one frame. Frames of one turn of the loop may travel together. Ignored after the close. */
  send(text: string): void;
  /** Bytes queued here that the network has not taken. */
  readonly bufferedBytes: number;
  close(code: number, reason: string): void;
  /** Ends it without a word, now. */
  terminate(): void;
  /** Who hears of it from now on, in place of who dialled. */
  passTo(events: Carried): void;
};

export type ChannelEvents = Carried & {
  /** The first `send` may follow now; over HTTP it must be the hello. */
  open(): void;
};

/** What is heard of a channel that is open. */
export type Carried = {
  message(text: string): void;
  /** Once, whatever happens, and nothing after it. `fault` has a code of the table in docs/users/troubleshooting.md (HOST_REFUSED, HOST_TLS …). */
  closed(fault: Fault): void;
  /** Bytes that crossed the network since the last call. */
  bytes(received: number, sent: number): void;
};

/** Starts a dial; answers with the channel at once, which is not open yet. Who dials ends it when it takes too long. */
export type Dial = (target: Target, events: ChannelEvents) => Channel;

/** A host in the eyes of a balancer. */
export type Candidate = {
  readonly id: string;
  /** 0 takes nothing. */
  readonly weight: number;
  /** 0–1, share of the weight during slow start. */
  readonly warmth: number;
  /** Moving average of what one piece of work takes, in milliseconds (health/ewma.ts); null before the first measurement. */
  readonly ewmaMs: number | null;
  /** What it has to do now: sessions and commands on the way. */
  readonly outstanding: number;
};

export type PoolOptions = {
  /** Stable name of this control center. */
  readonly center: string;
  readonly role: 'center' | 'probe';
  readonly settings: PoolSettings;
  readonly listener: HostListener;
  /** The last stored event of each open run that was given to the host. Read for the first connection of each new link. */
  readonly cursors: (hostId: string) => Cursor[];
  /** Sessions on the host now, for the choice. */
  readonly sessions: (hostId: string) => number;
  readonly log: (text: string) => void;
  /** Name of the link to a host: unless it is given one for all hosts, new for every pool. A load test has many links to one host. */
  readonly link?: (hostId: string) => string;
  /** Milliseconds since the epoch, for what people read; everything measured uses a monotonic clock. */
  readonly now?: () => number;
};

export type Pool = Hosts & {
  /** Adds or changes a host. `target` is asked at every dial; null while it has no address (a local host that is not up). */
  put(host: AgentHost, target: () => Target | null): void;
  /** Closes its connections and forgets it. */
  remove(hostId: string): void;
  /** The host's process is known to have ended. */
  down(hostId: string, cause: string): void;
  /** A new token or address: told on the connections there are (no reconnect) and used from now on. */
  renew(hostId: string): void;
  /** Drops its connections, forgets breaker and ejection, dials at once. */
  reconnect(hostId: string): void;
  /** Takes an ejection or an open breaker back. */
  readmit(hostId: string): void;
  configure(settings: PoolSettings): void;
  view(): { strategy: Strategy; panic: boolean; hosts: HostFacts[] };
  onEvent(listener: (event: PoolEvent) => void): () => void;
  /** What each host's connections did since the last call, for the store; hosts where nothing happened are left out. To be asked once a minute. */
  minutes(): { hostId: string; body: ConnectionMinute }[];
  /** Sends what is acknowledged but not told, then closes everything. */
  close(): Promise<void>;
};
