/**
 * The same link where WebSocket is blocked. A connection is opened by a POST with the hello, read as server-sent events (one frame each,
 * the welcome first), written by POSTs of batches, ended by DELETE. Every request carries the bearer token.
 *
 *   POST   /host/link               the hello frame → Opened
 *   GET    /host/link/ID/frames     text/event-stream, `data: FRAME`; when the host ends it: `event: end` with `data: Refusal`
 *   POST   /host/link/ID/frames     Batch → 204; a number that was taken already → 204 and nothing is repeated; a jump → 409
 *   DELETE /host/link/ID            204
 */
import { z } from 'zod';
import { CenterFrame } from './frames.ts';

export const LINK_PATH = '/host/link';
export const SOCKET_PATH = '/host';

export const Opened = z.object({ connection: z.string().min(1).max(100) });
export const Batch = z.object({
  /** 1, 2, 3 …: the order of the batches of a connection. */
  n: z.number().int().positive(),
  frames: z.array(CenterFrame).max(10_000),
});
export type Batch = z.infer<typeof Batch>;

/** Body of every refusal (of a WebSocket's upgrade too), and why an open stream ended. `code` is one of `CloseCode`. */
export const Refusal = z.object({ code: z.number().int(), reason: z.string() });
export type Refusal = z.infer<typeof Refusal>;
