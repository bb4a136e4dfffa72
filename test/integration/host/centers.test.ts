/** Real sessions of control centers on the wire: each sees its own only, a newer run takes over, a restarted host gives what is left. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '#test/support/agents/trial.ts';
import { commandStart } from '#test/support/local-host.ts';
import { greeted, testHost, type Wire } from '#test/support/host-wire.ts';

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'acc-centers-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  const inside = path.join(made, 'work');
  mkdirSync(inside);
  return inside;
}

/** Runs until it is stopped. */
const waits = [process.execPath, '-e', 'process.stdin.resume(); setInterval(() => {}, 1000)'];
const says = (count: number): string[] => [process.execPath, '-e', `for (let i = 1; i <= ${count}; i++) console.log('line ' + i)`];

const kinds = (center: Wire, sessionId: string): string[] => center.events(sessionId).map(({ event }) => event.kind);
const ack = (center: Wire, { sessionId, epoch }: { sessionId: string; epoch: string }, seq: number): void =>
  center.send({ t: 'ack', cursors: [{ sessionId, epoch, seq }] });

test('a center sees nothing of the sessions of another and cannot touch them', { timeout: 60_000 }, async () => {
  const host = await testHost();
  const [a, b] = [await greeted(host.port, { center: 'center_a' }), await greeted(host.port, { center: 'center_b' })];
  const started = commandStart(folder(), waits);
  const { sessionId } = started;
  expect(await a.call('session.start', started)).toMatchObject({ ok: true });
  expect(await a.call('session.list', {})).toMatchObject({ output: { sessions: [{ sessionId, epoch: started.epoch }] } });
  expect(await b.call('session.list', {})).toMatchObject({ output: { sessions: [] } });
  const notFound = { ok: false, fault: { code: 'SESSION_NOT_FOUND' } };
  expect(await b.call('session.send', { sessionId, text: 'mine', from: 'person' })).toMatchObject(notFound);
  expect(await b.call('session.interrupt', { sessionId })).toMatchObject(notFound);
  expect(await b.call('session.answer', { sessionId, requestId: 'r', allow: true, note: '', remember: [] })).toMatchObject(notFound);
  expect(await b.call('session.stop', { sessionId, how: 'stop', reason: 'stopped', graceMs: 0 })).toMatchObject(notFound);
  expect(await b.call('session.start', started)).toMatchObject({ ok: false, fault: { code: 'SESSION_BUSY' } });
  b.send({ t: 'ack', cursors: [{ sessionId, epoch: started.epoch, seq: 1 }] });
  b.send({ t: 'resume', cursors: [{ sessionId, epoch: started.epoch, seq: 0 }] });
  expect(await a.call('session.stop', { sessionId, how: 'stop', reason: 'stopped', graceMs: 500 })).toMatchObject({ ok: true });
  await until(() => kinds(a, sessionId).at(-1) === 'exited');
  expect(b.events(sessionId)).toEqual([]);
  expect((await greeted(host.port, { center: 'center_b', link: 'later' })).welcome.streams).toEqual([]);
});

test('a probe sees no sessions and may ask for probes only; a center may not ask for a flood', async () => {
  const host = await testHost();
  const probe = await greeted(host.port, { role: 'probe', center: 'center_a' });
  const refused = { ok: false, fault: { code: 'COMMAND_REFUSED' } };
  expect(await probe.call('session.list', {})).toMatchObject(refused);
  expect(await probe.call('workspace.inspect', { path: '/' })).toMatchObject(refused);
  const center = await greeted(host.port);
  expect(await center.call('probe.stream', { streams: 1, count: 1, bytes: 1, perSecond: 0 })).toMatchObject(refused);
  expect(await center.call('probe.echo', { text: 'beat' })).toMatchObject({ ok: true });
});

test('a command that comes again, over another connection too, is answered as before and not carried out again', async () => {
  const host = await testHost();
  const cwd = folder();
  const log = path.join(cwd, 'log');
  const command = [process.execPath, '-e', `require('fs').appendFileSync(${JSON.stringify(log)}, 'ran\\n')`];
  const run = { checkId: 'chk_1', cwd, command, timeoutMs: 20_000 };
  const first = await greeted(host.port);
  first.send({ t: 'command', id: 'key', name: 'check.run', input: run });
  first.send({ t: 'command', id: 'key', name: 'check.run', input: run });
  await until(() => first.frames.filter((frame) => frame.t === 'reply').length === 2);
  const second = await greeted(host.port, { link: 'link_2' });
  const reply = await second.call('check.run', run, 'key');
  expect(reply).toEqual(first.frames.find((frame) => frame.t === 'reply'));
  expect(readFileSync(log, 'utf8')).toBe('ran\n');
  // The key is the center's own: another center's is another command.
  expect(await (await greeted(host.port, { center: 'center_b' })).call('probe.echo', { text: 'mine' }, 'key')).toMatchObject({ output: { text: 'mine' } });
});

test('a newer run of the center gets what the older had not stored, from where it says', { timeout: 60_000 }, async () => {
  const host = await testHost();
  const older = await greeted(host.port, { link: 'old' });
  const started = commandStart(folder(), says(40));
  await older.call('session.start', started);
  await until(() => kinds(older, started.sessionId).at(-1) === 'exited');
  const all = older.events(started.sessionId);
  const have = [{ sessionId: started.sessionId, epoch: started.epoch, seq: 2 }];
  const newer = await greeted(host.port, { link: 'new', have });
  expect(newer.welcome.streams).toMatchObject([{ ...have[0], seq: all.length, first: 1, recovered: true, live: false }]);
  await until(() => newer.events(started.sessionId).length === all.length - 2);
  expect(newer.events(started.sessionId)).toEqual(all.slice(2));
  ack(newer, started, all.length);
  await until(async () => (await newer.call('probe.echo', { text: '' })).ok);
  newer.close();
  expect((await greeted(host.port, { link: 'third' })).welcome.streams).toEqual([]);
});

