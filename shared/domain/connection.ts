/** Agent hosts and the connections to them, as the pool measures them and the Connections view shows them. Times are milliseconds. */
import { z } from 'zod';
import { SketchJson } from '../lib/sketch.ts';

/** How a new session finds its host. */
export const Strategy = z.enum(['round-robin', 'least-connections', 'weighted', 'peak-ewma']);
export type Strategy = z.infer<typeof Strategy>;

export const Transport = z.enum(['websocket', 'http']);
export type Transport = z.infer<typeof Transport>;

/** Bounds of the connections to one host. Defaults are the design's. */
export const PoolLimits = z
  .object({
    minSockets: z.number().int().min(1).max(100).default(2),
    maxSockets: z.number().int().min(1).max(100).default(100),
    /** A socket older than this is replaced; what is on the way is finished first. */
    ttlMs: z
      .number()
      .int()
      .min(1000)
      .default(30 * 60_000),
    /** A socket above the minimum that carried nothing for this long is closed. */
    idleMs: z
      .number()
      .int()
      .min(1000)
      .default(5 * 60_000),
    /** How long a command may wait for a ready socket. */
    acquireMs: z.number().int().min(10).default(5000),
    /** Commands that may wait for a socket; the next is refused. */
    queue: z.number().int().min(0).max(100_000).default(1000),
    /** A host ends what is silent for 20 s. */
    beatMs: z.number().int().min(50).max(15_000).default(5000),
    beatDeadlineMs: z.number().int().min(20).default(3000),
    /** Events of one stream on the way without acknowledgement: the credit the host gets. */
    window: z.number().int().min(1).max(100_000).default(2000),
  })
  .refine((limits) => limits.minSockets <= limits.maxSockets, 'minSockets is above maxSockets');
export type PoolLimits = z.infer<typeof PoolLimits>;
export const defaultLimits: PoolLimits = PoolLimits.parse({});

/** When a host leaves the choice by what is seen of it, and when it comes back. */
export const HealthRules = z.object({
  /** Failures in a row that eject. */
  consecutiveErrors: z.number().int().min(1).default(5),
  /** A host whose success rate lies this many standard deviations below the mean of the hosts is ejected, once five hosts or more can be compared. */
  successRateStdevs: z.number().min(0).default(1.9),
  /** Requests in the window below which a success rate says nothing. */
  successRateMinimum: z.number().int().min(1).default(100),
  /** While too few hosts can be compared: a host is ejected that fails at least this part of its requests, in per cent. */
  failurePercentageThreshold: z.number().min(1).max(100).default(85),
  /** Requests in the window below which a failure percentage says nothing. */
  failurePercentageVolume: z.number().int().min(1).default(50),
  windowMs: z.number().int().min(100).default(60_000),
  /** Ejected for this long times the count of ejections in a row. */
  baseEjectionMs: z.number().int().min(10).default(30_000),
  maxEjectionMs: z.number().int().min(10).default(300_000),
  /** Largest share of the hosts that may be ejected; one host may be whatever the share, and one always stays. */
  maxEjectedShare: z.number().min(0).max(1).default(0.5),
  /** Below this share of healthy hosts ejections are ignored. */
  panicShare: z.number().min(0).max(1).default(0.3),
  /** Failures in a row that open the breaker. */
  breakerFailures: z.number().int().min(1).default(5),
  /** Open for this long, then one try. */
  breakerOpenMs: z.number().int().min(10).default(5000),
  /** A host that came (back) gets its full share only after this long. */
  slowStartMs: z.number().int().min(0).default(30_000),
});
export type HealthRules = z.infer<typeof HealthRules>;
export const defaultHealthRules: HealthRules = HealthRules.parse({});

export const PoolSettings = z.object({ strategy: Strategy.default('peak-ewma'), health: HealthRules.prefault({}) });
export type PoolSettings = z.infer<typeof PoolSettings>;

/** Certificates for `wss:`: PEM text. An empty `ca` means the system's. */
export const TlsFiles = z.object({
  caFile: z.string().max(4096).default(''),
  certFile: z.string().max(4096).default(''),
  keyFile: z.string().max(4096).default(''),
  /** Name the certificate must have when it is not the address's. */
  serverName: z.string().max(300).default(''),
});
export type TlsFiles = z.infer<typeof TlsFiles>;

