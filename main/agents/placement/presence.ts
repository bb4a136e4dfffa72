/**
 * Which hosts are there, and which have been silent so long that what ran on them counts as lost. Measured on a clock that only goes
 * forward: one that is set ahead must not declare every host gone.
 *
 *   silent ──streams taken in, ready──► open ──connection lost──► silent ──too long, or its process is dead──► gone ──ready──► open
 */
import { LOCAL_HOST, type HostHealth } from '#shared/host-protocol/link.ts';
import type { Deps } from '../deps.ts';

/** How long this machine's own host may take to come (back), in milliseconds: it is started again by itself. */
const LOCAL_DEAD_MS = 10_000;
const LOCAL_FIRST_MS = 30_000;
/** Between looks when the deadline of a silent host is far away, in milliseconds: the setting may change meanwhile. */
const LOOK_MS = 60_000;

type Seen = { since: number; dead: boolean; reconciled: boolean; told: boolean };

export class Presence {
  readonly #deps: Pick<Deps, 'store' | 'hosts'>;
  readonly #startedAt = performance.now();
  readonly #seen = new Map<string, Seen>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  /** Called once for each silence that became too long. */
  onGone: (hostId: string) => void = () => undefined;
  /** Called when a host is back after that. */
  onBack: (hostId: string) => void = () => undefined;

  constructor(deps: Pick<Deps, 'store' | 'hosts'>) {
    this.#deps = deps;
  }

  /** The host is connected, and everything it knew of earlier runs was taken in. */
  isOpen(hostId: string): boolean {
    return this.#seen.get(hostId)?.reconciled === true && this.#deps.hosts.of(hostId).health().state === 'ready';
  }

  /** Nothing has to be waited for there any more. */
  isGone(hostId: string): boolean {
    return performance.now() >= this.#deadline(hostId);
  }

  /** From now on somebody waits for a word from the host. */
  expect(hostId: string): void {
    if (!this.#seen.has(hostId)) this.#seen.set(hostId, { since: this.#startedAt, dead: false, reconciled: false, told: false });
    this.look();
  }

  /** @returns true when the host came or went */
  health(health: HostHealth): boolean {
    const { hostId, state, dead } = health;
    const seen = this.#seen.get(hostId) ?? { since: performance.now(), dead: false, reconciled: false, told: false };
    const now = performance.now();
    const before = { open: seen.since === Infinity, dead: seen.dead };
    if (state === 'ready') {
      this.#seen.set(hostId, { ...seen, since: Infinity, dead: false, told: false });
      if (seen.told) setImmediate(() => !this.#closed && this.onBack(hostId));
    } else {
      const since = Number.isFinite(seen.since) && seen.dead === dead ? seen.since : now;
      this.#seen.set(hostId, { since, dead, reconciled: seen.reconciled, told: seen.told });
    }
    const changed = before.open !== (state === 'ready') || before.dead !== dead;
    if (changed) this.look();
    return changed;
  }

  /** What it knew of earlier runs was taken in; that it is ready is told next. */
  reconciled(hostId: string): void {
    const seen = this.#seen.get(hostId) ?? { since: this.#startedAt, dead: false, told: false };
    this.#seen.set(hostId, { ...seen, reconciled: true });
  }

  /** Looks for silences that are too long now, and sets the timer for the next one. Cheap. */
  look(): void {
    if (this.#closed) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const now = performance.now();
    let next = Infinity;
    for (const [hostId, seen] of this.#seen) {
      if (!Number.isFinite(seen.since)) continue;
      const deadline = this.#deadline(hostId);
      if (now < deadline) next = Math.min(next, deadline);
      else if (!seen.told) {
        seen.told = true;
        // After the caller: it may be in the middle of a transaction.
        setImmediate(() => !this.#closed && this.onGone(hostId));
      }
    }
    if (Number.isFinite(next)) this.#timer = setTimeout(() => this.look(), Math.min(LOOK_MS, Math.max(0, next - now) + 1));
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** When the host counts as gone, on the clock that only goes forward. */
  #deadline(hostId: string): number {
    const { store } = this.#deps;
    if (hostId !== LOCAL_HOST && store.hosts.get(hostId) === null) return 0;
    const seen = this.#seen.get(hostId);
    const since = seen?.since ?? this.#startedAt;
    if (hostId === LOCAL_HOST && !seen?.reconciled && !seen?.dead) return since + LOCAL_FIRST_MS;
    if (seen?.dead) return since + (hostId === LOCAL_HOST ? LOCAL_DEAD_MS : 0);
    const { afterSeconds } = store.settings.get().failover;
    return afterSeconds === null ? Infinity : since + afterSeconds * 1000;
  }
}
