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

type HostDials = { readonly waiting: Set<Wish>; dialing: number };

export class DialGate {
  readonly #most: number;
  readonly #mostSecure: number;
  /** Only hosts that wait or dial; the order is the order of their last grant. */
  readonly #hosts = new Map<string, HostDials>();
  #dialing = 0;
  #secure = 0;
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
    for (const host of this.#hosts.values()) sum += host.waiting.size;
    return sum;
  }

  /** @param grant called once, maybe before this returns, when the dial may begin */
  acquire(hostId: string, secure: boolean, grant: (permit: Permit) => void): Permit {
    const permit: Permit = { release: () => this.#release(wish) };
    const wish: Wish = { hostId, secure, grant, permit, state: 'waiting' };
    const host = this.#hosts.get(hostId) ?? { waiting: new Set(), dialing: 0 };
    this.#hosts.set(hostId, host);
    host.waiting.add(wish);
    this.#grantAll();
    return permit;
  }

  #release(wish: Wish): void {
    if (wish.state === 'done') return;
    const host = this.#hosts.get(wish.hostId);
    if (wish.state === 'dialing') {
      this.#dialing--;
      if (wish.secure) this.#secure--;
      if (host) host.dialing--;
    } else host?.waiting.delete(wish);
    wish.state = 'done';
    if (host && host.waiting.size === 0 && host.dialing === 0) this.#hosts.delete(wish.hostId);
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
        host.waiting.delete(wish);
        host.dialing++;
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
      const [first] = host.waiting;
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
    let wanting = 0;
    let others = 0;
    for (const host of this.#hosts.values()) {
      if (host.waiting.size > 0) wanting++;
      else others += host.dialing;
    }
    return Math.ceil((this.#most - others) / Math.max(1, wanting));
  }
}
