/** Two agent hosts in processes of their own beside this machine's: nothing is played. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PoolLimits } from '#shared/domain/connection.ts';
import type { NewTask, Session } from '#shared/domain/session.ts';
import { sessionIn, startTestCore, until, type TestCore } from '#test/support/core/test-core.ts';
import { HOST_TOKEN, startHostProcess, type HostProcess } from '#test/support/host-process.ts';
import { Proxy } from '#test/support/net/proxy.ts';
import { makeSandbox, type Sandbox } from '#test/support/repos.ts';

const TEST_MS = 180_000;
const AGENT = path.resolve('test/support/agents/acp-agent.ts');
let box: Sandbox;
let at: TestCore;
const hosts: HostProcess[] = [];

beforeAll(() => void (box = makeSandbox()));
afterAll(() => box.close());
afterEach(async () => {
  await at.remove();
  await Promise.all(hosts.splice(0).map((host) => host.kill()));
});

const node = (script: string): NewTask['agent'] => ({ kind: 'command', name: '', command: [process.execPath, '-e', script], model: '' });
const acp: NewTask['agent'] = { kind: 'acp', name: 'tester', command: [process.execPath, AGENT], model: '' };
const session = async (id: string): Promise<Session> => (await at.client.sessions.get({ id })).session;

/** A core and two hosts elsewhere, each with a clone of one repository; none of its sessions is for this machine. */
async function fleet(through: (port: number) => number | Promise<number> = (port) => port): Promise<{ repositoryId: string; ids: string[] }> {
  at = await startTestCore();
  const repo = box.repo();
  const ids: string[] = [];
  const places = [];
  for (const name of ['one', 'two']) {
    const host = await startHostProcess(path.join(at.dataDir, `far-${name}`));
    hosts.push(host);
    const clone = path.join(at.dataDir, `clone-${name}`);
    repo.git(['clone', '-q', repo.path, clone]);
    const limits = PoolLimits.parse({ minSockets: 1, beatMs: 300, beatDeadlineMs: 300 });
    const { id } = await at.client.connections.add({ name, url: `ws://127.0.0.1:${await through(host.port)}`, token: HOST_TOKEN, limits });
    ids.push(id);
    places.push({ hostId: id, path: clone });
  }
  await until(
    'both hosts',
    async () => (await at.client.connections.view({})).hosts.filter((host) => ids.includes(host.id) && host.state === 'ready').length === 2,
  );
  const { id, name, settings } = await at.client.repositories.add({ path: repo.path });
  await at.client.repositories.save({ id, name, settings: { ...settings, hosts: places, onThisMachine: false } });
  return { repositoryId: id, ids };
}

async function task(repositoryId: string, agent: NewTask['agent'], text: string): Promise<string> {
  return (await at.client.tasks.create({ repositoryId, title: text, text, agent })).sessionId;
}

test('sessions spread over real hosts and are reviewed there; a host that is killed loses its sessions to the other', { timeout: TEST_MS }, async () => {
  const { repositoryId, ids } = await fleet();
  await at.client.connections.setStrategy({ strategy: 'round-robin' });
  const made = await Promise.all([1, 2].map((n) => task(repositoryId, node(`require('fs').writeFileSync('made-${n}.txt', 'x')`), `make ${n}`)));
  for (const id of made) await sessionIn(at.client, id, 'finished');
  expect((await Promise.all(made.map(session))).map((each) => each.hostId).toSorted()).toEqual(ids.toSorted());
  const changes = await until('both changes', async () => {
    const all = (await at.client.review.list({})).changes;
    return all.length === 2 ? all : null;
  });
  for (const change of changes) expect(await at.client.review.approve({ id: change.id })).toMatchObject({ status: 'merged' });
  const { worktrees } = await at.client.repositories.worktrees({});
  expect(worktrees.map((each) => each.hostId).toSorted()).toEqual(ids.toSorted());

  const agents = await Promise.all([1, 2].map((n) => task(repositoryId, acp, `hang ${n}`)));
  for (const id of agents) await sessionIn(at.client, id, 'running');
  const [doomed, other] = ids;
  const lost = (await Promise.all(agents.map(session))).find((each) => each.hostId === doomed);
  await hosts[0]?.kill();
  const next = await until('the new attempt', async () => {
    const { sessions } = await at.client.sessions.list({ limit: 100 });
    return sessions.find((each) => each.taskId === lost?.taskId && each.id !== lost?.id && each.status === 'running');
  });
  expect(next.hostId).toBe(other);
  expect(await session(lost?.id ?? '')).toMatchObject({ status: 'interrupted', statusCode: 'HOST_GONE' });
  expect(next.cwd).toContain(path.join('far-two'));
  const view = await at.client.connections.view({});
  expect(view.hosts.find((host) => host.id === doomed)).toMatchObject({ state: 'reconnecting', code: 'HOST_REFUSED' });
});

