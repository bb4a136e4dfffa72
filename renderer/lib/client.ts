/**
 * The typed client every view calls. It keeps one connection to the core alive:
 *
 *   connecting → live → lost → (wait, jittered, 0.25 s to 8 s) → connecting        signed-out: the same, until a link was opened
 *
 * A call made while there is none waits for it up to ten seconds and then fails with CORE_UNREACHABLE; a call that was under way
 * when the connection dropped fails with CONNECTION_LOST, because only the core knows whether it was carried out.
 */
import { createORPCClient, type ClientContext, type ClientLink } from '@orpc/client';
import type { Role } from '#shared/contract/base.ts';
import type { Client } from '#shared/contract/index.ts';
import { create } from 'zustand';
import { CallFault } from './faults.ts';
import { connect, SignedOut, type Connection } from './transport.ts';

/** Longest a call waits for a connection, milliseconds. */
const CALL_PATIENCE = 10_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 8000;
/** Silence after which the connection is tried by a call, and how long that call may take. */
const PROBE_EVERY = 10_000;
const PROBE_TIMEOUT = 5000;

type LinkState = {
  state: 'connecting' | 'live' | 'lost' | 'signed-out';
  /** When it was lost, and when the next try starts; milliseconds since the epoch. */
  lostAt: number | null;
  retryAt: number | null;
  /** The core's clock less ours in milliseconds, so that ages are right in a browser on another machine. */
  clockOffset: number;
  /** What the core lets this page do; null before it said so. */
  role: Role | null;
};

export const useLink = create<LinkState>(() => ({ state: 'connecting', lostAt: null, retryAt: null, clockOffset: 0, role: null }));

/** False for a page opened with a viewer's link: it shows everything and offers no acts. */
export const useMayAct = (): boolean => useLink((link) => link.role !== 'viewer');

let current: Connection | null = null;
const waiting = new Set<(connection: Connection) => void>();
let wake: (() => void) | null = null;

/** Cuts the pause before the next try short. */
export const retryNow = (): void => wake?.();

async function keepConnected(): Promise<never> {
  for (let failures = 0; ;) {
    let state: LinkState['state'] = 'lost';
    try {
      const connection = await connect();
      failures = 0;
      current = connection;
      useLink.setState({ state: 'live', lostAt: null, retryAt: null });
      for (const resolve of waiting) resolve(connection);
      waiting.clear();
      const probing = setInterval(() => void probe(connection), PROBE_EVERY);
      void probe(connection);
      await connection.closed;
      clearInterval(probing);
    } catch (error) {
      failures += 1;
      if (error instanceof SignedOut) state = 'signed-out';
    }
    current = null;
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures, 8)) * (0.5 + Math.random() / 2);
    const lostAt = useLink.getState().lostAt ?? Date.now();
    useLink.setState({ state, lostAt, retryAt: Date.now() + pause });
    await new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, pause);
    });
    wake = null;
  }
}

/** A half-open socket looks alive; a call that gets no answer shows that it is not. It also tells the role and the difference of the clocks. */
async function probe(connection: Connection): Promise<void> {
  const sent = Date.now();
  try {
    const answer = await connection.link.call(['system', 'info'], {}, { context: {}, signal: AbortSignal.timeout(PROBE_TIMEOUT) });
    const now = typeof answer === 'object' && answer !== null && 'now' in answer && typeof answer.now === 'number' ? answer.now : null;
    if (now !== null) useLink.setState({ clockOffset: now - (sent + Date.now()) / 2 });
    const role = typeof answer === 'object' && answer !== null && 'role' in answer ? answer.role : null;
    if (role === 'viewer' || role === 'operator') useLink.setState({ role });
  } catch {
    connection.close();
  }
}

function connection(signal: AbortSignal | undefined): Promise<Connection> {
  if (current) return Promise.resolve(current);
  return new Promise((resolve, reject) => {
    const done = (found: Connection): void => {
      clearTimeout(timer);
      resolve(found);
    };
    const give = (): void => {
      waiting.delete(done);
      reject(
        new CallFault({
          code: 'CORE_UNREACHABLE',
          message: 'The core does not answer.',
          why: 'There has been no connection for ten seconds.',
          fix: 'It is tried again by itself. If that does not help, start the app again.',
        }),
      );
    };
    const timer = setTimeout(give, CALL_PATIENCE);
    signal?.addEventListener('abort', give, { once: true });
    waiting.add(done);
  });
}

const link: ClientLink<ClientContext> = {
  async call(path, input, options) {
    const used = await connection(options.signal);
    try {
      return await used.link.call(path, input, options);
    } catch (error) {
      if (used === current || options.signal?.aborted) throw error;
      throw new CallFault({
        code: 'CONNECTION_LOST',
        message: 'The connection dropped before the core answered.',
        fix: 'Look whether it was done before you do it again.',
      });
    }
  },
};

export const client: Client = createORPCClient(link);

/** Waits for a connection; `lost` settles when that one has ended. @throws CORE_UNREACHABLE after ten seconds */
export async function connected(): Promise<{ lost: Promise<void> }> {
  const { closed } = await connection(undefined);
  return { lost: closed };
}

/** Starts connecting. Called once, by main.tsx. */
export const startClient = (): void => void keepConnected();
