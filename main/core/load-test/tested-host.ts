/** The host a load test is run against: one of its own, a registered one, or one at an address. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Target } from '#pool/index.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';
import { hostCommand, hostEnv } from '../hosts/command.ts';
import type { HostsRoom, PoolParts } from '../hosts/room.ts';

/** How long a host of this machine may take to listen, in milliseconds. */
const START_MS = 30_000;
const LOOK_MS = 50;

export type TestedHost = {
  readonly target: Target;
  /** Both sides read one clock: the time of an event on its way can be told. */
  readonly sameClock: boolean;
  /** Calls back when it is known to have ended. Only a host of the test's own is known that well. */
  onDown(listener: (cause: string) => void): void;
  /** Ends a host of the test's own; leaves any other as it is. Within about 5 s. */
  close(): Promise<void>;
};

export type HostWish = { readonly host: string; readonly token?: string | undefined };
export type TestedHostDeps = { readonly dataDir: string; readonly store: Store; readonly room: HostsRoom; readonly log: Log };

/** @returns HOST_UNKNOWN, HOST_TOKEN, HOST_UNREACHABLE */
export async function findTestedHost(deps: TestedHostDeps, { host, token }: HostWish, signal: AbortSignal): Promise<Result<TestedHost>> {
  const { store, room } = deps;
  if (host === 'own') return startOwn(deps, await room.makers(), signal);
  if (/^(wss?|https?):\/\//.test(host)) {
    if (token === undefined) {
      return fail('HOST_TOKEN', 'A host at an address needs its token.', { fix: 'Give --token-file, or register the host and name it.' });
    }
    return ok(other({ url: host, token, tls: {} }, false));
  }
  const row = store.hosts.get(host);
  if (!row) {
    return fail('HOST_UNKNOWN', 'This agent host is not registered.', {
      why: host,
      fix: 'Name "own", the id of a host in Connections, or an address with its token.',
    });
  }
  await room.pool();
  const target = await until(() => room.target(row.id), signal);
  if (target) return ok(other(target, row.id === LOCAL_HOST));
  const cause = room.hosts.of(row.id).health().cause;
  return fail('HOST_UNREACHABLE', `The agent host "${row.name}" has no address to dial.`, cause === null ? {} : { why: cause });
}

const other = (target: Target, sameClock: boolean): TestedHost => ({ target, sameClock, onDown: () => undefined, close: async () => undefined });

/**
 * A host as the core's own: a child process that ends when this one does, whatever happens to it. Its folder is in the data folder, and
 * what a killed core left of an earlier one goes first.
 */
async function startOwn({ dataDir, log, room }: TestedHostDeps, { createLocalHost }: PoolParts, signal: AbortSignal): Promise<Result<TestedHost>> {
  // The host of this machine comes first: were it to start in the middle of the test, the test would measure that.
  await room.pool();
  await until(() => room.target(LOCAL_HOST), signal);
  const folder = path.join(dataDir, 'load-test');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  let cause: string | null = null;
  let tell: (cause: string) => void = () => undefined;
  const child = createLocalHost({
    dataDir: folder,
    command: hostCommand(),
    env: hostEnv(),
    log: (text) => log('warn', `load test's host: ${text.trimEnd()}`),
    pool: {
      renew: () => undefined,
      down(_hostId, why) {
        cause ??= why;
        // It would be started again; a test of it is over.
        void child.stop();
        tell(why);
      },
    },
  });
  const close = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  child.start();
  const target = await until(
    () => (cause === null ? child.target() : null),
    signal,
    () => cause !== null,
  );
  if (target) return ok({ target, sameClock: true, onDown: (listener) => void (tell = listener), close });
  await close();
  return fail('HOST_UNREACHABLE', 'The agent host for the test did not start.', { why: cause ?? `It did not listen within ${START_MS / 1000} s.` });
}

/** Asks until there is something; null when the time is over, `given` up, or the test was cancelled. */
async function until<T>(read: () => T | null, signal: AbortSignal, givenUp: () => boolean = () => false): Promise<T | null> {
  for (const end = performance.now() + START_MS; performance.now() < end && !signal.aborted && !givenUp();) {
    const found = read();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return null;
}
