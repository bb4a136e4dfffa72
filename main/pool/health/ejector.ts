/**
 * Takes hosts that fail more than the others out of the choice, by what is seen of their work; beats do not count here.
 *
 *             failures in a row, or success rate far below the others; and the share allows it
 *    allowed ─────────────────────────────────────────────────────────────────────────────────► ejected
 *       ▲                                                                                          │
 *       └──────────────── base × count is over │ a person │ it would be the last one ──────────────┘
 *
 * Envoy's outlier detection ("Outlier detection" in its architecture overview): consecutive errors act at once, success rates at each
 * sweep; ejected for base × count of ejections in a row, capped; the count goes down by one for each base time a host stays in. Never
 * more than the share of hosts, though one may always be; and one always stays. The panic share belongs to the choice (pick/choose.ts).
 */
import type { HealthRules } from '#shared/domain/connection.ts';
import { RollingCount } from './window.ts';

/** Hosts with enough requests below which there is no "others" to compare with. */
export const MIN_RATED_HOSTS = 3;

export type Ejection = { readonly reason: string; /** Monotonic ms. */ readonly until: number; /** In a row, from 1. */ readonly count: number };

export type EjectionChange = { readonly hostId: string; readonly kind: 'ejected' | 'readmitted'; readonly cause: string };

type Watched = { good: RollingCount; bad: RollingCount; windowMs: number; inRow: number; count: number; calmSince: number; ejection: Ejection | null };

export class Ejector {
  readonly #rules: () => HealthRules;
  readonly #changed: (change: EjectionChange) => void;
  readonly #hosts = new Map<string, Watched>();

  /** @param rules asked each time, so that a change of the settings holds at once */
  constructor(rules: () => HealthRules, changed: (change: EjectionChange) => void) {
    this.#rules = rules;
    this.#changed = changed;
  }

  /** @param now monotonic ms, as in all methods */
  add(hostId: string, now: number): void {
    if (!this.#hosts.has(hostId)) this.#hosts.set(hostId, { ...this.#counts(), inRow: 0, count: 0, calmSince: now, ejection: null });
  }

  remove(hostId: string, now: number): void {
    if (!this.#hosts.delete(hostId)) return;
    const ejected = [...this.#hosts].filter(([, host]) => host.ejection);
    if (ejected.length === 0 || ejected.length < this.#hosts.size) return;
    const soonest = ejected.toSorted(([, a], [, b]) => (a.ejection?.until ?? 0) - (b.ejection?.until ?? 0))[0];
    if (soonest) this.readmit(soonest[0], now, 'no other host is left');
  }

  success(hostId: string, now: number): void {
    const host = this.#hosts.get(hostId);
    if (!host) return;
    host.good.add(now);
    host.inRow = 0;
  }

  /** @param why in words, e.g. `no answer within 5 s` */
  failure(hostId: string, now: number, why: string): void {
    const host = this.#hosts.get(hostId);
    if (!host) return;
    host.bad.add(now);
    host.inRow++;
    if (host.inRow >= this.#rules().consecutiveErrors) this.#eject(hostId, host, now, `${host.inRow} failures in a row, the last: ${why}`);
  }

  /** Once a second or so: brings back whose time is over, then compares success rates. */
  sweep(now: number): void {
    const { baseEjectionMs, windowMs } = this.#rules();
    for (const [hostId, host] of this.#hosts) {
      if (host.windowMs !== windowMs) Object.assign(host, this.#counts());
      if (host.ejection && now >= host.ejection.until) this.readmit(hostId, now, `ejection number ${host.ejection.count} is over`);
      while (!host.ejection && host.count > 0 && now - host.calmSince >= baseEjectionMs) {
        host.count--;
        host.calmSince += baseEjectionMs;
      }
    }
    this.#compare(now);
  }

  /** Brings a host back before its time. Its failures are forgotten: it is judged by what comes. */
  readmit(hostId: string, now: number, cause: string): void {
    const host = this.#hosts.get(hostId);
    if (!host?.ejection) return;
    host.ejection = null;
    host.calmSince = now;
    this.#forget(host);
    this.#changed({ hostId, kind: 'readmitted', cause });
  }

  /** Null while it may be chosen. */
  ejection(hostId: string): Ejection | null {
    return this.#hosts.get(hostId)?.ejection ?? null;
  }

  #compare(now: number): void {
    const { successRateMinimum, successRateStdevs, windowMs } = this.#rules();
    const rated = [...this.#hosts].flatMap(([hostId, host]) => {
      const good = host.good.sum(now);
      const n = good + host.bad.sum(now);
      return !host.ejection && n >= successRateMinimum ? [{ hostId, host, n, rate: good / n }] : [];
    });
    if (rated.length < MIN_RATED_HOSTS) return;
    const mean = rated.reduce((sum, { rate }) => sum + rate, 0) / rated.length;
    const stdev = Math.sqrt(rated.reduce((sum, { rate }) => sum + (rate - mean) ** 2, 0) / rated.length);
    const limit = mean - successRateStdevs * stdev;
    // The worst first: the share may allow only one.
    for (const { hostId, host, n, rate } of rated.toSorted((a, b) => a.rate - b.rate)) {
      if (stdev === 0 || rate >= limit) return;
      const basis = `mean ${percent(mean)} of ${rated.length} hosts − ${successRateStdevs} × ${percent(stdev)}`;
      this.#eject(hostId, host, now, `success rate ${percent(rate)} of ${n} in ${windowMs / 1000} s is below ${percent(limit)} (${basis})`);
    }
  }

  #eject(hostId: string, host: Watched, now: number, reason: string): void {
    if (host.ejection || !this.#mayEject()) return;
    const { baseEjectionMs, maxEjectionMs } = this.#rules();
    host.count++;
    // A cap below the base would make every ejection shorter than asked: the base holds, as in Envoy.
    const forMs = Math.min(baseEjectionMs * host.count, Math.max(baseEjectionMs, maxEjectionMs));
    host.ejection = { reason, until: now + forMs, count: host.count };
    this.#forget(host);
    this.#changed({ hostId, kind: 'ejected', cause: `${reason}; for ${forMs / 1000} s` });
  }

  #mayEject(): boolean {
    const all = this.#hosts.size;
    const ejected = [...this.#hosts.values()].filter((host) => host.ejection).length;
    return ejected + 1 < all && (ejected === 0 || (ejected + 1) / all <= this.#rules().maxEjectedShare);
  }

  #forget(host: Watched): void {
    host.inRow = 0;
    host.good.clear();
    host.bad.clear();
  }

  #counts(): Pick<Watched, 'good' | 'bad' | 'windowMs'> {
    const { windowMs } = this.#rules();
    return { good: new RollingCount(windowMs), bad: new RollingCount(windowMs), windowMs };
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
