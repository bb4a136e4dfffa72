/**
 * Measurements of a moment, every 5 s while sessions run: how many there are, what memory they and the app take, how late the core is, how large the databases are.
 *
 *   resting ──a session speaks──► measuring ──none is live any more: told once as none──► resting
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { agentLabel } from '#shared/domain/agent.ts';
import { LIVE_SESSION, type SessionStatus } from '#shared/domain/status.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import type { Fleet } from '#agents/index.ts';
import type { Store } from '#store/store.ts';
import type { HostsRoom } from '../hosts/room.ts';
import type { Analytics } from './analytics.ts';
import { databaseBytes } from './database-bytes.ts';
import { residentBytes } from './resident.ts';

const EVERY_MS = 5000;
const STATES: readonly SessionStatus[] = ['queued', ...LIVE_SESSION];

export type MeasuresOptions = {
  readonly dataDir: string;
  readonly analytics: Pick<Analytics, 'record'>;
  readonly store: Store;
  readonly fleet: Pick<Fleet, 'onSession'>;
  readonly room: Pick<HostsRoom, 'hosts'>;
  readonly now: () => number;
};

export class Measures {
  readonly #options: MeasuresOptions;
  readonly #off: () => void;
  #timer: NodeJS.Timeout | null = null;
  #delay: ReturnType<typeof monitorEventLoopDelay> | null = null;
  /** Least bytes of core and host that were seen; before the first session where that was seen. */
  #idle = Number.POSITIVE_INFINITY;

  constructor(options: MeasuresOptions) {
    this.#options = options;
    this.#off = options.fleet.onSession(() => this.#begin());
  }

  close(): void {
    this.#off();
    this.#end();
  }

  #begin(): void {
    if (this.#timer) return;
    this.#seeIdle();
    this.#delay = monitorEventLoopDelay({ resolution: 20 });
    this.#delay.enable();
    this.#timer = setInterval(() => this.#measure(), EVERY_MS).unref();
    this.#measure();
  }

  #end(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#delay?.disable();
    this.#delay = null;
  }

  #measure(): void {
    const { analytics, store, dataDir, now } = this.#options;
    const at = now();
    const sessions = store.sessions.inStatus(STATES);
    for (const state of STATES) analytics.record('sessions_live', sessions.filter(({ status }) => status === state).length, { state }, at);
    const live = sessions.filter(({ status }) => status !== 'queued');
    for (const { agent, hostId, rssBytes } of live) {
      if (rssBytes !== null) analytics.record('session_rss_bytes', rssBytes, { agent: agentLabel(agent), host: hostId }, at);
    }
    this.#memory(live.filter(({ hostId }) => hostId === LOCAL_HOST).length, at);
    if (this.#delay && this.#delay.count > 0) {
      // The watch's own interval is part of what it measures.
      analytics.record('loop_delay_ms', Math.max(0, this.#delay.percentile(99) / 1e6 - 20), {}, at);
      this.#delay.reset();
    }
    for (const { file, bytes } of databaseBytes(dataDir)) analytics.record('database_bytes', bytes, { file }, at);
    if (sessions.length === 0) this.#end();
  }

  #memory(live: number, at: number): void {
    const { analytics } = this.#options;
    const core = process.memoryUsage.rss();
    analytics.record('core_rss_bytes', core, {}, at);
    const host = this.#hostBytes();
    if (host === null) return;
    analytics.record('host_rss_bytes', host, {}, at);
    if (live > 0 && Number.isFinite(this.#idle)) analytics.record('own_memory_per_session_bytes', Math.max(0, core + host - this.#idle) / live, {}, at);
    else if (live === 0) this.#seeIdle();
  }

  #seeIdle(): void {
    const host = this.#hostBytes();
    if (host !== null) this.#idle = Math.min(this.#idle, process.memoryUsage.rss() + host);
  }

  #hostBytes(): number | null {
    const pid = this.#options.room.hosts.of(LOCAL_HOST).health().identity?.pid;
    return pid === undefined || pid === process.pid ? null : residentBytes(pid);
  }
}
