/** Work in the folder itself or in an existing worktree: the diff is the session's work alone, and can be taken back. */
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { file, files, patch, prepareWorkspace } from '#host/workspace/index.ts';
import { openRepo, type TestRepo } from '#test/support/repos.ts';
import { SLOW, codeOf, listener, useSandbox, value, worktree, restore, snapshot } from './use.ts';

const sandbox = useSandbox();

async function inPlace(cwd: string, vcs: 'git' | 'none') {
  const snapshots = join(sandbox().root, 'data', `snapshots-${cwd.split('/').at(-1)}`);
  const made = value(await prepareWorkspace({ mode: 'in-place', cwd, vcs, snapshots }, { base: null }, listener()));
  const changed = async (): Promise<string[]> => {
    const shot = value(await snapshot(made.place)).tree;
    return value(await files({ ...made.place, base: made.base, snapshot: shot })).files.map(({ path, status }) => `${status} ${path}`);
  };
  return { ...made, snapshots, changed, back: () => restore({ ...made.place, base: made.base }) };
}

/** Edits of a session, over dirt that was there before. */
function work(folder: TestRepo): void {
  folder.write('tracked', 'agent\n');
  folder.write('dirty', 'agent\n');
  folder.write('new/deep/file', 'n\n');
  rmSync(join(folder.path, 'old'));
}

test('in place in git: dirt from before is in the base; restore puts back exactly what the session changed', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ name: 'placed-git', files: { tracked: '1\n', dirty: '1\n', old: 'o\n', '.gitignore': '.env\nout/\n' } });
  repo.write('dirty', 'mine\n');
  repo.write('notes', 'untracked and mine\n');
  repo.write('.env', 'KEY\n');
  repo.git(['add', 'dirty']);
  const status = repo.git(['status', '--porcelain']);
  const { changed, back, branch, place } = await inPlace(repo.path, 'git');
  expect(branch).toBe('main');
  expect(place.gitDir).toBeNull();
  expect(await changed()).toEqual([]);
  work(repo);
  repo.write('out/ignored', 'i\n');
  expect(await changed()).toEqual(['modified dirty', 'added new/deep/file', 'deleted old', 'modified tracked']);
  value(await back());
  expect([repo.read('tracked'), repo.read('dirty'), repo.read('notes'), repo.read('old'), repo.read('out/ignored')]).toEqual([
    '1\n',
    'mine\n',
    'untracked and mine\n',
    'o\n',
    'i\n',
  ]);
  expect(existsSync(join(repo.path, 'new'))).toBe(false);
  expect(repo.git(['status', '--porcelain'])).toBe(status);
});

for (const vcs of ['git', 'none'] as const) {
  test(`restore never takes a file that was ignored before for a new one (${vcs})`, { timeout: SLOW }, async () => {
    const name = `unignored-${vcs}`;
    const text = { '.gitignore': '.env\n', a: 'a\n', 'sub/.gitignore': 'cache\n' };
    const folder = vcs === 'git' ? sandbox().repo({ name, files: text }) : openRepo(sandbox().folder(name, text));
    folder.write('.env', 'KEY\n');
    folder.write('sub/cache', 'c\n');
    const { changed, back } = await inPlace(folder.path, vcs);
    folder.write('.gitignore', '');
    rmSync(join(folder.path, 'sub/.gitignore'));
    folder.write('a', 'agent\n');
    folder.write('.env', 'KEY 2\n');
    expect(await changed()).toEqual(['added .env', 'modified .gitignore', 'modified a', 'deleted sub/.gitignore', 'added sub/cache']);
    value(await back());
    expect([folder.read('.gitignore'), folder.read('a'), folder.read('.env'), folder.read('sub/cache')]).toEqual(['.env\n', 'a\n', 'KEY 2\n', 'c\n']);
    expect(await changed()).toEqual([]);
  });
}

