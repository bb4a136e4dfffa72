/** Tries an address, a token and certificates without keeping them: a pool of its own, with one host, for as long as one answer takes. */
import type { TlsMaterial } from '#pool/index.ts';
import { defaultLimits, defaultHealthRules, type TlsFiles, type Transport } from '#shared/domain/connection.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { PoolParts } from './room.ts';
import { readTls } from './secrets.ts';

const WAIT_MS = 6000;
const ID = 'probe';

export type Probed = {
  readonly hostId: string;
  readonly name: string;
  readonly version: string;
  readonly transport: Transport;
  /** From the dial to the welcome, in milliseconds. */
  readonly dialMs: number;
};

/** @returns HOST_TLS and every other fault of a dial that failed; HOST_UNREACHABLE when nothing answered in time */
export async function probe(
  parts: PoolParts,
  center: string,
  { url, token, tls: files }: { readonly url: string; readonly token: string; readonly tls: TlsFiles },
): Promise<Result<Probed>> {
  const tls = readTls(files);
  if (!tls.ok) return tls;
  const { promise, resolve } = Promise.withResolvers<void>();
  const nothing = (): void => undefined;
  const pool = parts.createPool({
    center,
    role: 'probe',
    settings: { strategy: 'peak-ewma', health: defaultHealthRules },
    listener: { events: nothing, live: nothing, gauge: nothing, streams: nothing, health: (health) => health.state === 'ready' && resolve() },
    cursors: () => [],
    sessions: () => 0,
    log: nothing,
  });
  const startedAt = performance.now();
  const timer = setTimeout(resolve, WAIT_MS);
  try {
    const target: { url: string; token: string; tls: TlsMaterial } = { url, token, tls: tls.value };
    const host = { id: ID, name: ID, url, tls: files, weight: 1, limits: { ...defaultLimits, minSockets: 1, maxSockets: 1 }, admin: 'active' as const };
    // Refused for good is told at once; a host that is just starting gets the whole time.
    const stopWatching = watchFinal(() => pool.view().hosts[0]?.code ?? null, resolve);
    pool.put({ ...host, addedAt: 0, rev: 0 }, () => target);
    await promise;
    stopWatching();
    const dialMs = performance.now() - startedAt;
    const { identity, state } = pool.of(ID).health();
    const facts = pool.view().hosts[0];
    if (state === 'ready' && identity) {
      return ok({ hostId: identity.id, name: identity.name, version: identity.version, transport: facts?.transport ?? 'websocket', dialMs });
    }
    return fail(facts?.code ?? 'HOST_UNREACHABLE', 'The agent host could not be reached.', {
      why: facts?.cause ?? `Nothing answered within ${WAIT_MS / 1000} s.`,
      fix: 'Check the address, the token and that the host runs (`acc host`).',
    });
  } finally {
    clearTimeout(timer);
    await pool.close();
  }
}

/** Faults that another try would only repeat. */
const FINAL = new Set(['HOST_UNAUTHORIZED', 'HOST_VERSION', 'HOST_TLS', 'HOST_DNS', 'HOST_REFUSED']);
const LOOK_MS = 50;

function watchFinal(code: () => string | null, done: () => void): () => void {
  const timer = setInterval(() => FINAL.has(code() ?? '') && done(), LOOK_MS);
  return () => clearInterval(timer);
}