test('what was not acknowledged is there again after a restart of the host, once and in order', { timeout: 60_000 }, async () => {
  const dataDir = folder();
  const first = await testHost({ dataDir });
  const before = await greeted(first.port);
  const started = commandStart(folder(), says(30));
  await before.call('session.start', started);
  await until(() => kinds(before, started.sessionId).at(-1) === 'exited');
  const all = before.events(started.sessionId);
  ack(before, started, 3);
  await before.call('probe.echo', { text: '' });
  await first.stop();
  const second = await testHost({ dataDir });
  expect((await greeted(second.port, { center: 'center_b' })).welcome.streams).toEqual([]);
  const after = await greeted(second.port, { have: [{ sessionId: started.sessionId, epoch: started.epoch, seq: 3 }] });
  expect(after.welcome.host.id).toBe(before.welcome.host.id);
  expect(after.welcome.host.boot).not.toBe(before.welcome.host.boot);
  expect(after.welcome.streams).toMatchObject([{ seq: all.length, recovered: true, live: false }]);
  await until(() => after.events(started.sessionId).length === all.length - 3);
  expect(after.events(started.sessionId)).toEqual(all.slice(3));
});

test('runs in a spool of the version without centers come to the center of the machine, ended as lost', { timeout: 60_000 }, async () => {
  const dataDir = folder();
  mkdirSync(path.join(dataDir, 'spool', 'ses_old'), { recursive: true });
  const event = { kind: 'output', stream: 'stdout', source: 'agent', text: 'before the update' };
  writeFileSync(path.join(dataDir, 'spool', 'ses_old', 'att_old.ndjson'), `${JSON.stringify({ epoch: 'att_old', seq: 1, at: 1, event })}\n`);
  const host = await testHost({ dataDir });
  expect((await greeted(host.port, { role: 'probe' })).welcome.streams).toEqual([]);
  const center = await greeted(host.port, { have: [{ sessionId: 'ses_old', epoch: 'att_old', seq: 0 }] });
  await until(() => kinds(center, 'ses_old').length === 2);
  expect(center.events('ses_old').map((numbered) => numbered.event)).toMatchObject([event, { kind: 'exited', reason: 'host_lost' }]);
  ack(center, { sessionId: 'ses_old', epoch: 'att_old' }, 2);
  await until(() => !existsSync(path.join(dataDir, 'spool', 'ses_old')));
});

test('events of sessions that seldom speak use every connection of the link', { timeout: 60_000 }, async () => {
  const host = await testHost();
  const [one, two] = [await greeted(host.port), await greeted(host.port)];
  const said = (center: Wire): number => center.frames.filter((frame) => frame.t === 'events').length;
  for (let n = 0; n < 4; n++) {
    const started = commandStart(folder(), says(1));
    await one.call('session.start', started);
    const all = (): Wire[] => [one, two].filter((center) => kinds(center, started.sessionId).includes('exited'));
    await until(() => all().length === 1);
    const last = [...one.events(started.sessionId), ...two.events(started.sessionId)].length;
    for (const center of [one, two]) ack(center, started, last);
  }
  expect([said(one) > 0, said(two) > 0]).toEqual([true, true]);
});

test('a draining host says so, takes no new session, and is done when the last has ended', { timeout: 60_000 }, async () => {
  const host = await testHost();
  const center = await greeted(host.port);
  const cwd = folder();
  const flag = path.join(cwd, 'go');
  const started = commandStart(cwd, [process.execPath, '-e', `setInterval(() => require('fs').existsSync(${JSON.stringify(flag)}) && process.exit(0), 20)`]);
  await center.call('session.start', started);
  const ready = async (): Promise<number> => (await fetch(`http://127.0.0.1:${host.port}/readyz`)).status;
  expect(await ready()).toBe(200);
  let done = false;
  const drained = host.drain('maintenance', 50_000).then(() => (done = true));
  expect(await center.frame('draining')).toMatchObject({ reason: 'maintenance' });
  expect(await ready()).toBe(503);
  expect(await center.call('session.start', commandStart(folder(), waits))).toMatchObject({ ok: false, fault: { code: 'HOST_DRAINING' } });
  const late = await greeted(host.port, { center: 'center_b' });
  expect(await late.frame('draining')).toMatchObject({ reason: 'maintenance' });
  expect(done).toBe(false);
  writeFileSync(flag, '');
  await drained;
  await until(() => kinds(center, started.sessionId).at(-1) === 'exited');
  expect(center.events(started.sessionId).at(-1)?.event).toMatchObject({ reason: 'completed' });
});

test('a drain has an end even when a session has none', { timeout: 60_000 }, async () => {
  const host = await testHost();
  const center = await greeted(host.port);
  const started = commandStart(folder(), waits);
  await center.call('session.start', started);
  await host.drain('now', 50);
  await host.stop();
  expect(center.events(started.sessionId).at(-1)?.event).toMatchObject({ kind: 'exited', reason: 'host_lost' });
  expect(center.frames.some((frame) => frame.t === 'bye')).toBe(true);
});
