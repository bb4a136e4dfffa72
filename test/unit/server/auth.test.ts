import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Auth } from '#server/auth.ts';

let dataDir: string;
let now = 1_000_000;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'acc-auth-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const bearer = 'b'.repeat(40);
const open = (): Auth => new Auth({ dataDir, bearers: [bearer], now: () => now });
const cookieOf = (header: string | null): string => header?.split(';')[0] ?? '';

test('a link opens once and gives the role it was made for', () => {
  const auth = open();
  const token = auth.newLinkToken('viewer');
  const cookie = auth.redeem(token);
  expect(cookie).toContain('HttpOnly; SameSite=Strict');
  expect(auth.identify({ cookie: cookieOf(cookie) })).toMatchObject({ role: 'viewer', by: 'cookie' });
  expect(auth.redeem(token)).toBeNull();
});

test('a link is good for fifteen minutes', () => {
  const auth = open();
  const token = auth.newLinkToken('operator');
  now += 15 * 60_000 + 1;
  expect(auth.redeem(token)).toBeNull();
});

test('a cookie survives a restart of the core and ends after thirty days', () => {
  const first = open();
  const cookie = cookieOf(first.redeem(first.newLinkToken('operator')));
  const second = open();
  expect(second.identify({ cookie })).toMatchObject({ role: 'operator' });
  now += 31 * 24 * 3600_000;
  expect(second.identify({ cookie })).toBeNull();
});

test('a cookie that was changed is nobody', () => {
  const auth = open();
  const cookie = cookieOf(auth.redeem(auth.newLinkToken('viewer')));
  expect(auth.identify({ cookie: cookie.replace('viewer', 'operator') })).toBeNull();
  expect(auth.identify({ cookie: `${auth.cookieName}=operator` })).toBeNull();
});

test('only a configured bearer is an operator', () => {
  const auth = open();
  expect(auth.identify({ authorization: `Bearer ${bearer}` })).toMatchObject({ role: 'operator', by: 'bearer' });
  expect(auth.identify({ authorization: `Bearer ${bearer}x` })).toBeNull();
  expect(auth.identify({ authorization: bearer })).toBeNull();
});

test('the key that signs cookies is readable by its owner only', () => {
  open();
  expect(statSync(path.join(dataDir, 'cookie.key')).mode & 0o077).toBe(0);
});
