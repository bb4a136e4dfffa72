/**
 * Takes hosts that fail more than the others out of the choice, by what is seen of their work; beats do not count here.
 *
 *             failures in a row, a success rate far below the others', or among few hosts a failure percentage;
 *             and the share allows it
 *    allowed ─────────────────────────────────────────────────────────────────────────────────► ejected
 *       ▲                                                                                          │
 *       └──────────────── base × count is over │ a person │ it would be the last one ──────────────┘
 *
 * Envoy's outlier detection ("Outlier detection" in its architecture overview): consecutive errors act at once, success rates and failure
 * percentages at each sweep; ejected for base × count of ejections in a row, capped; the count goes down by one for each base time a host stays in. Never
 * more than the share of hosts, though one may always be; and one always stays. The panic share belongs to the choice (pick/choose.ts).
 */
import type { HealthRules } from '#shared/domain/connection.ts';
import { RollingCount } from './window.ts';

/**
 * Hosts with enough requests below which success rates are not compared (Envoy's success_rate_minimum_hosts). Of n values none lies more
 * than √(n − 1) standard deviations from their mean, 1.41 for three and 1.73 for four: with 1.9 nothing would ever be found among them.
 * Fewer are judged each by itself, by their failure percentage (Envoy's failure_percentage_threshold and _request_volume).
 */
export const MIN_RATED_HOSTS = 5;

export type Ejection = { readonly reason: string; /** Monotonic ms. */ readonly until: number; /** In a row, from 1. */ readonly count: number };

export type EjectionChange = { readonly hostId: string; readonly kind: 'ejected' | 'readmitted'; readonly cause: string };

type Watched = { good: RollingCount; bad: RollingCount; windowMs: number; inRow: number; count: number; calmSince: number; ejection: Ejection | null };

type Rated = { readonly hostId: string; readonly host: Watched; readonly n: number; readonly bad: number; readonly rate: number };
type Seen = { readonly now: number; readonly hosts: readonly Rated[] };

export class Ejector {
  readonly #rules: () => HealthRules;
  readonly #changed: (change: EjectionChange) => void;
  readonly #hosts = new Map<string, Watched>();
  #ejected = 0;

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
    if (this.#hosts.get(hostId)?.ejection) this.#ejected--;
    if (!this.#hosts.delete(hostId) || this.#ejected === 0) return;
    const ejected = [...this.#hosts].filter(([, host]) => host.ejection);
    if (ejected.length < this.#hosts.size) return;
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

  /** Once a second or so: brings back whose time is over, then compares success rates, or looks at failure percentages where too few can be compared. */
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
    const { successRateMinimum, failurePercentageVolume } = this.#rules();
    const seen = this.#seen(now, Math.min(successRateMinimum, failurePercentageVolume));
    if (!this.#compare(seen)) this.#judge(seen);
  }

  /** Brings a host back before its time. Its failures are forgotten: it is judged by what comes. */
  readmit(hostId: string, now: number, cause: string): void {
    const host = this.#hosts.get(hostId);
    if (!host?.ejection) return;
    host.ejection = null;
    this.#ejected--;
    host.calmSince = now;
    this.#forget(host);
    this.#changed({ hostId, kind: 'readmitted', cause });
  }

  /** How many are out. */
  get ejected(): number {
    return this.#ejected;
  }

  /** Null while it may be chosen. */
  ejection(hostId: string): Ejection | null {
    return this.#hosts.get(hostId)?.ejection ?? null;
  }

  /** @returns false when too few hosts have enough requests */
  #compare({ now, hosts }: Seen): boolean {
    const { successRateMinimum, successRateStdevs, windowMs } = this.#rules();
    const rated = hosts.filter(({ n }) => n >= successRateMinimum);
    if (rated.length < MIN_RATED_HOSTS) return false;
    const mean = rated.reduce((sum, { rate }) => sum + rate, 0) / rated.length;
    const stdev = Math.sqrt(rated.reduce((sum, { rate }) => sum + (rate - mean) ** 2, 0) / rated.length);
    const limit = mean - successRateStdevs * stdev;
    // The worst first: the share may allow only one.
    for (const { hostId, host, n, rate } of rated) {
      if (stdev === 0 || rate >= limit) break;
      const basis = `mean ${percent(mean)} of ${rated.length} hosts − ${successRateStdevs} × ${percent(stdev)}`;
      this.#eject(hostId, host, now, `success rate ${percent(rate)} of ${n} in ${windowMs / 1000} s is below ${percent(limit)} (${basis})`);
    }
    return true;
  }

  #judge({ now, hosts }: Seen): void {
    const { failurePercentageThreshold, failurePercentageVolume, windowMs } = this.#rules();
    for (const { hostId, host, n, bad } of hosts.filter((each) => each.n >= failurePercentageVolume)) {
      if (100 * bad < failurePercentageThreshold * n) return;
      const why = `failure percentage ${percent(bad / n)} of ${n} in ${windowMs / 1000} s is not below ${failurePercentageThreshold} %`;
      this.#eject(hostId, host, now, `${why} (fewer than ${MIN_RATED_HOSTS} hosts to compare with)`);
    }
  }

  /** Hosts in the choice with at least so many requests in the window, the worst first. Of a thousand, every second: nothing is made for those without. */
  #seen(now: number, least: number): Seen {
    const hosts: Rated[] = [];
    for (const [hostId, host] of this.#hosts) {
      if (host.ejection) continue;
      const good = host.good.sum(now);
      const bad = host.bad.sum(now);
      const n = good + bad;
      if (n >= least) hosts.push({ hostId, host, n, bad, rate: good / n });
    }
    return { now, hosts: hosts.toSorted((a, b) => a.rate - b.rate) };
  }

  #eject(hostId: string, host: Watched, now: number, reason: string): void {
    if (host.ejection || !this.#mayEject()) return;
    const { baseEjectionMs, maxEjectionMs } = this.#rules();
    host.count++;
    // A cap below the base would make every ejection shorter than asked: the base holds, as in Envoy.
    const forMs = Math.min(baseEjectionMs * host.count, Math.max(baseEjectionMs, maxEjectionMs));
    host.ejection = { reason, until: now + forMs, count: host.count };
    this.#ejected++;
    this.#forget(host);
    this.#changed({ hostId, kind: 'ejected', cause: `${reason}; for ${forMs / 1000} s` });
  }

  #mayEject(): boolean {
    const all = this.#hosts.size;
    const out = this.#ejected + 1;
    return out < all && (out === 1 || out / all <= this.#rules().maxEjectedShare);
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
