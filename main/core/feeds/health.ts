/** The state of core, store and hosts: sampled once a second while somebody looks, told only when it changed. */
import type { Health } from '#shared/contract/system.ts';
import type { Fleet } from '#agents/index.ts';
import type { Hosts } from '#shared/host-protocol/link.ts';
import type { Store } from '#store/store.ts';
import { startOfDay } from '#shared/lib/day.ts';

const SAMPLE_MS = 1000;
/** A change of memory below this is no news. */
const RSS_STEP = 8 * 1024 * 1024;

type Sources = { readonly version: string; readonly store: Store; readonly hosts: Hosts; readonly fleet: () => Fleet; readonly now: () => number };

export class HealthFeed {
  readonly #sources: Sources;
  readonly #listeners = new Set<() => void>();
  readonly #startedAt: number;
  #timer: NodeJS.Timeout | null = null;
  #latest: Health | null = null;
  #key = '';
  #counts: { rev: number; day: number; sessions: Health['sessions']; usd: number } | null = null;

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#startedAt = sources.now();
  }

  /** The health now; the same object as long as nothing worth telling changed. */
  read(): Health {
    const { version, store, hosts, fleet, now } = this.#sources;
    const { sessions, usd } = this.#count();
    const health: Health = {
      core: { version, pid: process.pid, startedAt: this.#startedAt, rssBytes: process.memoryUsage.rss() },
      store: store.state(),
      hosts: hosts.all().map(({ hostId, name, state, latencyMs, lastSeenAt, cause }) => ({ id: hostId, name, state, latencyMs, lastSeenAt, cause })),
      sessions,
      today: { usd, budgetUsd: store.settings.get().budget.perDayUsd },
      slowed: fleet()
        .slowed()
        .filter((each) => each.until > now()),
    };
    const told = {
      ...health,
      core: Math.round(health.core.rssBytes / RSS_STEP),
      hosts: health.hosts.map((host) => ({
        ...host,
        latencyMs: Math.round(host.latencyMs ?? -1),
        lastSeenAt: host.state === 'ready' ? null : host.lastSeenAt,
      })),
    };
    const key = JSON.stringify(told);
    if (this.#latest !== null && key === this.#key) return this.#latest;
    this.#key = key;
    this.#latest = health;
    return health;
  }

  /** Calls back after a sample that brought news. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => this.#sample(), SAMPLE_MS);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #sample(): void {
    const before = this.#latest;
    if (this.read() !== before) for (const listener of this.#listeners) listener();
  }

  /** Counted anew only after a commit or at midnight. */
  #count(): { sessions: Health['sessions']; usd: number } {
    const { store, now } = this.#sources;
    const rev = store.rev();
    const day = startOfDay(now());
    if (this.#counts?.rev === rev && this.#counts.day === day) return this.#counts;
    const rows = store.sessions.inStatus(['queued', 'starting', 'running', 'waiting']);
    const count = (...status: string[]): number => rows.filter((row) => status.includes(row.status)).length;
    const sessions = { running: count('starting', 'running'), waiting: count('waiting'), queued: count('queued') };
    this.#counts = { rev, day, sessions, usd: store.sessions.spentSince(day) };
    return this.#counts;
  }
}