test('outside git: no .git appears, ignore rules hold, and the diff and restore work from the snapshot store', { timeout: SLOW }, async () => {
  const path = sandbox().folder('plain', { tracked: '1\n', dirty: 'mine\n', old: 'o\n', '.gitignore': 'cache/\n', 'cache/x': 'x\n', 'run.sh': '#!/bin/sh\n' });
  const folder = openRepo(path);
  const { changed, back, base, place, branch, snapshots } = await inPlace(path, 'none');
  expect(branch).toBeNull();
  expect(place).toEqual({ cwd: path, repository: path, gitDir: snapshots });
  work(folder);
  folder.write('cache/y', 'y\n');
  expect(await changed()).toEqual(['modified dirty', 'added new/deep/file', 'deleted old', 'modified tracked']);
  const shot = value(await snapshot(place)).tree;
  expect(value(await file({ ...place, base, snapshot: shot, path: 'tracked', oldPath: null }))).toMatchObject({ before: '1\n', after: 'agent\n' });
  expect(value(await patch({ ...place, base, snapshot: shot, maxBytes: 10_000 })).patch).toContain('-1\n+agent\n');
  // A new rule hides new files, as in a repository where nobody added them.
  folder.write('.gitignore', 'cache/\nnew/\n');
  expect(await changed()).toEqual(['modified .gitignore', 'modified dirty', 'deleted old', 'modified tracked']);
  folder.write('.gitignore', 'cache/\n');
  // The folder itself is read only: a resume keeps the base.
  expect(value(await prepareWorkspace({ mode: 'in-place', cwd: path, vcs: 'none', snapshots }, { base }, listener())).base).toBe(base);
  value(await back());
  expect(readdirSync(path).sort()).toEqual(['.gitignore', 'cache', 'dirty', 'old', 'run.sh', 'tracked']);
  expect([folder.read('tracked'), folder.read('dirty'), folder.read('cache/y')]).toEqual(['1\n', 'mine\n', 'y\n']);
  expect(statSync(snapshots).mode & 0o077).toBe(0);
});

test('outside git: a store that lies inside the folder is no part of it, and a second session begins anew', { timeout: SLOW }, async () => {
  const path = sandbox().folder('home', { a: 'a\n' });
  const snapshots = join(path, 'data/snapshots');
  const first = value(await prepareWorkspace({ mode: 'in-place', cwd: path, vcs: 'none', snapshots }, { base: null }, listener()));
  openRepo(path).write('a', 'b\n');
  const shot = value(await snapshot(first.place)).tree;
  expect(value(await files({ ...first.place, base: first.base, snapshot: shot })).files.map((entry) => entry.path)).toEqual(['a']);
  const second = value(await prepareWorkspace({ mode: 'in-place', cwd: path, vcs: 'none', snapshots }, { base: null }, listener()));
  expect(second.base).toBe(shot);
});

test('in place in a repository without commits, and in one with a repository inside', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ name: 'fresh', empty: true });
  rmSync(join(repo.path, 'README.md'));
  const { changed, branch } = await inPlace(repo.path, 'git');
  expect(branch).toBe('main');
  repo.write('a', 'a\n');
  expect(await changed()).toEqual(['added a']);
});

test('a sparse checkout stays sparse through snapshot and restore', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ name: 'sparse', files: { 'in/a': 'a\n', 'out/b': 'b\n' } });
  repo.git(['sparse-checkout', 'set', 'in']);
  const { changed, back } = await inPlace(repo.path, 'git');
  expect(await changed()).toEqual([]);
  repo.write('in/a', 'agent\n');
  repo.write('in/new', 'n\n');
  expect(await changed()).toEqual(['modified in/a', 'added in/new']);
  value(await back());
  expect(readdirSync(repo.path).sort()).toEqual(['.git', 'in']);
  expect(readdirSync(join(repo.path, 'in'))).toEqual(['a']);
  expect(repo.read('in/a')).toBe('a\n');
});

test('an existing worktree: base is its state at the start; one of another repository is refused', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { a: 'a\n' } });
  const { spec, tree } = await worktree(repo, 'existing');
  tree.write('before', 'b\n');
  const made = value(await prepareWorkspace({ mode: 'existing', repository: repo.path, cwd: spec.cwd }, { base: null }, listener()));
  expect(made).toMatchObject({ branch: 'acc/existing', place: { cwd: spec.cwd, repository: repo.path, gitDir: null } });
  tree.write('during', 'd\n');
  tree.commit('Agent commits both');
  const shot = value(await snapshot(made.place)).tree;
  expect(value(await files({ ...made.place, base: made.base, snapshot: shot })).files.map((entry) => entry.path)).toEqual(['during']);
  const other = sandbox().repo();
  expect(codeOf(await prepareWorkspace({ mode: 'existing', repository: other.path, cwd: spec.cwd }, { base: null }, listener()))).toBe('WORKTREE_FOREIGN');
  expect(codeOf(await prepareWorkspace({ mode: 'existing', repository: repo.path, cwd: join(spec.cwd, 'no') }, { base: null }, listener()))).toBe(
    'FOLDER_MISSING',
  );
  expect(readFileSync(join(spec.cwd, 'during'), 'utf8')).toBe('d\n');
});
