/** A core in this process on a data folder of its own, with a client of its contract, for tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { createCore, type Core } from '#core/core.ts';
import type { PoolParts } from '#core/hosts/room.ts';
import type { Role } from '#shared/contract/base.ts';
import type { Client } from '#shared/contract/index.ts';
import type { Session } from '#shared/domain/session.ts';
import { unwrap } from '#shared/lib/fault.ts';

/** Generous: the machine may be busy with other things. */
const WAIT_MS = 60_000;

export type TestCore = {
  readonly dataDir: string;
  readonly core: Core;
  readonly client: Client;
  readonly log: string[];
  clientOf(role: Role): Client;
  /** Closes the core and opens another on the same folder. */
  reopen(pool?: PoolParts): Promise<TestCore>;
  close(): Promise<void>;
  /** Closes and removes the folder. */
  remove(): Promise<void>;
};

export async function startTestCore(options: { dataDir?: string; pool?: PoolParts; now?: () => number } = {}): Promise<TestCore> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(os.tmpdir(), 'acc-core-')));
  const log: string[] = [];
  const core = unwrap(await createCore({ ...options, dataDir, mode: 'headless', version: 'test', log: (text) => log.push(text) }));
  const clientOf = (role: Role): Client => createRouterClient(core.router, { context: { role, actor: `test ${role}`, client: 'test' } });
  return {
    dataDir,
    core,
    log,
    clientOf,
    client: clientOf('operator'),
    reopen: async (pool) => {
      await core.close();
      return startTestCore({ ...options, dataDir, ...(pool ? { pool } : {}) });
    },
    close: () => core.close(),
    remove: async () => {
      await core.close();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Waits until `read` gives something. @throws with what was seen last */
export async function until<T>(what: string, read: () => T | null | undefined | false | Promise<T | null | undefined | false>, waitMs = WAIT_MS): Promise<T> {
  for (const end = Date.now() + waitMs; ;) {
    const value = await read();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${waitMs / 1000} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits until the session is in one of the states. */
export async function sessionIn(client: Client, id: string, ...status: Session['status'][]): Promise<Session> {
  let last: Session | null = null;
  return until(status.join(' or '), async () => {
    last = (await client.sessions.get({ id })).session;
    return status.includes(last.status) ? last : null;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; it is ${last?.status} ${last?.statusCode} ${last?.statusText}`);
  });
}
