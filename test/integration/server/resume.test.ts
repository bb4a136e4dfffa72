/** A browser that is cut off again and again sees every line of a session once, and every change of the lists. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createCore, type Core } from '#core/core.ts';
import { readOwnerFile } from '#server/owner-file.ts';
import { startServer, type RunningServer } from '#server/server.ts';
import type { Client } from '#shared/contract/index.ts';
import type { Session } from '#shared/domain/session.ts';
import { ENDED_SESSION } from '#shared/domain/status.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { makeSandbox, type Sandbox } from '#test/support/repos.ts';

const LINES = 150;
let sandbox: Sandbox;
let dataDir: string;
let core: Core;
let server: RunningServer;

beforeAll(async () => {
  sandbox = makeSandbox();
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'acc-resume-'));
  core = unwrap(await createCore({ dataDir, mode: 'headless', version: '0.0.0', log: () => {} }));
  server = unwrap(await startServer({ core, dataDir, address: '127.0.0.1', port: 0, uiDir: dataDir }));
});
afterAll(async () => {
  await server.close();
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
  sandbox.close();
});

async function dial(): Promise<{ client: Client; socket: WebSocket }> {
  const owner = readOwnerFile(dataDir);
  const socket = new WebSocket(`${owner?.url.replace('http', 'ws')}/rpc`, { headers: { authorization: `Bearer ${owner?.token}` }, perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { client: createORPCClient(new RPCLink({ websocket: socket })), socket };
}

async function startLines(): Promise<string> {
  const { client, socket } = await dial();
  const repository = await client.repositories.add({ path: sandbox.repo().path });
  const script = `let n = 0; const t = setInterval(() => { console.log('line ' + n); if (++n === ${LINES}) clearInterval(t); }, 8)`;
  const { sessionId } = await client.tasks.create({
    repositoryId: repository.id,
    title: 'Count',
    text: 'count',
    agent: { kind: 'command', name: '', command: [process.execPath, '-e', script], model: '' },
  });
  socket.close();
  return sessionId;
}

/** Reads a stream over one connection after the other, cutting each after a few items, until `done` says so. */
async function throughCuts<T>(open: (client: Client) => Promise<AsyncIterable<T>>, take: (item: T) => boolean): Promise<number> {
  for (let cuts = 0; ; cuts++) {
    const { client, socket } = await dial();
    let left = 1 + (cuts % 4);
    let done = false;
    try {
      for await (const item of await open(client)) {
        done ||= take(item);
        if (done || --left === 0) socket.terminate();
      }
    } catch {
      // The cut: whatever was under way failed with it.
    }
    if (done) return cuts;
  }
}

test('the transcript arrives whole, in order and once, however often the socket is cut', async () => {
  const sessionId = await startLines();
  const items = new Map<number, number>();
  let since = 0;
  const texts = new Map<number, string>();
  const cuts = await throughCuts(
    (client) => client.sessions.watch({ id: sessionId, since }),
    (feed) => {
      for (const { index, rev, item } of feed.items) {
        // An item comes again only when a later event changed it.
        expect(rev).toBeGreaterThan(items.get(index) ?? 0);
        items.set(index, rev);
        if (item.kind === 'output') texts.set(index, item.text);
      }
      expect(feed.rev).toBeGreaterThanOrEqual(since);
      since = feed.rev;
      return feed.items.some(({ item }) => item.kind === 'exit');
    },
  );
  expect(cuts).toBeGreaterThan(2);
  expect([...items.keys()].toSorted((a, b) => a - b)).toEqual([...items.keys()].map((_, i) => i));
  const printed = [...texts.entries()].toSorted(([a], [b]) => a - b).map(([, text]) => text);
  expect(printed.join('').split('\n').filter(Boolean)).toEqual(Array.from({ length: LINES }, (_, i) => `line ${i}`));
});

test('the lists end up as the core has them, however often the socket is cut', async () => {
  const sessionId = await startLines();
  const sessions = new Map<string, Session>();
  let since = 0;
  await throughCuts(
    (client) => client.live.watch({ since }),
    (delta) => {
      expect(delta.reset && since > 0).toBe(false);
      for (const session of delta.sessions ?? []) {
        expect(session.rev).toBeGreaterThan(sessions.get(session.id)?.rev ?? 0);
        sessions.set(session.id, session);
      }
      since = delta.rev;
      const mine = sessions.get(sessionId);
      return mine !== undefined && mine.settled && ENDED_SESSION.some((status) => status === mine.status);
    },
  );
  const { client, socket } = await dial();
  expect(sessions.get(sessionId)).toMatchObject({ status: 'finished', items: (await client.sessions.get({ id: sessionId })).session.items });
  socket.close();
});
