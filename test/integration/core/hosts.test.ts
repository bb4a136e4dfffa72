/** Where sessions go when there are several hosts, and what a host may say. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Session } from '#shared/domain/session.ts';
import { ScriptedHost } from '#test/support/core/scripted-host.ts';
import { scene, TOKEN, type Scene } from '#test/support/core/scene.ts';
import { sessionIn, until } from '#test/support/core/test-core.ts';

let at: Scene;
afterEach(() => at.remove());

const others = (count: number): ScriptedHost[] => Array.from({ length: count }, (_, n) => new ScriptedHost(`wss://host-${n}.test:7000`));
const free = (): Promise<void> => at.settings((settings) => ({ ...settings, governor: { global: 0, perRepository: 0, perAgent: {} } }));
const session = async (id: string): Promise<Session> => (await at.client.sessions.get({ id })).session;
const reason = (id: string, code: string): Promise<Session> =>
  until(`the reason ${code}`, async () => {
    const row = await session(id);
    return row.statusCode === code ? row : null;
  });
const onlyElsewhere = async (): Promise<void> => {
  const repository = (await at.client.repositories.add({ path: '/r' })) ?? null;
  await at.client.repositories.save({ id: repository.id, name: repository.name, settings: { ...repository.settings, onThisMachine: false } });
};

test('sessions spread over the hosts that have the repository, by turns or by load, and each works in its own host’s folders', async () => {
  at = await scene({ others: others(3) });
  await free();
  await at.client.connections.setStrategy({ strategy: 'round-robin' });
  for (let n = 0; n < 8; n++) await at.running({ title: `turn ${n}` });
  expect([at.host, ...at.others].map((host) => host.starts.length)).toEqual([2, 2, 2, 2]);
  const [start] = at.others[0]?.starts ?? [];
  expect(start?.workspace).toMatchObject({ mode: 'worktree', repository: '/far/host-0.test' });
  expect(start?.workspace.cwd).toMatch(new RegExp(`^/root-of/host-0.test/worktrees/${at.repositoryId}/turn-\\d-`));
  expect(await session(start?.sessionId ?? '')).toMatchObject({ hostId: at.others[0]?.id, cwd: start?.workspace.cwd });

  await at.client.connections.setStrategy({ strategy: 'least-connections' });
  for (const id of at.host.liveSessions()) at.host.exit(id);
  for (const host of at.others.slice(1)) for (const id of host.liveSessions()) host.exit(id);
  for (let n = 0; n < 3; n++) await at.running({ title: `least ${n}` });
  expect(at.others[0]?.starts).toHaveLength(2);
});

test('weights share the work, a drained host gets no new session, and its own go on', async () => {
  at = await scene({ others: others(2) });
  await free();
  await onlyElsewhere();
  const [a, b] = at.others;
  if (!a || !b) throw new Error('two hosts');
  await at.client.connections.setStrategy({ strategy: 'weighted' });
  await at.client.connections.save({ id: a.id, weight: 3 });
  const first = await at.running({ title: 'first' });
  for (let n = 0; n < 7; n++) await at.running({ title: `n ${n}` });
  expect([a.starts.length, b.starts.length]).toEqual([6, 2]);

  await at.client.connections.drain({ id: a.id });
  for (let n = 0; n < 3; n++) await at.running({ title: `late ${n}` });
  expect([a.starts.length, b.starts.length]).toEqual([6, 5]);
  const home = a.starts.some((start) => start.sessionId === first.sessionId) ? a : b;
  home.emit(first.sessionId, { kind: 'turn_ended', ok: true, code: 'done', text: '' });
  await sessionIn(at.client, first.sessionId, 'finished');
  await at.client.connections.drain({ id: b.id });
  await at.client.sessions.send({ id: first.sessionId, text: 'And one more thing.' });
  await sessionIn(at.client, first.sessionId, 'running');
  expect(home.starts.at(-1)).toMatchObject({ sessionId: first.sessionId, resume: `agent-${first.sessionId}` });

  const waiting = await at.task({ title: 'nobody' });
  expect((await reason(waiting.sessionId, 'HOST_NONE')).statusText).toMatch(/"host-0\.test:7000" is being drained, "host-1\.test:7000" is being drained/);
  expect(await session(waiting.sessionId)).toMatchObject({ hostId: '', cwd: '' });
  await at.client.connections.readmit({ id: b.id });
  await sessionIn(at.client, waiting.sessionId, 'running');
});

test('a session says why no host can take it, and starts when one can', async () => {
  const [away] = others(1);
  if (!away) throw new Error('one host');
  away.away = true;
  at = await scene({ others: [away] });
  await onlyElsewhere();
  const { sessionId } = await at.task();
  expect((await reason(sessionId, 'HOST_UNREACHABLE')).statusText).toBe('Waits for the agent host "host-0.test:7000": down for the test');
  away.connect();
  await sessionIn(at.client, sessionId, 'running');
});

test('a start that did not reach its host goes to another one', async () => {
  at = await scene({ others: others(2) });
  await onlyElsewhere();
  await at.client.connections.setStrategy({ strategy: 'round-robin' });
  const [a, b] = at.others;
  if (!a || !b) throw new Error('two hosts');
  a.script = (name) => (name === 'session.start' ? { ok: false, fault: { code: 'HOST_UNREACHABLE', message: 'Cut off.' } } : null);
  const first = await at.running({ title: 'first' });
  const second = await at.running({ title: 'second' });
  expect(b.starts.map((start) => start.sessionId).toSorted()).toEqual([first.sessionId, second.sessionId].toSorted());
  expect(await session(first.sessionId)).toMatchObject({ hostId: b.id });
});

test('a host that speaks for a run that was not given to it is refused, and nothing of it is stored', async () => {
  at = await scene({ others: others(1) });
  await onlyElsewhere();
  const liar = at.host;
  const { sessionId } = await at.running();
  const before = (await at.client.sessions.events({ id: sessionId })).events;
  const epoch = at.others[0]?.starts[0]?.epoch ?? '';
  expect(() => liar.lie(sessionId, epoch, 3, { kind: 'text', blockId: 'b', text: 'I am the other.' })).toThrow('not given to it');
  liar.lie(sessionId, 'an-epoch-nobody-gave', 1, { kind: 'text', blockId: 'b', text: 'Nor this.' });
  liar.lie('ses_nobody', epoch, 1, { kind: 'text', blockId: 'b', text: 'Nor this.' });
  liar.live(sessionId, { blockId: 'b', kind: 'text', offset: 0, text: 'Nor this.' });
  expect((await at.client.sessions.events({ id: sessionId })).events).toEqual(before);
  expect(await session(sessionId)).toMatchObject({ status: 'running' });
  at.others[0]?.emit(sessionId, { kind: 'text', blockId: 'b', text: 'Said by its own host.' });
  expect((await at.client.sessions.events({ id: sessionId })).events).toHaveLength(before.length + 1);
});

test('a place of a repository is asked for on its host, and corrected to the top of the work tree', async () => {
  at = await scene({ others: others(1) });
  const repository = await at.client.repositories.add({ path: '/r' });
  const hostId = at.others[0]?.id ?? '';
  const save = (hosts: { hostId: string; path: string }[]): Promise<unknown> =>
    at.client.repositories.save({ id: repository.id, name: 'r', settings: { ...repository.settings, hosts } });
  await expect(save([{ hostId: 'nobody', path: '/x' }])).rejects.toMatchObject({ code: 'HOST_UNKNOWN' });
  await expect(save([{ hostId, path: 'x/y' }])).rejects.toMatchObject({ code: 'PATH_NOT_ABSOLUTE' });
  await expect(save([{ hostId, path: '/a' }, { hostId, path: '/b' }])).rejects.toMatchObject({ code: 'PLACE_WRONG' }); // prettier-ignore
  const host = at.others[0];
  if (!host) throw new Error('one host');
  host.script = (name) => (name === 'workspace.inspect' ? { ok: false, fault: { code: 'FOLDER_MISSING', message: 'There is no such folder.' } } : null);
  await expect(save([{ hostId, path: '/missing' }])).rejects.toMatchObject({ code: 'FOLDER_MISSING' });
  host.disconnect();
  await save([{ hostId, path: '/believed' }]);
  expect((await at.client.repositories.add({ path: '/r' })).settings.hosts).toEqual([{ hostId, path: '/believed' }]);
});

test('a host is added with its token in a file that only its owner reads, and removed only when nothing is lost', async () => {
  const [far, again] = others(2);
  if (!far || !again) throw new Error('two hosts');
  at = await scene({ others: [far, again] });
  await onlyElsewhere();
  await at.client.connections.eject({ id: again.id });
  const file = path.join(at.dataDir, 'host-tokens', far.id);
  expect(readFileSync(file, 'utf8').trim()).toBe(TOKEN);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await expect(at.client.connections.add({ url: 'https://host-0.test:7000', token: TOKEN })).rejects.toMatchObject({ code: 'HOST_KNOWN' });
  await expect(at.client.connections.remove({ id: 'local' })).rejects.toMatchObject({ code: 'HOST_LOCAL' });
  await expect(at.client.connections.save({ id: 'local', token: TOKEN })).rejects.toMatchObject({ code: 'HOST_LOCAL' });

  const { sessionId } = await at.running();
  await expect(at.client.connections.remove({ id: far.id })).rejects.toMatchObject({ code: 'HOST_IN_USE', message: 'One session runs on "host-0.test:7000".' });
  await at.client.connections.remove({ id: far.id, force: true });
  expect(far.called('session.stop')).toMatchObject([{ sessionId }]);
  expect(existsSync(file)).toBe(false);
  expect((await at.client.connections.list({})).hosts.map((host) => host.id)).toEqual(['local', again.id]);
  expect(JSON.stringify([await at.client.insight.decisions({}), at.log, await at.client.connections.view({})])).not.toContain(TOKEN);
  const { decisions } = await at.client.insight.decisions({});
  expect(decisions.filter((each) => each.targetKind === 'host').map((each) => each.action)).toEqual(
    expect.arrayContaining(['host.add', 'host.eject', 'host.remove']),
  );
});

test('a viewer looks at everything and acts on nothing', async () => {
  at = await scene({ others: others(1) });
  const { connections } = at.clientOf('viewer');
  const id = at.others[0]?.id ?? '';
  const url = 'wss://new.test';
  expect((await connections.list({})).hosts).toHaveLength(2);
  expect((await connections.view({})).hosts).toMatchObject([{ id: 'local' }, { id, name: 'host-0.test:7000' }]);
  expect(await connections.events({})).toMatchObject({ more: false });
  expect(await connections.loadTests({})).toEqual({ reports: [] });
  const acts = {
    test: () => connections.test({ url, token: TOKEN }),
    add: () => connections.add({ url, token: TOKEN }),
    save: () => connections.save({ id, weight: 2 }),
    remove: () => connections.remove({ id }),
    drain: () => connections.drain({ id }),
    eject: () => connections.eject({ id }),
    readmit: () => connections.readmit({ id }),
    reconnect: () => connections.reconnect({ id }),
    setStrategy: () => connections.setStrategy({ strategy: 'weighted' }),
    startLoadTest: () => connections.startLoadTest({}),
    cancelLoadTest: () => connections.cancelLoadTest({ id }),
  };
  for (const [name, act] of Object.entries(acts)) await expect(act(), name).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect((await connections.list({})).hosts).toMatchObject([{}, { weight: 1, admin: 'active' }]);
});

test('what happens to hosts is kept with its cause, and the view is told when it changed and not otherwise', async () => {
  at = await scene({ others: others(1) });
  const id = at.others[0]?.id ?? '';
  const stop = new AbortController();
  const reader = (await at.client.connections.watch({}, { signal: stop.signal }))[Symbol.asyncIterator]();
  expect((await reader.next()).value).toMatchObject({ strategy: 'peak-ewma', hosts: [{ id: 'local' }, { id, admin: 'active' }] });
  await at.client.connections.drain({ id });
  expect((await reader.next()).value).toMatchObject({ hosts: [{ id: 'local' }, { id, admin: 'draining' }] });
  await at.client.connections.setStrategy({ strategy: 'round-robin' });
  expect((await reader.next()).value).toMatchObject({ strategy: 'round-robin' });
  stop.abort();
  await reader.return?.();
  const events = await until('the drain in the store', async () => {
    const page = await at.client.connections.events({ hostId: id });
    return page.events.some((event) => event.kind === 'drain') ? page.events : null;
  });
  expect(events[0]).toMatchObject({ kind: 'drain', from: 'active', to: 'draining', cause: 'set by a person' });
  expect((await at.client.system.diagnose({})).findings.find((finding) => finding.id === `host:${id}`)).toMatchObject({ status: 'ok' });
  at.others[0]?.disconnect();
  expect((await at.client.system.diagnose({})).findings.find((finding) => finding.id === `host:${id}`)).toMatchObject({
    status: 'bad',
    detail: 'down for the test',
  });
});

test('a token or a certificate that cannot be read is named, not dialled with', async () => {
  at = await scene();
  await expect(at.client.connections.add({ url: 'wss://a.test', token: TOKEN, tls: { caFile: '/nowhere/ca.pem' } })).rejects.toMatchObject({
    code: 'HOST_TLS',
    data: { why: expect.stringContaining('/nowhere/ca.pem') },
  });
  await expect(at.client.connections.add({ url: 'wss://a.test', token: TOKEN, tls: { certFile: '/a.pem' } })).rejects.toMatchObject({ code: 'HOST_TLS' });
  expect((await at.client.connections.list({})).hosts).toHaveLength(1);
});