test(
  'a pulled cable: the session is shown on a host that is reconnecting, and when it is back everything has come in order, once',
  { timeout: TEST_MS },
  async () => {
    const proxies: Proxy[] = [];
    try {
      const { repositoryId, ids } = await fleet(async (port) => {
        const proxy = await Proxy.start(() => port);
        proxies.push(proxy);
        return proxy.port;
      });
      const gate = path.join(box.root, `cable-${ids[0]}`);
      const script = `const fs = require('fs'); let n = 0; const t = setInterval(() => { console.log('line ' + n++); if (fs.existsSync(${JSON.stringify(gate)}) && n > 200) { clearInterval(t); console.log('the end'); } }, 10)`;
      const id = await task(repositoryId, node(script), 'count');
      const { hostId } = await sessionIn(at.client, id, 'running');
      await until('its first events', async () => (await session(id)).events > 2);
      const cable = proxies[ids.indexOf(hostId)];
      cable?.freeze();
      const seen = await until('it is seen', async () => {
        const host = (await at.client.connections.view({})).hosts.find((each) => each.id === hostId);
        return host?.state === 'reconnecting' ? host : null;
      });
      expect(seen.lastSeenAt).toEqual(expect.any(Number));
      const before = await session(id);
      expect(before).toMatchObject({ status: 'running', hostId, lastEventAt: expect.any(Number) });
      writeFileSync(gate, '');
      expect((await session(id)).events).toBe(before.events);
      cable?.thaw();
      expect(await sessionIn(at.client, id, 'finished')).toMatchObject({ hostId });
      const { items } = await at.client.sessions.items({ id, from: 0, count: 200 });
      const printed = items.flatMap(({ item }) => (item.kind === 'output' ? [item.text] : [])).join('');
      const lines = printed.split('\n').filter((line) => line !== '');
      expect(lines.at(-1)).toBe('the end');
      expect(lines.slice(0, -1)).toEqual(lines.slice(0, -1).map((_, n) => `line ${n}`));
      expect(lines.length).toBeGreaterThan(200);
    } finally {
      await Promise.all(proxies.map((proxy) => proxy.close()));
    }
  },
);

test('one host under two addresses is named as that, and its sessions go on under the first', { timeout: TEST_MS }, async () => {
  const { repositoryId, ids } = await fleet();
  await at.client.connections.drain({ id: ids[1] ?? '' });
  const id = await task(repositoryId, acp, 'hang on');
  expect(await sessionIn(at.client, id, 'running')).toMatchObject({ hostId: ids[0] });
  const twin = await at.client.connections.add({ name: 'again', url: `ws://localhost:${hosts[0]?.port}`, token: HOST_TOKEN });
  const shown = await until('it is named', async () =>
    (await at.client.connections.view({})).hosts.find((host) => host.id === twin.id && host.code === 'HOST_KNOWN'),
  );
  expect(shown.cause).toBe('This is the agent host "one" under another address.');
  await at.client.sessions.stop({ id });
  expect(await session(id)).toMatchObject({ status: 'stopped', hostId: ids[0] });
  const events = (await at.client.sessions.events({ id })).events.map((event) => event.seq);
  expect(events).toEqual(events.map((_, n) => n + 1));
});

test('a token that is gone is named in the view, and the host is dialled when it is given again', { timeout: TEST_MS }, async () => {
  const { ids } = await fleet();
  const [id = ''] = ids;
  const { dataDir } = at;
  await at.close();
  rmSync(path.join(dataDir, 'host-tokens', id));
  at = await startTestCore({ dataDir });
  const shown = await until('it is named', async () =>
    (await at.client.connections.view({})).hosts.find((host) => host.id === id && host.code === 'HOST_TOKEN'),
  );
  expect(shown).toMatchObject({ state: 'connecting', cause: expect.stringContaining('cannot be read') });
  await at.client.connections.save({ id, token: HOST_TOKEN });
  await until('it is ready', async () => (await at.client.connections.view({})).hosts.find((host) => host.id === id && host.state === 'ready'));
  const wrong = await at.client.connections
    .test({ url: `ws://127.0.0.1:${hosts[0]?.port}`, token: 'not the token of this host, though as long' })
    .catch((error: unknown) => error);
  expect(wrong).toMatchObject({ code: 'HOST_UNAUTHORIZED' });
  const right = await at.client.connections.test({ url: `ws://127.0.0.1:${hosts[0]?.port}`, token: HOST_TOKEN });
  expect(right).toMatchObject({ transport: 'websocket', dialMs: expect.any(Number) });
  // A probe of the same control center disturbs nothing.
  expect((await at.client.connections.view({})).hosts.find((host) => host.id === id)).toMatchObject({ state: 'ready' });
});
