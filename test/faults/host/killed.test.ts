/**
 * A host that is killed: in the middle of a flood the next one on its folder gives every event that was seen or not, in order, and the
 * run's end; in the middle of a snapshot nothing of it stays on the disk.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { until } from '#test/support/agents/trial.ts';
import { greeted, TOKEN } from '#test/support/host-wire.ts';
import { commandStart } from '#test/support/local-host.ts';
import { makeSandbox } from '#test/support/repos.ts';

const Listening = z.object({ port: z.number() });

async function hostProcess(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ child: ChildProcess; port: number; gone: Promise<unknown> }> {
  const child = spawn(process.execPath, [path.resolve('main/host/main.ts'), '--data', dataDir, '--stdin-token'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: dataDir, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    // Its input ends first, so that it ends what it started.
    child.stdin.end();
    await gone;
  });
  child.stdin.on('error', () => {}).write(`${JSON.stringify({ token: TOKEN })}\n`);
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  return { child, gone, port: Listening.parse(JSON.parse(line)).port };
}

test('kill -9 in the middle of a flood', { timeout: 120_000 }, async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'acc-killed-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const cwd = path.join(dir, 'work');
  mkdirSync(cwd);
  const first = await hostProcess(path.join(dir, 'data'));
  const before = await greeted(first.port, { window: 100_000 });
  const flood = 'let n = 0; const more = () => { for (let i = 0; i < 20; i++) console.log("line " + ++n); setTimeout(more, 1); }; more()';
  const started = commandStart(cwd, [process.execPath, '-e', flood]);
  const { sessionId, epoch } = started;
  await before.call('session.start', started);
  await until(() => before.events(sessionId).length > 200);
  const stored = before.events(sessionId).slice(0, 150);
  before.send({ t: 'ack', cursors: [{ sessionId, epoch, seq: 100 }] });
  await before.call('probe.echo', { text: '' });
  first.child.kill('SIGKILL');
  await first.gone;
  const seen = before.events(sessionId);

  const second = await hostProcess(path.join(dir, 'data'));
  const after = await greeted(second.port, { have: [{ sessionId, epoch, seq: stored.length }] });
  expect(after.welcome.streams).toMatchObject([{ sessionId, epoch, recovered: true, live: false }]);
  await until(() => {
    const events = after.events(sessionId);
    const last = events.at(-1);
    if (last) after.send({ t: 'ack', cursors: [{ sessionId, epoch, seq: last.seq }] });
    return last?.event.kind === 'exited';
  });
  const all = [...stored, ...after.events(sessionId)];
  expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: all.length }, (_, index) => index + 1));
  expect(all.at(-1)?.event).toMatchObject({ kind: 'exited', reason: 'host_lost' });
  // What somebody saw before is what everybody sees afterwards.
  expect(all.slice(0, seen.length)).toEqual(seen);
});

test(
  'kill -9 in the middle of a snapshot leaves no temporary index: neither in the data once a host is back, nor elsewhere',
  { timeout: 120_000 },
  async () => {
    const sandbox = makeSandbox();
    const holding = path.join(sandbox.root, 'holding');
    const temporary = path.join(sandbox.root, 'tmp');
    const data = path.join(sandbox.root, 'data');
    onTestFinished(() => sandbox.close());
    mkdirSync(temporary);
    writeFileSync(holding, '');
    onTestFinished(() => rmSync(holding, { force: true }));
    const repo = sandbox.repo({ files: { '.gitattributes': '*.held filter=held\n', 'a.held': 'a\n' } });
    // git asks this program for the file's content: the snapshot stands still in its middle until the file is gone.
    repo.git(['config', 'filter.held.clean', `while [ -e '${holding}' ]; do sleep 0.1; done; cat`]);
    repo.write('a.held', 'b\n');
    const environment = { TMPDIR: temporary };
    const first = await hostProcess(data, environment);
    const center = await greeted(first.port);
    const place = { cwd: repo.path, repository: repo.path, gitDir: null };
    void center.call('workspace.snapshot', place).catch(() => undefined);
    await until(() => readdirSync(path.join(data, 'tmp')).length > 0);
    first.child.kill('SIGKILL');
    await first.gone;
    expect(readdirSync(path.join(data, 'tmp'))).toHaveLength(1);
    expect(readdirSync(temporary)).toEqual([]);

    const second = await hostProcess(data, environment);
    expect(readdirSync(path.join(data, 'tmp'))).toEqual([]);
    rmSync(holding);
    // And the work that was cut off can be done again.
    expect(await (await greeted(second.port)).call('workspace.snapshot', place)).toMatchObject({ ok: true });
    expect(readdirSync(path.join(data, 'tmp'))).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  },
);
