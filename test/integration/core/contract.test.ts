import { afterEach, expect, test } from 'vitest';
import { scene, type Scene } from '#test/support/core/scene.ts';
import { createCore } from '#core/core.ts';
import type { LiveDelta } from '#shared/contract/live.ts';
import type { SessionFeed } from '#shared/contract/sessions.ts';

let at: Scene;
afterEach(() => at.remove());

/** Reads a stream until `enough`; the stream ends with it. */
async function read<T>(open: (signal: AbortSignal) => Promise<AsyncIterable<T>>, enough: (all: readonly T[]) => boolean): Promise<T[]> {
  const stop = new AbortController();
  const all: T[] = [];
  for await (const item of await open(stop.signal)) {
    all.push(item);
    if (enough(all)) break;
  }
  stop.abort();
  return all;
}
const deltas = (since: number, enough: (all: readonly LiveDelta[]) => boolean): Promise<LiveDelta[]> =>
  read((signal) => at.client.live.watch({ since }, { signal }), enough);
const feed = (id: string, since: number | undefined, enough: (all: readonly SessionFeed[]) => boolean): Promise<SessionFeed[]> =>
  read((signal) => at.client.sessions.watch(since === undefined ? { id } : { id, since }, { signal }), enough);

test('every act is refused to a viewer, every look is allowed', async () => {
  at = await scene();
  const viewer = at.clientOf('viewer');
  await expect(viewer.system.saveSettings(await viewer.system.settings({}))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(viewer.repositories.add({ path: '/x' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(viewer.review.approve({ id: 'chg_x' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect((await viewer.system.info({})).role).toBe('viewer');
  expect((await viewer.sessions.list({})).sessions).toEqual([]);
});

test('wrong input is named by its field, expected failures keep their code, and no stack gets out', async () => {
  at = await scene();
  const wrong = { repositoryId: at.repositoryId, title: ' ', text: 'x', agent: { kind: 'claude-code' as const } };
  await expect(at.client.tasks.create(wrong)).rejects.toMatchObject({ code: 'BAD_REQUEST', data: { why: expect.stringMatching(/^title: /) } });
  await expect(at.client.tasks.create({ ...wrong, title: 'x', repositoryId: 'rep_none' })).rejects.toMatchObject({
    code: 'REPOSITORY_NOT_FOUND',
    message: 'There is no such repository.',
    data: { fix: 'Add the repository first.' },
  });
  await expect(at.client.sessions.get({ id: 'ses_none' })).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND', status: 404 });
  at.host.script = () => {
    throw new TypeError('a fault in our own code');
  };
  const error: unknown = await at.client.repositories.inspect({ path: '/x' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'INTERNAL', data: { why: 'a fault in our own code' } });
  expect(JSON.stringify(error)).not.toContain('.ts:');
  expect(at.log.join('\n')).toContain('a fault in our own code');
});

test('a view that comes back with its cursor gets what it missed and nothing else', async () => {
  at = await scene();
  const [whole] = await deltas(0, (all) => all.length === 1);
  expect(whole).toMatchObject({ reset: true, repositories: [{ id: at.repositoryId }], sessions: [] });
  const { sessionId } = await at.running();
  const [missed] = await deltas(whole?.rev ?? 0, (all) => all.length === 1);
  expect(missed).toMatchObject({ reset: false, sessions: [{ id: sessionId, status: 'running' }] });
  expect(missed?.repositories).toBeUndefined();
  const [nothing] = await deltas(missed?.rev ?? 0, (all) => all.length === 1);
  expect(nothing?.sessions).toBeUndefined();
  const [unknown] = await deltas(10_000_000, (all) => all.length === 1);
  expect(unknown?.reset).toBe(true);
});

test('a reader that does not read costs nothing and then gets the latest, not the history', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  const stop = new AbortController();
  const slow = (await at.client.live.watch({ since: 0 }, { signal: stop.signal }))[Symbol.asyncIterator]();
  await slow.next();
  for (let turn = 0; turn < 300; turn++) at.host.emit(sessionId, { kind: 'text', blockId: `b${turn}`, text: `text ${turn}` });
  const next = await slow.next();
  expect(next.value).toMatchObject({ sessions: [{ id: sessionId, events: 302 }] });
  stop.abort();
  await slow.return?.();
});

test('a transcript is followed without gap or repeat, from any cursor, in pieces of at most 500', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.emit(sessionId, ...Array.from({ length: 1200 }, (_, turn) => ({ kind: 'text' as const, blockId: `b${turn}`, text: `text ${turn}` })));
  const all = await feed(sessionId, 0, (pieces) => pieces.at(-1)?.rev === 1202);
  expect(Math.max(...all.map((piece) => piece.items.length))).toBe(500);
  const indexes = all.flatMap((piece) => piece.items.map((item) => item.index));
  expect(indexes).toEqual(Array.from({ length: 1201 }, (_, index) => index));
  const rest = await feed(sessionId, all[1]?.rev, (pieces) => pieces.at(-1)?.rev === 1202);
  expect(rest.flatMap((piece) => piece.items)[0]?.rev).toBe((all[1]?.rev ?? 0) + 1);
  const [now] = await feed(sessionId, undefined, (pieces) => pieces.length === 1);
  expect(now).toMatchObject({ rev: 1202, total: 1201, items: [] });
});

test('text that is being written is sent as it grows, and gives way to the whole block', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  const stop = new AbortController();
  const reader = (await at.client.sessions.watch({ id: sessionId }, { signal: stop.signal }))[Symbol.asyncIterator]();
  const parts = async (): Promise<unknown> => {
    const next = await reader.next();
    return next.done ? null : next.value.parts;
  };
  expect(await parts()).toEqual([]);
  at.host.live(sessionId, { blockId: 'b', kind: 'text', offset: 0, text: 'Hel' });
  expect(await parts()).toEqual([{ blockId: 'b', kind: 'text', offset: 0, text: 'Hel' }]);
  at.host.live(sessionId, { blockId: 'b', kind: 'text', offset: 3, text: 'lo' });
  expect(await parts()).toEqual([{ blockId: 'b', kind: 'text', offset: 3, text: 'lo' }]);
  at.host.emit(sessionId, { kind: 'text', blockId: 'b', text: 'Hello.' });
  expect((await reader.next()).value).toMatchObject({ items: [{ item: { text: 'Hello.' } }], parts: [{ blockId: 'b', kind: 'text', offset: 0, text: '' }] });
  stop.abort();
  await reader.return?.();
});

test('two cores on one data folder: the second is told, the first is not disturbed', async () => {
  at = await scene();
  const second = await createCore({ dataDir: at.dataDir, mode: 'headless', version: 'test', log: () => undefined });
  expect(second).toMatchObject({ ok: false, fault: { code: 'STORE_IN_USE' } });
  expect((await at.client.repositories.add({ path: '/again' })).path).toBe('/again');
});

test('diagnostics say what is wrong also when the host cannot be asked', async () => {
  at = await scene();
  at.host.script = (name) => (name === 'host.diagnose' ? { ok: false, fault: { code: 'HOST_TIMEOUT', message: 'No answer.' } } : null);
  const { findings } = await at.client.system.diagnose({});
  expect(findings.map((finding) => finding.id)).toEqual(['store', 'data', 'host', 'disk', 'node']);
  expect(findings.find((finding) => finding.id === 'host')).toMatchObject({ status: 'bad', detail: 'No answer.' });
  for (const finding of findings) if (finding.status !== 'ok') expect(finding.fix).not.toBe('');
});
