/**
 * Frames between the control center and an agent host: JSON text over one WebSocket, zod at the edge, version 1.
 *
 *   center → host   hello, command, ack, ping
 *   host → center   welcome, reply, events, live, pong, bye
 *
 * Events are numbered per session run (epoch). The host keeps each event in a spool on disk until it is acknowledged, so a
 * dropped socket, a killed center or a killed host loses nothing: `hello` says what the center has, `welcome` says which
 * streams the host holds and from which number, and the host sends the rest in order. Frames a side does not know are ignored.
 */
import { z } from 'zod';
import { Fault } from '../lib/fault.ts';
import { LivePart, NumberedEvent, SessionGauge } from '../domain/session-event.ts';

export const HOST_PROTOCOL = 1;
/** Largest frame either side takes, in bytes. */
export const MAX_FRAME_BYTES = 8 * 1024 * 1024;

const Cursor = z.object({ sessionId: z.string(), epoch: z.string(), seq: z.number().int().nonnegative() });
export type Cursor = z.infer<typeof Cursor>;

export const CenterFrame = z.discriminatedUnion('t', [
  /** First frame of a connection. `have` names, per run, the last event the center has stored. */
  z.object({ t: z.literal('hello'), protocol: z.number().int(), center: z.string(), have: z.array(Cursor) }),
  /** `id` is an idempotency key: the same id is carried out once and answered as before. */
  z.object({ t: z.literal('command'), id: z.string(), name: z.string(), input: z.unknown() }),
  /** Everything up to and including `seq` is stored; the host may forget it. */
  z.object({ t: z.literal('ack'), cursors: z.array(Cursor) }),
  z.object({ t: z.literal('ping'), at: z.number() }),
]);
export type CenterFrame = z.infer<typeof CenterFrame>;

export const HostFrame = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('welcome'),
    protocol: z.number().int(),
    host: z.object({ id: z.string(), name: z.string(), version: z.string(), pid: z.number().int(), platform: z.string(), startedAt: z.number().int() }),
    /** Every run the host still holds events of. `first` is the oldest it can give; `recovered` is false when events after the center's last are gone. */
    streams: z.array(Cursor.extend({ first: z.number().int(), recovered: z.boolean(), live: z.boolean() })),
  }),
  z.discriminatedUnion('ok', [
    z.object({ t: z.literal('reply'), id: z.string(), ok: z.literal(true), output: z.unknown() }),
    z.object({ t: z.literal('reply'), id: z.string(), ok: z.literal(false), fault: Fault }),
  ]),
  /** Events of any number of sessions, flushed once a tick. */
  z.object({ t: z.literal('events'), batch: z.array(z.object({ sessionId: z.string(), events: z.array(NumberedEvent) })) }),
  /** What is not a fact yet, latest wins, never resent. */
  z.object({
    t: z.literal('live'),
    parts: z.array(z.object({ sessionId: z.string(), part: LivePart })).optional(),
    gauges: z.array(z.object({ sessionId: z.string(), gauge: SessionGauge })).optional(),
  }),
  z.object({ t: z.literal('pong'), at: z.number() }),
  /** The host is going away on purpose. */
  z.object({ t: z.literal('bye'), reason: z.string() }),
]);
export type HostFrame = z.infer<typeof HostFrame>;
