/**
 * Frames between a control center and an agent host: JSON text, zod at the edge, versions negotiated in the first frame. The same frames
 * go over WebSocket (one a message) and over HTTP (down: server-sent events; up: batches). docs/host-protocol.md is the whole story.
 *
 *   center → host   hello, command, ack, resume, auth, ping
 *   host → center   welcome, reply, events, live, load, pong, draining, bye
 *
 * A link is one running control center and one host; it has one or more connections. Events are numbered per session run (epoch) and are
 * kept in the host's spool until they are acknowledged, so a lost connection, center or host loses nothing: `hello` says what the center
 * has, `welcome` says which streams the host holds, and the host sends the rest in order. Each stream goes over one connection of the link
 * at a time; when that is lost, over another from the last acknowledged number on. Frames a side does not know are ignored.
 */
import { z } from 'zod';
import { Fault } from '../lib/fault.ts';
import { LivePart, NumberedEvent, SessionGauge } from '../domain/session-event.ts';

/** Versions this program speaks, best first. */
export const HOST_PROTOCOLS: readonly number[] = [1];
/** Largest frame either side takes, in bytes. */
export const MAX_FRAME_BYTES = 8 * 1024 * 1024;

/** Why a host closed a connection: WebSocket close codes, and `code` in the body of an HTTP refusal. */
export const CloseCode = {
  /** Not a frame: not JSON, binary, too deep, or no hello first. */
  badFrame: 4400,
  /** The token is wrong, expired or was replaced. */
  unauthorized: 4401,
  /** No version in common. */
  version: 4406,
  /** No hello, or silence. */
  timeout: 4408,
  /** The same center connected again with a newer link. */
  replaced: 4409,
  /** Too many connections or links. */
  busy: 4429,
} as const;

const Cursor = z.object({ sessionId: z.string(), epoch: z.string(), seq: z.number().int().nonnegative() });
export type Cursor = z.infer<typeof Cursor>;

export const CenterFrame = z.discriminatedUnion('t', [
  /** First frame of every connection. */
  z.object({
    t: z.literal('hello'),
    protocols: z.array(z.number().int()).min(1).max(16),
    /** Stable name of the control center (of its store): streams belong to it. A probe may use any. */
    center: z.string().min(1).max(100),
    /** Name of this run of the center: connections with the same one are one link. A new one of the same center replaces the old. */
    link: z.string().min(1).max(100),
    /** A `probe` sees no sessions and runs no commands but `probe.*`: health checks, "test this address", load tests. */
    role: z.enum(['center', 'probe']),
    /** Events of one stream that may be on the way without acknowledgement. */
    window: z.number().int().min(1).max(100_000),
    /** Per run, the last event the center has stored. Read only from the first connection of a link, and from a fresh one. */
    have: z.array(Cursor),
    /**
     * The center has no welcomed connection of this link: the host answers as to a first one, sends nothing over those it still has (they are
     * half-open, or their welcome is stuck on the way), and ends them when the center speaks on this one.
     */
    fresh: z.boolean().optional(),
  }),
  /** `id` is an idempotency key: the same id is carried out once and answered as before, within the window of docs/host-protocol.md. */
  z.object({ t: z.literal('command'), id: z.string().min(1).max(200), name: z.string().max(100), input: z.unknown() }),
  /** Everything up to and including `seq` is stored; the host may forget it and has credit for as many more. */
  z.object({ t: z.literal('ack'), cursors: z.array(Cursor), window: z.number().int().min(1).max(100_000).optional() }),
  /** The center saw a number it did not expect: the host sends these streams again from after `seq`. */
  z.object({ t: z.literal('resume'), cursors: z.array(Cursor) }),
  /** A new token for the link, before the old one ends. */
  z.object({ t: z.literal('auth'), token: z.string().max(4096) }),
  z.object({ t: z.literal('ping'), at: z.number() }),
]);
export type CenterFrame = z.infer<typeof CenterFrame>;

export const HostIdentity = z.object({
  /** Stable over restarts of the host. */
  id: z.string(),
  name: z.string(),
  version: z.string(),
  pid: z.number().int(),
  platform: z.string(),
  startedAt: z.number().int(),
  /** New for every start of the host's process. */
  boot: z.string(),
  /** Folder in which worktrees and snapshots of this center's sessions belong. */
  workRoot: z.string(),
});
export type HostIdentity = z.infer<typeof HostIdentity>;

/** How busy the host is: with every pong. */
export const HostLoad = z.object({
  sessions: z.number().int().nonnegative(),
  /** The worst second's 99th percentile of the event loop's delay in the last 5 s, in milliseconds, without the 10 ms the meter itself adds. */
  loopDelayMs: z.number().nonnegative(),
  rssBytes: z.number().nonnegative(),
  /** Bytes in the spool that are not acknowledged. */
  spooledBytes: z.number().nonnegative(),
});
export type HostLoad = z.infer<typeof HostLoad>;

export const HostFrame = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('welcome'),
    protocol: z.number().int(),
    host: HostIdentity,
    /** Every run of this center that the host still holds events of; empty on later connections of a link, unless the hello was fresh. `first` is the oldest it can give; `recovered` is false when events after the center's last are gone. */
    streams: z.array(Cursor.extend({ first: z.number().int(), recovered: z.boolean(), live: z.boolean() })),
    /** When the token ends, milliseconds since the epoch; null when it does not. */
    tokenUntil: z.number().nullable(),
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
  z.object({ t: z.literal('pong'), at: z.number(), load: HostLoad }),
  /** The answer to `auth`. */
  z.object({ t: z.literal('authed'), tokenUntil: z.number().nullable() }),
  /** The host takes no new sessions: it is going to end when those it has are done. */
  z.object({ t: z.literal('draining'), reason: z.string() }),
  /** The host is going away on purpose. */
  z.object({ t: z.literal('bye'), reason: z.string() }),
]);
export type HostFrame = z.infer<typeof HostFrame>;
