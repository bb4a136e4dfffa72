/** Tokens while connections are open: added, taken back, expired, renewed, and never told to anybody. */
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openTokenFile } from '#host/server/token-file.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { until } from '#test/support/agents/trial.ts';
import { hello, testHost, wire, type Wire } from '#test/support/host-wire.ts';

const [OLD, NEW, OTHER] = ['old', 'new', 'other'].map((name) => `${name}-${'t'.repeat(40)}`) as [string, string, string];
const LOOK_MS = 50;

function tokenFile(text: string): { file: string; write: (text: string) => void } {
  const dir = mkdtempSync(path.join(tmpdir(), 'acc-tokens-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = path.join(dir, 'token');
  const write = (next: string): void => {
    writeFileSync(`${file}.part`, next, { mode: 0o600 });
    renameSync(`${file}.part`, file);
  };
  write(text);
  return { file, write };
}

async function hostWith(text: string): Promise<{ port: number; write: (text: string) => void; warnings: string[] }> {
  const { file, write } = tokenFile(text);
  const warnings: string[] = [];
  const host = await testHost({ tokens: unwrap(await openTokenFile(file, (warning) => warnings.push(warning), LOOK_MS)) });
  return { port: host.port, write, warnings };
}

async function ready(port: number, token: string, link = 'link_1'): Promise<Wire & { until: number | null }> {
  const opened = await wire(port, { token });
  opened.send(hello({ link, role: 'probe' }));
  return { ...opened, until: (await opened.frame('welcome')).tokenUntil };
}

const gone = async (connection: Wire): Promise<number | undefined> => {
  await until(() => connection.closed() !== null);
  return connection.closed()?.code;
};
const refused = (port: number, token: string): Promise<string> =>
  wire(port, { token }).then(
    () => 'let in',
    (error: Error) => error.message,
  );

test('a token that is taken out of the file ends its connections, one that is added opens the door', { timeout: 60_000 }, async () => {
  const { port, write } = await hostWith(`# ours\n${OLD}\n\n${OTHER}\n`);
  const [mine, others] = [await ready(port, OLD, 'a'), await ready(port, OTHER, 'b')];
  expect(await refused(port, NEW)).toContain('401');
  write(`${OTHER}\n${NEW}`);
  expect(await gone(mine)).toBe(4401);
  expect(await refused(port, OLD)).toContain('401');
  await ready(port, NEW, 'c');
  expect(others.closed()).toBeNull();
});

test('a token that ends is announced, cuts its connection off when it does, and is not taken afterwards', { timeout: 60_000 }, async () => {
  const ends = Date.now() + 3000;
  const { port } = await hostWith(`${OLD} expires=${new Date(ends).toISOString()}\n${OTHER}`);
  const connection = await ready(port, OLD);
  expect(connection.until).toBe(ends);
  expect(await gone(connection)).toBe(4401);
  expect(Date.now()).toBeGreaterThanOrEqual(ends);
  expect(await refused(port, OLD)).toContain('401');
});

test('a new token over a connection keeps the whole link, a wrong one ends the connection it came on', { timeout: 60_000 }, async () => {
  const { port, write } = await hostWith(`${OLD}\n${NEW} expires=2999-01-01T00:00:00Z\n`);
  const [one, two, bad] = [await ready(port, OLD), await ready(port, OLD), await ready(port, OLD)];
  one.send({ t: 'auth', token: NEW });
  expect(await one.frame('authed')).toMatchObject({ tokenUntil: Date.parse('2999-01-01T00:00:00Z') });
  bad.send({ t: 'auth', token: 'x'.repeat(50) });
  expect(await gone(bad)).toBe(4401);
  write(`${NEW}\n`);
  await until(async () => (await refused(port, OLD)).includes('401'));
  for (const connection of [one, two]) expect(await connection.call('probe.echo', { text: 'on' })).toMatchObject({ ok: true });
});

test('a file that holds nothing for a while shuts everybody out; one that cannot be read keeps who is in', { timeout: 60_000 }, async () => {
  const { port, write, warnings } = await hostWith(OLD);
  const connection = await ready(port, OLD);
  write('');
  expect(await gone(connection)).toBe(4401);
  expect(warnings.join()).toContain('no token any more');
  write(OLD);
  await until(async () => (await refused(port, OLD)) === 'let in');
  const again = await ready(port, OLD, 'again');
  const gone_ = await hostWith(OTHER);
  const kept = await ready(gone_.port, OTHER);
  gone_.write(`${OTHER}\n`);
  expect(await kept.call('probe.echo', { text: 'in' })).toMatchObject({ ok: true });
  expect(again.closed()).toBeNull();
});

test('a file without a token is refused at the start, in words that hold none of its text', async () => {
  const open = async (text: string): Promise<string> => {
    const opened = await openTokenFile(tokenFile(text).file, () => {});
    if (opened.ok) opened.value.close();
    return opened.ok ? 'opened' : `${opened.fault.code} ${opened.fault.why}`;
  };
  expect(await open('hunter2\n')).toMatch(/^TOKEN_FILE_BAD No line .* line 1 is no token/);
  expect(await open('hunter2\n')).not.toContain('hunter2');
  expect(await open(`${OLD} expires=soon\n${OLD} extra\n${'ü'.repeat(40)}`)).toContain('lines 1, 2, 3 are no tokens');
  expect(await open('# only a comment\n')).toContain('is empty');
  expect(await open(`${OLD}\nshort\n`)).toBe('opened');
  const none = await openTokenFile(path.join(tmpdir(), 'there-is-no-such-folder', 'token'), () => {});
  expect(none).toMatchObject({ ok: false, fault: { code: 'TOKEN_FILE_BAD' } });
});

test('a file that everybody may read is complained about', async () => {
  const { file } = tokenFile(OLD);
  chmodSync(file, 0o644);
  const warnings: string[] = [];
  unwrap(await openTokenFile(file, (warning) => warnings.push(warning))).close();
  expect(warnings.join()).toContain('chmod 600');
  expect(warnings.join()).not.toContain(OLD);
});
