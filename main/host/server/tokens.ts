/** Who may connect: tokens kept as digests, compared in constant time, some with an end. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** What a token that was shown allows. It names the token by its digest. */
export type Grant = { readonly digest: Buffer; /** Milliseconds since the epoch; null: no end. */ readonly until: number | null };

export type Checked = { readonly ok: true; readonly grant: Grant } | { readonly ok: false; readonly reason: 'token' | 'expired'; readonly why: string };

export type Tokens = {
  check(token: string): Checked;
  /** False once the token has ended or was taken back. */
  holds(grant: Grant): boolean;
  close(): void;
};

/** Shorter ones can be guessed. */
export const MIN_TOKEN_CHARS = 32;

export const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** @param known the tokens now; asked each time, so that a file may change behind it: another list, never the same one changed */
export function tokensOf(known: () => readonly Grant[], close: () => void = () => {}): Tokens {
  // All are compared, whichever fits: how long it takes says nothing.
  const find = (digest: Buffer): Grant | null => known().reduce<Grant | null>((found, grant) => (timingSafeEqual(grant.digest, digest) ? grant : found), null);
  // Thousands of connections ask four times a second whether theirs still holds: that needs no secrecy, so it is a look-up.
  let listed: readonly Grant[] = [];
  let byDigest = new Map<string, Grant>();
  const look = (digest: Buffer): Grant | undefined => {
    const now = known();
    if (now !== listed) {
      listed = now;
      byDigest = new Map(now.map((grant) => [grant.digest.toString('latin1'), grant]));
    }
    return byDigest.get(digest.toString('latin1'));
  };
  const ended = (grant: Grant): boolean => grant.until !== null && grant.until <= Date.now();
  return {
    check(token) {
      const grant = find(digestOf(token));
      if (!grant) return { ok: false, reason: 'token', why: 'the token is not one of this host' };
      if (ended(grant)) return { ok: false, reason: 'expired', why: 'the token has expired' };
      return { ok: true, grant };
    },
    holds(grant) {
      const now = look(grant.digest);
      return now !== undefined && !ended(now);
    },
    close,
  };
}

/** One token that never ends: of the host that a core starts as its child. */
export function fixedToken(token: string): Tokens {
  const grants = [{ digest: digestOf(token), until: null }];
  return tokensOf(() => grants);
}
