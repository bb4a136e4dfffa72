/** Worktrees whose repository is gone: one that proves what it is may go, nothing else. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { remove } from '#host/workspace/index.ts';
import { codeOf, SLOW, useSandbox, value, worktree } from './use.ts';

const sandbox = useSandbox();
const FILES = { files: { 'a.txt': 'one\n' } };

test('an orphan below a known root is removed; asked without roots, it is not', { timeout: SLOW }, async () => {
  const repo = sandbox().repo(FILES);
  const { place, branch } = await worktree(repo, 'orphan');
  // What a link in it leads to is not its own.
  const outside = sandbox().folder('precious', { 'keep.txt': 'keep\n' });
  symlinkSync(outside, join(place.cwd, 'link'));
  const orphanRoots = [dirname(place.cwd)];
  rmSync(repo.path, { recursive: true });
  expect(codeOf(await remove({ repository: repo.path, cwd: place.cwd, branch }))).toBe('FOLDER_MISSING');
  expect(existsSync(place.cwd)).toBe(true);
  value(await remove({ repository: repo.path, cwd: place.cwd, branch, orphanRoots }));
  expect(existsSync(place.cwd)).toBe(false);
  expect(readdirSync(outside)).toEqual(['keep.txt']);
  value(await remove({ repository: repo.path, cwd: place.cwd, branch, orphanRoots }));
});

test('a folder that does not prove to be an orphan of this repository stays', { timeout: SLOW }, async () => {
  const repo = sandbox().repo(FILES);
  const other = sandbox().repo(FILES);
  const { place } = await worktree(repo, 'mine');
  const stranger = await worktree(other, 'stranger');
  const root = dirname(place.cwd);
  const linked = join(root, 'linked');
  symlinkSync(place.cwd, linked);
  const plain = join(root, 'plain');
  mkdirSync(plain);
  writeFileSync(join(plain, 'work.txt'), 'mine\n');
  const whole = join(root, 'whole');
  mkdirSync(join(whole, '.git'), { recursive: true });
  const nested = join(place.cwd, 'nested');
  mkdirSync(nested);
  writeFileSync(join(nested, '.git'), `gitdir: ${repo.path}/.git/worktrees/nested\n`);
  // Here the repository is only not where it was: git answers for it as ever.
  expect(codeOf(await remove({ repository: repo.path, cwd: plain, branch: null, orphanRoots: [root] }))).toBe('NOT_A_WORKTREE');
  renameSync(repo.path, `${repo.path}-moved`);
  for (const cwd of [stranger.place.cwd, linked, plain, whole, nested]) {
    expect([cwd, codeOf(await remove({ repository: repo.path, cwd, branch: null, orphanRoots: [root] }))]).toEqual([cwd, 'NOT_A_WORKTREE']);
    expect(existsSync(cwd)).toBe(true);
  }
  expect(codeOf(await remove({ repository: repo.path, cwd: place.cwd, branch: null, orphanRoots: [dirname(root)] }))).toBe('NOT_A_WORKTREE');
  expect(existsSync(place.cwd)).toBe(true);
});
