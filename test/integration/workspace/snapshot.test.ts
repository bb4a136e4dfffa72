/** A snapshot is everything in the folder now, whatever its name, and the folder does not notice. */
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { file, files, patch, remove, usage } from '#host/workspace/index.ts';
import { withStaged } from '#host/workspace/snapshot.ts';
import { openRepo } from '#test/support/repos.ts';
import { SLOW, codeOf, useSandbox, value, worktree, snapshot } from './use.ts';

const sandbox = useSandbox();

test('odd names survive: new lines, quotes, leading dashes, unicode in both forms, and bytes that are no UTF-8', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { '-rf': 'old\n' } });
  const { place, base, tree } = await worktree(repo, 'odd');
  const names = ['-rf', '--help', ' lead', 'new\nline', 'tab\t"quote"', '"begins', 'ü-nfc', 'u\u0308-nfd', ':(top)magic', '*', 'a\\b', '🦔/深い/x'];
  for (const name of names) tree.write(name, `${name}\n`);
  writeFileSync(Buffer.concat([Buffer.from(`${place.cwd}/caf`), Buffer.of(0xe9), Buffer.from('.txt')]), 'latin\n');
  const input = { ...place, base, snapshot: value(await snapshot(place)).tree };
  const list = value(await files(input)).files;
  expect(list.map((entry) => entry.path).sort()).toEqual([...names.filter((name) => name !== '"begins'), '"\\"begins"', '"caf\\351.txt"'].sort());
  for (const { path } of list) expect(value(await file({ ...input, path, oldPath: null })).after, path).toMatch(/\n$/);
  expect(value(await file({ ...input, path: '"caf\\351.txt"', oldPath: null }))).toMatchObject({ before: null, after: 'latin\n' });
  expect(value(await file({ ...input, path: '-rf', oldPath: null }))).toMatchObject({ before: 'old\n', after: '-rf\n' });
  expect(codeOf(await file({ ...input, path: 'README.md', oldPath: null }))).toBe('FILE_NOT_CHANGED');
});

test('ignored files stay out, staged and deleted and mode changes are in, and the user’s index is byte for byte the same', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { '.gitignore': '*.log\n', a: 'a\n', b: 'b\n', 'run.sh': '#!/bin/sh\n', 'kept.txt': 'k\n' } });
  const { place, base, tree } = await worktree(repo, 'states');
  tree.write('a', 'staged\n');
  tree.git(['add', 'a']);
  tree.write('a', 'after staging\n');
  rmSync(join(place.cwd, 'b'));
  mkdirSync(join(place.cwd, 'b'));
  tree.write('b/inside', 'a folder where a file was\n');
  chmodSync(join(place.cwd, 'run.sh'), 0o755);
  symlinkSync('nowhere', join(place.cwd, 'dangling'));
  tree.write('noise.log', 'n\n');
  tree.git(['add', '-N', 'dangling']);
  const index = tree.git(['rev-parse', '--git-path', 'index']);
  const before = [readFileSync(index), statSync(index).mtimeMs, tree.git(['stash', 'list'])];
  const input = { ...place, base, snapshot: value(await snapshot(place)).tree };
  expect([readFileSync(index), statSync(index).mtimeMs, tree.git(['stash', 'list'])]).toEqual(before);
  expect(value(await files(input)).files.map(({ path, status }) => `${status} ${path}`)).toEqual([
    'modified a',
    'deleted b',
    'added b/inside',
    'added dangling',
    'mode run.sh',
  ]);
  expect(value(await file({ ...input, path: 'dangling', oldPath: null })).after).toBe('nowhere');
  expect(value(await file({ ...input, path: 'b', oldPath: null }))).toMatchObject({ before: 'b\n', after: null });
});

test('an edit of the same size in the same moment as the last git command is not missed', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { racy: 'aaaa\n' } });
  // Time stamps that a coarse file system, or a copy, would give: the inode's own change time does not help.
  repo.git(['config', 'core.trustctime', 'false']);
  const { place, base, tree } = await worktree(repo, 'racy');
  const path = join(place.cwd, 'racy');
  const moment = Math.floor(Date.now() / 1000) - 10;
  utimesSync(path, moment, moment);
  tree.git(['update-index', '--refresh']);
  const index = tree.git(['rev-parse', '--git-path', 'index']);
  utimesSync(index, moment, moment);
  tree.write('racy', 'bbbb\n');
  utimesSync(path, moment, moment);
  const shot = value(await snapshot(place)).tree;
  expect(value(await files({ ...place, base, snapshot: shot })).files.map((entry) => entry.path)).toEqual(['racy']);
});

test('repositories inside the folder are left out and named; broken ones and submodule folders do no harm', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { place, base, tree } = await worktree(repo, 'nested');
  for (const name of ['lib/with commit', 'lib/without']) {
    mkdirSync(join(place.cwd, name), { recursive: true });
    const inner = openRepo(join(place.cwd, name));
    inner.git(['init', '-q']);
    inner.write('inside', 'i\n');
    if (name.endsWith('commit')) inner.commit('Inner');
  }
  tree.write('broken/.git', 'garbage');
  tree.write('broken/file', 'f\n');
  const shot = value(await snapshot(place));
  expect(shot.skipped).toEqual(['lib/with commit', 'lib/without']);
  expect(value(await files({ ...place, base, snapshot: shot.tree })).files.map((entry) => entry.path)).toEqual(['broken/file']);
});

