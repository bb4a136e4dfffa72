/** `acc host` as a process: what it refuses, what it says, how it ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { parseJson } from '#shared/lib/json.ts';
import { until } from '#test/support/agents/trial.ts';
import { ask } from '#test/support/host-http.ts';
import { greeted, TOKEN as WITH_SPACES } from '#test/support/host-wire.ts';
import { commandStart } from '#test/support/local-host.ts';

const Listening = z.object({ type: z.literal('listening'), port: z.number(), tls: z.boolean() });
const TOKEN = WITH_SPACES.replaceAll(' ', '-');

type Acc = {
  readonly child: ChildProcess;
  readonly dir: string;
  readonly out: () => string;
  readonly err: () => string;
  readonly code: () => number | null | undefined;
};

function acc(args: readonly string[]): Acc {
  const dir = mkdtempSync(path.join(tmpdir(), 'acc-host-'));
  writeFileSync(path.join(dir, 'token'), TOKEN, { mode: 0o600 });
  const options = ['--token-file', path.join(dir, 'token'), '--data', path.join(dir, 'data'), '--json', ...args];
  const child = spawn(process.execPath, [path.resolve('main/cli/main.ts'), 'host', ...options], { env: { PATH: process.env['PATH'] ?? '', HOME: dir } });
  let [out, err, code]: [string, string, number | null | undefined] = ['', '', undefined];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const exited = new Promise((resolve) =>
    child.once('exit', (status) => {
      code = status;
      resolve(status);
    }),
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
    rmSync(dir, { recursive: true, force: true });
  });
  return { child, dir, out: () => out, err: () => err, code: () => code };
}

async function listening(host: Acc): Promise<z.infer<typeof Listening>> {
  await until(
    () => host.out().includes('\n') || host.code() !== undefined,
    () => host.err(),
  );
  return Listening.parse(parseJson(host.out().split('\n')[0] ?? ''));
}

test('another address than loopback needs TLS, or the word that it does not', { timeout: 60_000 }, async () => {
  const refused = acc(['--listen', '0.0.0.0:0']);
  await until(() => refused.code() !== undefined);
  expect([refused.code(), parseJson(refused.out())]).toMatchObject([1, { code: 'TLS_REQUIRED' }]);
  const insecure = acc(['--listen', '0.0.0.0:0', '--insecure']);
  expect(await listening(insecure)).toMatchObject({ tls: false });
  insecure.child.kill('SIGTERM');
  await until(() => insecure.code() !== undefined);
  expect(insecure.code()).toBe(0);
});

test.each([
  [['--listen', '127.0.0.1'], 'ADDRESS:PORT'],
  [['--listen', '127.0.0.1:99999'], 'ADDRESS:PORT'],
  [['--listen', '127.0.0.1:0', '--drain-seconds', 'long'], '--drain-seconds'],
  [['--listen', '127.0.0.1:0', '--tls-cert', 'a.pem'], 'belong together'],
  [['--listen', '127.0.0.1:0', '--client-ca', 'a.pem'], '--client-ca needs'],
])('%j is a wrong call', async (args, words) => {
  const host = acc(args);
  await until(() => host.code() !== undefined);
  expect([host.code(), host.err()]).toEqual([2, expect.stringContaining(words)]);
});

test('SIGTERM lets a session end, with --drain-seconds; a second one does not wait for it', { timeout: 60_000 }, async () => {
  const host = acc(['--listen', '127.0.0.1:0', '--drain-seconds', '600', '--name', 'builder']);
  const { port } = await listening(host);
  const center = await greeted(port, {}, TOKEN);
  expect(center.welcome.host.name).toBe('builder');
  const cwd = path.join(host.dir, 'work');
  mkdirSync(cwd);
  const started = commandStart(cwd, [process.execPath, '-e', 'setInterval(() => {}, 1000)']);
  expect(await center.call('session.start', started)).toMatchObject({ ok: true });
  host.child.kill('SIGTERM');
  await center.frame('draining');
  expect((await ask(port, 'GET', '/readyz', undefined, null)).status).toBe(503);
  expect(host.code()).toBeUndefined();
  host.child.kill('SIGTERM');
  await until(() => host.code() !== undefined);
  expect(host.code()).toBe(0);
  expect(center.events(started.sessionId).at(-1)?.event).toMatchObject({ kind: 'exited', reason: 'host_lost' });
  expect(host.out() + host.err()).not.toContain(TOKEN);
});
