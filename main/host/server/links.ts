/**
 * The links of this host: one of each center (a newer one replaces it), any number of probes. Centers live side by side and see nothing
 * of each other.
 */
import { CloseCode, type CenterFrame } from '#shared/host-protocol/frames.ts';
import type { Counters } from '../metrics/counters.ts';
import { AnsweredCommands } from './answered.ts';
import { limits } from './limits.ts';
import { Link, type LinkOptions } from './link.ts';

type Hello = Extract<CenterFrame, { t: 'hello' }>;
/** What a link of this role and center works on. */
export type LinkParts = Pick<LinkOptions, 'source' | 'carryOut'> & { readonly close?: () => void };

export type LinksOptions = {
  readonly counters: Counters;
  readonly center: (center: string) => LinkParts;
  /** @param wake tells the link that a stream has more */
  readonly probe: (wake: Link['wake']) => LinkParts;
};

type Center = {
  readonly parts: LinkParts;
  readonly answered: AnsweredCommands;
  /** Ids of links that a newer one replaced. */ readonly replaced: string[];
  link: Link;
};
type Probe = { readonly parts: LinkParts; readonly link: Link };

/** Links of one center that are remembered as replaced. */
const REPLACED = 16;

export class Links {
  readonly #options: LinksOptions;
  readonly #centers = new Map<string, Center>();
  readonly #probes = new Map<string, Probe>();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  all(): Link[] {
    return [...this.#centers.values(), ...this.#probes.values()].map(({ link }) => link);
  }

  /** The link of a center, when there is one. */
  of(center: string): Link | null {
    return this.#centers.get(center)?.link ?? null;
  }

  /** The link a hello belongs to; made when it is new. */
  linkFor(hello: Hello): Link | { code: number; reason: string } {
    const link = hello.role === 'probe' ? this.#probe(hello) : this.#center(hello);
    if (!('code' in link) && link.size >= limits.connectionsPerLink) return { code: CloseCode.busy, reason: 'too many connections of this link' };
    return link;
  }

  /** Forgets links that have had no connection for long. */
  sweep(now: number): void {
    for (const [name, { link, parts }] of this.#probes) {
      if (!overdue(link, now, limits.probeLinkMs)) continue;
      parts.close?.();
      this.#probes.delete(name);
    }
    for (const [name, { link }] of this.#centers) if (link.inFlight === 0 && overdue(link, now, limits.answersMs)) this.#centers.delete(name);
  }

  close(): void {
    for (const { parts } of this.#probes.values()) parts.close?.();
    this.#probes.clear();
  }

  #full(): { code: number; reason: string } | null {
    return this.#centers.size + this.#probes.size >= limits.links ? { code: CloseCode.busy, reason: 'too many links' } : null;
  }

  #probe(hello: Hello): Link | { code: number; reason: string } {
    // A probe may use any name: one that was chosen twice by chance must not be the same link.
    const name = JSON.stringify([hello.center, hello.link]);
    const known = this.#probes.get(name);
    if (known) return known.link;
    const full = this.#full();
    if (full) return full;
    const parts = this.#options.probe((stream) => made.wake(stream));
    const made: Link = this.#make(hello, parts, new AnsweredCommands());
    this.#probes.set(name, { parts, link: made });
    return made;
  }

  #center(hello: Hello): Link | { code: number; reason: string } {
    const known = this.#centers.get(hello.center);
    if (known?.link.id === hello.link) return known.link;
    if (!known) {
      const full = this.#full();
      if (full) return full;
      const parts = this.#options.center(hello.center);
      const answered = new AnsweredCommands();
      const link = this.#make(hello, parts, answered);
      this.#centers.set(hello.center, { parts, answered, replaced: [], link });
      return link;
    }
    // A connection of the older one that was on its way when the newer came must not take the place back.
    if (known.replaced.includes(hello.link)) return { code: CloseCode.replaced, reason: 'a newer run of this control center is connected' };
    const older = known.link;
    known.replaced.push(older.id);
    if (known.replaced.length > REPLACED) known.replaced.shift();
    known.link = this.#make(hello, known.parts, known.answered);
    older.close(CloseCode.replaced, 'a newer run of this control center connected');
    return known.link;
  }

  #make(hello: Hello, { source, carryOut }: LinkParts, answered: AnsweredCommands): Link {
    return new Link({ center: hello.center, id: hello.link, role: hello.role, source, carryOut, answered, counters: this.#options.counters });
  }
}

const overdue = (link: Link, now: number, afterMs: number): boolean => link.bareSince !== null && now - link.bareSince > afterMs;