test('sides are text, binary or too large, and never made up', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { 'was-text': 'text\n', grows: 'small\n' } });
  const { place, base, tree } = await worktree(repo, 'sides');
  tree.write('was-text', Uint8Array.of(1, 0, 2));
  tree.write('latin', Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x0a));
  tree.write('bom', '\uFEFFbom\r\n');
  tree.write('empty', '');
  tree.write('grows', 'x'.repeat(1024 * 1024 + 1));
  tree.write('full', 'y'.repeat(1024 * 1024));
  const input = { ...place, base, snapshot: value(await snapshot(place)).tree };
  const side = async (path: string): Promise<unknown> => {
    const { before, after, binary, tooLarge } = value(await file({ ...input, path, oldPath: null }));
    return [before, after?.slice(0, 10) ?? null, binary, tooLarge];
  };
  expect(await side('was-text')).toEqual(['text\n', null, true, false]);
  expect(await side('latin')).toEqual([null, null, true, false]);
  expect(await side('bom')).toEqual([null, '\uFEFFbom\r\n', false, false]);
  expect(await side('empty')).toEqual([null, '', false, false]);
  expect(await side('grows')).toEqual(['small\n', null, false, true]);
  expect(await side('full')).toEqual([null, 'yyyyyyyyyy', false, false]);
  expect(value(await files(input)).files.find((entry) => entry.path === 'was-text')).toMatchObject({ binary: true, added: 0, deleted: 0 });
  const cut = value(await patch({ ...input, maxBytes: 2000 }));
  expect(cut.cut).toBe(true);
  expect(cut.patch.length).toBeLessThanOrEqual(2000);
  expect(cut.patch).toMatch(/\n$/);
});

test('snapshots outlive garbage collection, and a change can be read after its worktree is gone', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { place, base, tree } = await worktree(repo, 'kept');
  const shots: string[] = [];
  for (const text of ['first\n', 'second\n']) {
    tree.write('f', text);
    shots.push(value(await snapshot(place)).tree);
  }
  repo.git(['gc', '-q', '--prune=now']);
  rmSync(place.cwd, { recursive: true });
  for (const [n, text] of ['first\n', 'second\n'].entries())
    expect(value(await file({ ...place, base, snapshot: shots[n] ?? '', path: 'f', oldPath: null })).after).toBe(text);
  expect(repo.git(['log', '--all', '--format=%s'])).toBe('First');
  expect(repo.git(['fsck', '--strict', '--no-dangling'])).toBe('');
  value(await remove({ repository: repo.path, cwd: place.cwd, branch: null }));
  expect(repo.git(['for-each-ref', 'refs/acc'])).toBe('');
});

test('a snapshot at any moment of busy writing gives a tree', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { place, tree } = await worktree(repo, 'busy');
  const done = new AbortController();
  const writer = (async () => {
    for (let n = 0; !done.signal.aborted; n++) {
      tree.write(`w${n % 20}`, `${n}`.repeat(n % 5000));
      if (n % 3 === 0) rmSync(join(place.cwd, `w${(n + 7) % 20}`), { force: true });
      if (n % 5 === 0 && existsSync(join(place.cwd, 'w1'))) renameSync(join(place.cwd, 'w1'), join(place.cwd, 'w2'));
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const all = await Promise.all(Array.from({ length: 6 }, () => snapshot(place)));
  done.abort();
  await writer;
  expect(all.map(codeOf)).toEqual(Array.from({ length: 6 }, () => 'OK'));
});

test('a folder that cannot be read in time, or a cancel, is a fault and leaves nothing behind', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { place } = await worktree(repo, 'limits');
  expect(codeOf(await withStaged(place, { scratch: sandbox().root, limitMs: 0 }, async () => ({ ok: true, value: null })))).toBe('SNAPSHOT_TOO_SLOW');
  expect(codeOf(await snapshot(place, AbortSignal.abort()))).toBe('CANCELLED');
  expect(codeOf(await snapshot({ ...place, cwd: join(place.cwd, 'gone') }))).toBe('FOLDER_MISSING');
});

test('disk use counts what is there once, follows no link, and knows what is not there', { timeout: SLOW }, async () => {
  const folder = sandbox().folder('use-ü', { 'a/b/big': 'x'.repeat(200_000), small: 's' });
  symlinkSync('/usr', join(folder, 'link'));
  linkSync(join(folder, 'a/b/big'), join(folder, 'again'));
  const [bytes, none, one] = value(await usage({ paths: [folder, join(folder, 'none'), join(folder, 'a/b/big')] })).bytes;
  expect(bytes).toBeGreaterThanOrEqual(200_000);
  expect(bytes).toBeLessThan(300_000);
  expect(none).toBeNull();
  expect(codeOf(await usage({ paths: [folder] }, AbortSignal.abort()))).toBe('CANCELLED');
  expect(one).toBeGreaterThanOrEqual(200_000);
});
