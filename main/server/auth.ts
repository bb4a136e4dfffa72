/**
 * Who is at the door. Three ways in, all compared in constant time:
 *   a link with a one-time token    → a cookie for this browser
 *   the cookie (signed, 30 days)    → the role it was made for; it survives a restart of the core
 *   a bearer token                  → operator; the command line reads it from the owner's file
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Role } from '#shared/contract/base.ts';

export type Identity = { readonly role: Role; readonly actor: string };

/** How long a one-time link can be opened, and how long the cookie it gives is good. Milliseconds. */
const LINK_MS = 15 * 60_000;
const COOKIE_MS = 30 * 24 * 3600_000;
const MAX_LINKS = 100;

export class Auth {
  readonly #key: Buffer;
  readonly #bearers: readonly Buffer[];
  readonly #links = new Map<string, { role: Role; until: number }>();
  readonly #now: () => number;
  /** Name of the cookie: cookies do not tell ports apart, so each data folder has its own. */
  readonly cookieName: string;

  /** @param bearers tokens that machines may show; each at least 32 characters */
  constructor(options: { dataDir: string; bearers: readonly string[]; now?: () => number }) {
    this.#key = signingKey(options.dataDir);
    this.#bearers = options.bearers.map(digest);
    this.#now = options.now ?? Date.now;
    this.cookieName = `acc_${createHash('sha256').update(path.resolve(options.dataDir)).digest('hex').slice(0, 8)}`;
  }

  /** A token that opens the UI once. */
  newLinkToken(role: Role): string {
    const token = randomBytes(24).toString('base64url');
    const now = this.#now();
    for (const [key, link] of this.#links) if (link.until < now || this.#links.size >= MAX_LINKS) this.#links.delete(key);
    // Kept as a digest: looking it up by digest takes the same time whatever was shown.
    this.#links.set(digest(token).toString('hex'), { role, until: now + LINK_MS });
    return token;
  }

  /** Takes a link's token. @returns the Set-Cookie value, or null when the token is unknown, used or too old */
  redeem(token: string): string | null {
    const key = digest(token).toString('hex');
    const link = this.#links.get(key);
    this.#links.delete(key);
    if (!link || link.until < this.#now()) return null;
    return `${this.cookieName}=${this.#sign(link.role)}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${COOKIE_MS / 1000}`;
  }

  /** Reads cookie and authorization headers. */
  identify(headers: { cookie?: string | undefined; authorization?: string | undefined }): (Identity & { by: 'cookie' | 'bearer' }) | null {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined) {
      const shown = digest(bearer);
      let known = false;
      for (const each of this.#bearers) known = timingSafeEqual(each, shown) || known;
      return known ? { role: 'operator', actor: 'command line', by: 'bearer' } : null;
    }
    const cookie = (headers.cookie ?? '').split(/;\s*/).find((part) => part.startsWith(`${this.cookieName}=`));
    const role = cookie ? this.#verify(cookie.slice(this.cookieName.length + 1)) : null;
    return role ? { role, actor: 'browser', by: 'cookie' } : null;
  }

  #sign(role: Role): string {
    const body = `${role}.${this.#now() + COOKIE_MS}.${randomBytes(9).toString('base64url')}`;
    return `${body}.${this.#mac(body)}`;
  }

  #verify(value: string): Role | null {
    const at = value.lastIndexOf('.');
    const body = value.slice(0, at);
    if (at < 0 || !timingSafeEqual(digest(this.#mac(body)), digest(value.slice(at + 1)))) return null;
    const [role, until] = body.split('.');
    if (Number(until) < this.#now()) return null;
    return role === 'operator' || role === 'viewer' ? role : null;
  }

  #mac(body: string): string {
    return createHmac('sha256', this.#key).update(body).digest('base64url');
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The key that signs cookies: made once for a data folder, readable by its owner only. */
function signingKey(dataDir: string): Buffer {
  const file = path.join(dataDir, 'cookie.key');
  try {
    const key = readFileSync(file);
    if (key.length === 32) return key;
  } catch {
    // Not made yet.
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const key = randomBytes(32);
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}
