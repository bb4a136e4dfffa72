/** What the rooms above the pool see of the hosts: commands to one, events from all, their health, a choice among them. The pool implements it. */
import type { HostState } from '../domain/connection.ts';
import type { LivePart, NumberedEvent, SessionGauge } from '../domain/session-event.ts';
import type { Result } from '../lib/fault.ts';
import type { HostCommand, HostInput, HostOutput } from './commands.ts';
import type { HostIdentity } from './frames.ts';

/** The host on this machine, which is always there. */
export const LOCAL_HOST = 'local';

export type HostHealth = {
  readonly hostId: string;
  readonly name: string;
  readonly state: HostState;
  /** Round trip of the last heartbeat in milliseconds; null before the first. */
  readonly latencyMs: number | null;
  readonly lastSeenAt: number | null;
  /** Why it is not ready, for a person. */
  readonly cause: string | null;
  /** True when its process is known to have ended: whatever ran there does not run any more. */
  readonly dead: boolean;
  /** What the host said of itself at the last welcome; null before the first. */
  readonly identity: HostIdentity | null;
};

export type StreamReport = { readonly sessionId: string; readonly epoch: string; readonly seq: number; readonly live: boolean; readonly recovered: boolean };

/** `hostId` is the center's own name of the host that told it: a host can speak only for runs that were given to it. */
export type HostListener = {
  /**
   * A batch of events in order, each exactly once per run. The link acknowledges to the host only after this returns, so the
   * listener stores them first; it must tolerate a batch again whose acknowledgement was lost.
   */
  events(hostId: string, sessionId: string, events: readonly NumberedEvent[]): void;
  live(hostId: string, sessionId: string, part: LivePart): void;
  gauge(hostId: string, sessionId: string, gauge: SessionGauge): void;
  /**
   * The host's runs after every new link, before their events, so that the center can see what ended without it. `seq` is the last
   * event the host holds of the run: when that is stored, all is told. `recovered` false: events are gone for good.
   */
  streams(hostId: string, streams: readonly StreamReport[]): void;
  health(health: HostHealth): void;
};

/** A host seen from the center. */
export type HostLink = {
  readonly hostId: string;
  health(): HostHealth;
  /**
   * Sends one command and waits for its answer. Repeats it over a reconnect with the same idempotency key.
   * @returns the host's fault, `HOST_UNREACHABLE`, `HOST_BUSY` or `HOST_TIMEOUT` as values; never throws
   */
  call<C extends HostCommand>(
    name: C,
    input: HostInput<C>,
    options?: { timeoutMs?: number; signal?: AbortSignal; key?: string },
  ): Promise<Result<HostOutput<C>>>;
};

/** All hosts. */
export type Hosts = {
  /** A host that is not known answers every call with HOST_UNKNOWN and is `closed`. */
  of(hostId: string): HostLink;
  all(): readonly HostHealth[];
  /** Where a new session goes now, by the strategy, among those named; null when none of them can take one. */
  choose(among: readonly string[]): string | null;
  /** Starts the local host when it does not run yet; returns at once. */
  wake(): void;
};
