/**
 * How many dials may be on the way over the whole pool. A burst of a thousand makes every one of them slow: 32 at a time (16 where a TLS
 * handshake costs processor time) bring all of them up sooner. Fair between hosts: the one with the fewest on the way is next, and while
 * several want to dial none has more than its share, so that a host that never answers does not hold up the others.
 *
 *   waiting ──place──► on the way ──release──► done        release while waiting: taken back
 */
export type Permit = {
  /** Gives the place back, or takes the wish back while it waits. Harmless a second time. */
  release(): void;
};

type Wish = {
  readonly hostId: string;
  readonly secure: boolean;
  readonly grant: (permit: Permit) => void;
  readonly permit: Permit;
  state: 'waiting' | 'dialing' | 'done';
};

type HostDials = { readonly waiting: Wish[]; dialing: number };

export class DialGate {
  readonly #most: number;
  readonly #mostSecure: number;
  /** Only hosts that wait or dial; the order is the order of their last grant. */
  readonly #hosts = new Map<string, HostDials>();
  #dialing = 0;
  #secure = 0;
  /** Hosts that want more, and dials on the way of those that do not. Counted, because there are as many hosts as dials. */
  #wanting = 0;
  #others = 0;
  #granting = false;

  constructor(limits: { most: number; mostSecure: number } = { most: 32, mostSecure: 16 }) {
    this.#most = limits.most;
    this.#mostSecure = limits.mostSecure;
  }

  get dialing(): number {
    return this.#dialing;
  }

  get waiting(): number {
    let sum = 0;
    for (const host of this.#hosts.values()) sum += host.waiting.length;
    return sum;
  }

  /** @param grant called once, maybe before this returns, when the dial may begin */
  acquire(hostId: string, secure: boolean, grant: (permit: Permit) => void): Permit {
    const permit: Permit = { release: () => this.#release(wish) };
    const wish: Wish = { hostId, secure, grant, permit, state: 'waiting' };
    const host = this.#hosts.get(hostId) ?? { waiting: [], dialing: 0 };
    this.#hosts.set(hostId, host);
    this.#count(host, -1);
    host.waiting.push(wish);
    this.#count(host, 1);
    this.#grantAll();
    return permit;
  }

  #release(wish: Wish): void {
    if (wish.state === 'done') return;
    const host = this.#hosts.get(wish.hostId);
    if (!host) return;
    this.#count(host, -1);
    if (wish.state === 'dialing') {
      this.#dialing--;
      if (wish.secure) this.#secure--;
      host.dialing--;
    } else host.waiting.splice(host.waiting.indexOf(wish), 1);
    this.#count(host, 1);
    wish.state = 'done';
    if (host.waiting.length === 0 && host.dialing === 0) this.#hosts.delete(wish.hostId);
    this.#grantAll();
  }

  #grantAll(): void {
    // A grant may release at once (a dial that fails in the same turn): the loop that runs already goes on with it.
    if (this.#granting) return;
    this.#granting = true;
    try {
      for (let wish = this.#next(); wish; wish = this.#next()) {
        const host = this.#hosts.get(wish.hostId);
        if (!host) break;
        this.#count(host, -1);
        host.waiting.splice(host.waiting.indexOf(wish), 1);
        host.dialing++;
        this.#count(host, 1);
        // To the end of the order: among equals, who was served longest ago is next.
        this.#hosts.delete(wish.hostId);
        this.#hosts.set(wish.hostId, host);
        wish.state = 'dialing';
        this.#dialing++;
        if (wish.secure) this.#secure++;
        wish.grant(wish.permit);
      }
    } finally {
      this.#granting = false;
    }
  }

  #next(): Wish | null {
    if (this.#dialing >= this.#most) return null;
    const share = this.#share();
    let best: HostDials | null = null;
    let wish: Wish | null = null;
    for (const host of this.#hosts.values()) {
      const first = host.waiting[0];
      if (!first || host.dialing >= share || (first.secure && this.#secure >= this.#mostSecure)) continue;
      if (best && host.dialing >= best.dialing) continue;
      best = host;
      wish = first;
      if (host.dialing === 0) break;
    }
    return wish;
  }

  /** What one of the hosts that want more may have on the way. */
  #share(): number {
    return Math.ceil((this.#most - this.#others) / Math.max(1, this.#wanting));
  }

  /** @param by -1 before the host changes, 1 after it */
  #count(host: HostDials, by: 1 | -1): void {
    if (host.waiting.length > 0) this.#wanting += by;
    else this.#others += by * host.dialing;
  }
}
