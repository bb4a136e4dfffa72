/** A reviewed change reaches its target by each method, and nothing else moves. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { file, files, merge, patch, remove, snapshot, unmerge } from '#host/workspace/index.ts';
import { SLOW, codeOf, useSandbox, value, worktree } from './use.ts';

const sandbox = useSandbox();

test('prepare, snapshot, files, file, patch, squash, undo, remove', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { 'a.txt': 'one\ntwo\nthree\n', 'b.txt': 'b\n', '.gitignore': 'ignored\n' } });
  const { place, base, branch, tree } = await worktree(repo, 'thin');
  tree.write('a.txt', 'one\n2\nthree\n');
  tree.write('new/c.txt', 'c\n');
  tree.write('ignored', 'no\n');
  tree.git(['mv', 'b.txt', 'renamed.txt']);
  const index = readFileSync(tree.git(['rev-parse', '--git-path', 'index']));
  const shot = value(await snapshot(place));
  expect(readFileSync(tree.git(['rev-parse', '--git-path', 'index'])).equals(index)).toBe(true);

  const list = value(await files({ ...place, base, snapshot: shot.tree })).files;
  expect(list).toEqual([
    { path: 'a.txt', oldPath: null, status: 'modified', added: 1, deleted: 1, binary: false },
    { path: 'new/c.txt', oldPath: null, status: 'added', added: 1, deleted: 0, binary: false },
    { path: 'renamed.txt', oldPath: 'b.txt', status: 'renamed', added: 0, deleted: 0, binary: false },
  ]);
  expect(value(await file({ ...place, base, snapshot: shot.tree, path: 'a.txt', oldPath: null }))).toEqual({
    path: 'a.txt',
    before: 'one\ntwo\nthree\n',
    after: 'one\n2\nthree\n',
    binary: false,
    tooLarge: false,
  });
  expect(value(await file({ ...place, base, snapshot: shot.tree, path: 'renamed.txt', oldPath: 'b.txt' }))).toMatchObject({ before: 'b\n', after: 'b\n' });
  expect(value(await patch({ ...place, base, snapshot: shot.tree, maxBytes: 100_000 })).patch).toContain('-two\n+2\n');

  const done = value(await merge({ ...place, base, snapshot: shot.tree, branch, target: 'main', method: 'squash', message: 'Add c' }));
  if (!done.merged) throw new Error('conflicts');
  expect(repo.git(['rev-parse', 'main'])).toBe(done.sha);
  expect(repo.git(['rev-parse', 'main^{tree}'])).toBe(shot.tree);
  expect(repo.git(['log', '-1', '--format=%an|%s|%P', 'main'])).toBe(`Ada Lovelace|Add c|${base}`);
  expect(repo.git(['status', '--porcelain'])).toBe('');
  expect(repo.read('new/c.txt')).toBe('c\n');

  value(await unmerge({ repository: repo.path, target: 'main', sha: done.sha, before: done.before }));
  expect(repo.git(['rev-parse', 'main'])).toBe(base);
  expect(repo.git(['status', '--porcelain'])).toBe('');
  expect(existsSync(join(repo.path, 'new'))).toBe(false);

  value(await remove({ repository: repo.path, cwd: place.cwd, branch }));
  expect(existsSync(place.cwd)).toBe(false);
  expect(repo.git(['for-each-ref', '--format=%(refname)'])).toBe('refs/heads/main');
});

test('a target that lacks the identity to commit, exists not, or is the branch itself is refused by name', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { place, base, branch, tree } = await worktree(repo, 'refused');
  tree.write('x', 'x\n');
  const shot = value(await snapshot(place));
  const input = { ...place, base, snapshot: shot.tree, branch, method: 'squash' as const, message: 'X' };
  expect(codeOf(await merge({ ...input, target: 'nowhere' }))).toBe('TARGET_NOT_FOUND');
  expect(codeOf(await merge({ ...input, target: branch }))).toBe('TARGET_IS_BRANCH');
});