/** A host the lead registered. `local` is always there and has no address of its own. Tokens are never part of it. */
export const AgentHost = z.object({
  id: z.string(),
  name: z.string(),
  /** `ws://`, `wss://`, `http://` or `https://` with host and port; empty for `local`. */
  url: z.string(),
  tls: TlsFiles,
  weight: z.number().min(0).max(1000),
  limits: PoolLimits,
  /** `draining` takes no new sessions. */
  admin: z.enum(['active', 'draining', 'ejected']),
  addedAt: z.number().int(),
  rev: z.number().int(),
});
export type AgentHost = z.infer<typeof AgentHost>;

export const HostState = z.enum(['connecting', 'ready', 'reconnecting', 'closed']);
export type HostState = z.infer<typeof HostState>;
export const BreakerState = z.enum(['closed', 'open', 'half-open']);
export type BreakerState = z.infer<typeof BreakerState>;

/** Quantiles of `n` measurements in the last `windowMs`; null when there are none. */
export const Quantiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number(), n: z.number().int() }).nullable();
export type Quantiles = z.infer<typeof Quantiles>;

/** Opens that reached ready of opens attempted in the window; an acquire timeout counts as a failed attempt. */
export const SuccessRate = z.object({ ready: z.number().int(), attempted: z.number().int(), windowMs: z.number().int() });
export type SuccessRate = z.infer<typeof SuccessRate>;

export const SocketFacts = z.object({
  id: z.string(),
  state: z.enum(['dialing', 'greeting', 'ready', 'retiring', 'closed']),
  transport: Transport,
  openedAt: z.number().int(),
  lastActivityAt: z.number().int().nullable(),
  latency: Quantiles,
  inFlight: z.number().int(),
  streams: z.number().int(),
  bytesIn: z.number(),
  bytesOut: z.number(),
});
export type SocketFacts = z.infer<typeof SocketFacts>;

export const HostFacts = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  state: HostState,
  cause: z.string().nullable(),
  code: z.string().nullable(),
  admin: z.enum(['active', 'draining', 'ejected']),
  weight: z.number(),
  /** 0–1: share of its weight during slow start. */
  warmth: z.number(),
  transport: Transport.nullable(),
  version: z.string().nullable(),
  lastSeenAt: z.number().nullable(),
  sessions: z.number().int(),
  breaker: z.object({ state: BreakerState, until: z.number().nullable(), failures: z.number().int() }),
  ejection: z.object({ reason: z.string(), until: z.number(), count: z.number().int() }).nullable(),
  latency: Quantiles,
  /** Moving average of what one answer takes, its wait behind others not counted, in milliseconds; what the default strategy compares. */
  ewmaMs: z.number().nullable(),
  dial: Quantiles,
  /** Counts of dials by their time: upper bounds in milliseconds, the last is open. */
  dialHistogram: z.array(z.object({ le: z.number().nullable(), n: z.number().int() })),
  success: SuccessRate,
  inFlight: z.number().int(),
  queued: z.number().int(),
  reconnects: z.number().int(),
  eventsIn: z.number().int(),
  duplicatesDropped: z.number().int(),
  gaps: z.number().int(),
  sockets: z.array(SocketFacts),
});
export type HostFacts = z.infer<typeof HostFacts>;

/** Something changed in the pool, and why. */
export const PoolEvent = z.object({
  at: z.number().int(),
  hostId: z.string(),
  kind: z.enum([
    'state',
    'breaker',
    'ejected',
    'readmitted',
    'panic',
    'transport',
    'drain',
    'weight',
    'strategy',
    'socket',
    'token',
    'added',
    'removed',
    'gap',
  ]),
  from: z.string(),
  to: z.string(),
  cause: z.string(),
});
export type PoolEvent = z.infer<typeof PoolEvent>;

/** What the connections to a host did since the last such record (a minute, as the core asks): counts and sketches, mergeable. */
export const ConnectionMinute = z.object({
  /** Opens attempted (an acquire timeout counts), and those that reached ready. */
  attempted: z.number().int().nonnegative(),
  ready: z.number().int().nonnegative(),
  /** Dials that failed. */
  refused: z.number().int().nonnegative(),
  /** Ready connections that ended without being meant to. */
  lost: z.number().int().nonnegative(),
  /** Commands: any reply, and none (time limit, no connection). */
  answered: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  eventsIn: z.number().int().nonnegative(),
  duplicates: z.number().int().nonnegative(),
  gaps: z.number().int().nonnegative(),
  bytesIn: z.number().nonnegative(),
  bytesOut: z.number().nonnegative(),
  dial: SketchJson,
  latency: SketchJson,
});
export type ConnectionMinute = z.infer<typeof ConnectionMinute>;
