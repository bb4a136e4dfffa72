import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownFolder } from '#desktop/own-folder.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'acc-own-'));

test('the folder is made with all that leads to it, for its owner only, and found again', () => {
  onTestFinished(() => rmSync(scratch, { recursive: true, force: true }));
  const dir = path.join(scratch, 'a', 'b');
  expect(ownFolder(dir)).toEqual({ ok: true, value: path.join(dir, 'desktop') });
  expect(ownFolder(dir)).toEqual({ ok: true, value: path.join(dir, 'desktop') });
  expect(statSync(path.join(dir, 'desktop')).mode & 0o077).toBe(0);
  const file = path.join(scratch, 'a-file');
  writeFileSync(file, '');
  for (const bad of [file, path.join(file, 'below'), ...(process.platform === 'linux' ? ['/proc/acc-data'] : [])]) {
    expect(ownFolder(bad)).toMatchObject({ ok: false, fault: { code: 'DATA_FOLDER_UNUSABLE', message: expect.stringContaining(bad) } });
  }
});
