/** Where the pool dials: the address from the store, token and certificates from their files, read anew when they may be others. */
import type { Target } from '#pool/index.ts';
import type { Fault } from '#shared/lib/fault.ts';
import type { Store } from '#store/store.ts';
import { readTls, type Secrets } from './secrets.ts';

/** The pool asks more often than it dials: what was read this long ago, in milliseconds, is still good. */
const FRESH_MS = 1000;

type Known = { readonly at: number; readonly target: Target | null; readonly fault: Fault | null };

export class Targets {
  readonly #store: Store;
  readonly #secrets: Secrets;
  readonly #known = new Map<string, Known>();

  constructor(store: Store, secrets: Secrets) {
    this.#store = store;
    this.#secrets = secrets;
  }

  /** Null while there is nothing to dial with: `fault` says why. */
  of(hostId: string): Target | null {
    const known = this.#known.get(hostId);
    if (known && performance.now() - known.at < FRESH_MS) return known.target;
    const fresh = { at: performance.now(), ...this.#read(hostId) };
    this.#known.set(hostId, fresh);
    return fresh.target;
  }

  /** Why a host cannot be dialled; null when it can. */
  fault(hostId: string): Fault | null {
    return this.#known.get(hostId)?.fault ?? null;
  }

  /** The host is not to be dialled, until it is changed by a person. */
  refuse(hostId: string, fault: Fault): void {
    this.#known.set(hostId, { at: Infinity, target: null, fault });
  }

  /** Token, files or address are others: the next question reads them. */
  forget(hostId: string): void {
    this.#known.delete(hostId);
  }

  /** Hosts that had nothing to dial with when they were last asked for. */
  broken(): string[] {
    return [...this.#known].filter(([, known]) => known.fault !== null).map(([id]) => id);
  }

  #read(hostId: string): Pick<Known, 'target' | 'fault'> {
    const host = this.#store.hosts.get(hostId);
    if (!host) return { target: null, fault: null };
    const token = this.#secrets.token(hostId);
    if (!token.ok) return { target: null, fault: token.fault };
    const tls = readTls(host.tls);
    if (!tls.ok) return { target: null, fault: tls.fault };
    return { target: { url: host.url, token: token.value, tls: tls.value }, fault: null };
  }
}
