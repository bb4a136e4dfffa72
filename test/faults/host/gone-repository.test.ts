/** A worktree whose repository was deleted: what is missing is the repository, and that is what is said. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { git } from '#host/workspace/git.ts';
import { makeSandbox } from '#test/support/repos.ts';

test('git in the worktree of a deleted repository names the repository', { timeout: 60_000 }, async () => {
  const box = makeSandbox();
  onTestFinished(() => box.close());
  const repo = box.repo({ name: 'gone' });
  const cwd = path.join(box.root, 'its-worktree');
  repo.git(['worktree', 'add', '-q', '-b', 'work', cwd]);
  rmSync(repo.path, { recursive: true });
  expect(await git({ cwd }, ['status'])).toMatchObject({
    ok: false,
    fault: { code: 'REPOSITORY_MISSING', message: expect.stringContaining(repo.path), fix: expect.stringContaining('Bring the folder back') },
  });
});

test('a folder that was never in a repository is told apart from that', { timeout: 60_000 }, async () => {
  const box = makeSandbox();
  onTestFinished(() => box.close());
  expect(await git({ cwd: box.folder('plain', { 'a.txt': 'a\n' }) }, ['status'])).toMatchObject({ ok: false, fault: { code: 'NOT_A_REPOSITORY' } });
});
