/** What carries frames between a center and this host, whatever it is made of: a WebSocket, or server-sent events with posted batches. */
import type { Transport } from '#shared/domain/connection.ts';
import type { Decoded } from './decode.ts';

export type HostChannel = {
  readonly transport: Transport;
  /** Takes one whole frame; ignored after the close. */
  send(text: string): void;
  /** Bytes taken that the network has not. */
  readonly bufferedBytes: number;
  /** Ends it and says why. @param code one of `CloseCode` */
  close(code: number, reason: string): void;
  /** Ends it without a word, now. */
  terminate(): void;
};

export type ChannelListener = {
  /** One frame, or what stood in its place. */
  take(decoded: Decoded): void;
  /** Something that was buffered has left. */
  drained(): void;
  /** Once, and nothing after it. */
  closed(): void;
};
