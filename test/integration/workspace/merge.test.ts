/** A reviewed change reaches its target by each method, and nothing else moves. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { file, files, merge, patch, remove, unmerge } from '#host/workspace/index.ts';
import { moveBranch } from '#host/workspace/move-branch.ts';
import type { MergeMethod } from '#shared/domain/repository.ts';
import type { TestRepo } from '#test/support/repos.ts';
import { SLOW, codeOf, useSandbox, value, worktree, snapshot } from './use.ts';

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

/** Work of a session: a commit of the agent's own and something not committed; `merge` brings it to main. */
async function session(repo: TestRepo, name: string, edit: (tree: TestRepo) => void) {
  const made = await worktree(repo, name);
  edit(made.tree);
  const shot = value(await snapshot(made.place)).tree;
  const into = (method: MergeMethod, target = 'main') =>
    merge({ ...made.place, base: made.base, snapshot: shot, branch: made.branch, target, method, message: `Land ${name}` });
  return { ...made, shot, into };
}

async function landed(result: ReturnType<typeof merge>): Promise<{ sha: string; before: string }> {
  const done = value(await result);
  if (!done.merged) throw new Error(`conflicts: ${done.conflicts.join()}`);
  return done;
}

test('merge keeps the agent’s commits under a merge commit, with what was not committed on top', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { into, tree, base } = await session(repo, 'merge', (work) => {
    work.write('one', '1\n');
    work.commit('Agent one');
    work.write('two', '2\n');
  });
  repo.write('other', 'o\n');
  const side = repo.commit('Meanwhile');
  const { sha, before } = await landed(into('merge'));
  expect(before).toBe(side);
  expect(
    repo
      .git(['log', '--format=%s', '--topo-order', `${base}..${sha}`])
      .split('\n')
      .sort(),
  ).toEqual(['Agent one', 'Land merge', 'Land merge', 'Meanwhile']);
  expect(repo.git(['rev-parse', `${sha}^1`])).toBe(side);
  expect([repo.read('one'), repo.read('two'), repo.read('other')]).toEqual(['1\n', '2\n', 'o\n']);
  // The agent's own worktree is as it was: its work is still not committed there.
  expect(tree.git(['status', '--porcelain'])).toBe('?? two');
});

test('rebase replays commits with their authors on a target that moved, and leaves out what it has already', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { into } = await session(repo, 'rebase', (work) => {
    work.write('same', 's\n');
    work.commit('Also on main');
    work.write('one', '1\n');
    work.git(['add', '-A']);
    work.git(['-c', 'user.name=x', 'commit', '-q', '--author=Agent <agent@example.com>', '--date=2020-02-02T02:02:02+0200', '-m', 'Agent one\n\nWhy: ünïcode']);
    work.write('two', '2\n');
  });
  repo.write('same', 's\n');
  const side = repo.commit('Same on main');
  const { sha } = await landed(into('rebase'));
  expect(repo.git(['log', '--format=%an|%ad|%s|%b', '--date=iso', `${side}..${sha}`]).replaceAll('\n', '')).toMatch(
    /^Ada Lovelace\|.*\|Land rebase\|Agent\|2020-02-02 02:02:02 \+0200\|Agent one\|Why: ünïcode$/,
  );
  expect(repo.git(['rev-list', '--count', `${side}..${sha}`])).toBe('2');
  expect(repo.git(['status', '--porcelain'])).toBe('');
});

test('rebase on a target that did not move is a fast-forward; work with a merge commit in it is refused', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const straight = await session(repo, 'ff', (work) => {
    work.write('one', '1\n');
    work.commit('Agent one');
  });
  const { sha } = await landed(straight.into('rebase'));
  expect(sha).toBe(straight.tree.git(['rev-parse', 'HEAD']));

  const knotted = await session(repo, 'knot', (work) => {
    work.git(['checkout', '-q', '-b', 'side']);
    work.write('side', 's\n');
    work.commit('Side');
    work.git(['checkout', '-q', 'acc/knot']);
    work.git(['merge', '-q', '--no-ff', '-m', 'Knot', 'side']);
  });
  repo.write('main-moves', 'm\n');
  const before = repo.commit('Main moves');
  expect(codeOf(await knotted.into('rebase'))).toBe('HISTORY_NOT_LINEAR');
  expect(repo.git(['rev-parse', 'main'])).toBe(before);
  await landed(knotted.into('merge'));
});

test('conflicts are named by each method and change nothing', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { 'a b\nü.txt': 'base\n', keep: 'k\n', gone: 'g\n' } });
  const { into } = await session(repo, 'conflict', (work) => {
    work.write('a b\nü.txt', 'agent\n');
    work.write('gone', 'changed\n');
  });
  repo.write('a b\nü.txt', 'main\n');
  repo.git(['rm', '-q', 'gone']);
  const before = repo.commit('Other side');
  const refs = repo.git(['for-each-ref']);
  for (const method of ['merge', 'squash', 'rebase'] as const) {
    expect(value(await into(method))).toEqual({ merged: false, conflicts: ['a b\nü.txt', 'gone'] });
  }
  expect(repo.git(['for-each-ref'])).toBe(refs);
  expect(repo.git(['rev-parse', 'HEAD'])).toBe(before);
  expect(repo.git(['status', '--porcelain'])).toBe('');
});

test('a checked-out target keeps unrelated changes, staged and not; changes in the same files refuse the merge', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { hit: '1\n', staged: '1\n', loose: '1\n', '.gitignore': 'secret\n' } });
  const { into, base } = await session(repo, 'dirty', (work) => {
    work.write('hit', '2\n');
    work.write('fresh', 'f\n');
  });
  repo.write('staged', '2\n');
  repo.git(['add', 'staged']);
  repo.write('loose', '3\n');
  repo.write('untracked', 'u\n');
  const dirt = repo.git(['status', '--porcelain']);

  for (const [name, text, clean] of [
    ['hit', 'mine\n', '1\n'],
    ['fresh', 'mine\n', null],
  ] as const) {
    repo.write(name, text);
    const refused = await into('squash');
    expect(refused).toMatchObject({ ok: false, fault: { code: 'TARGET_DIRTY', why: `Changed there: ${name}.` } });
    expect(repo.read(name)).toBe(text);
    expect(repo.git(['rev-parse', 'main'])).toBe(base);
    if (clean === null) repo.git(['clean', '-fq', name]);
    else repo.write(name, clean);
  }
  // Staged and then put back on disk only: the index holds the person's work.
  repo.write('hit', 'mine\n');
  repo.git(['add', 'hit']);
  repo.write('hit', '1\n');
  expect(codeOf(await into('squash'))).toBe('TARGET_DIRTY');
  repo.git(['reset', '-q', 'hit']);

  const { sha, before } = await landed(into('squash'));
  expect(repo.git(['status', '--porcelain'])).toBe(dirt);
  expect([repo.read('hit'), repo.read('fresh'), repo.read('loose'), repo.read('staged')]).toEqual(['2\n', 'f\n', '3\n', '2\n']);

  repo.write('fresh', 'edited after the merge\n');
  expect(codeOf(await unmerge({ repository: repo.path, target: 'main', sha, before }))).toBe('TARGET_DIRTY');
  expect(repo.read('fresh')).toBe('edited after the merge\n');
  repo.write('fresh', 'f\n');
  value(await unmerge({ repository: repo.path, target: 'main', sha, before }));
  expect(repo.git(['status', '--porcelain'])).toBe(dirt);
  expect(existsSync(join(repo.path, 'fresh'))).toBe(false);
});

test('an ignored file in the place of a merged one is not overwritten', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { '.gitignore': 'secret\nout\n', a: 'a\n' } });
  const { into } = await session(repo, 'ignored', (work) => {
    work.write('.gitignore', '');
    work.write('secret', 'from the agent\n');
    work.write('out/x', 'x\n');
  });
  repo.write('secret', 'the user’s key\n');
  writeFileSync(join(repo.path, 'out'), 'a file where a folder shall be\n');
  expect(await into('merge')).toMatchObject({ ok: false, fault: { code: 'TARGET_DIRTY', why: 'Changed there: out/x, secret.' } });
  expect(repo.read('secret')).toBe('the user’s key\n');
});

test('a target that nobody has checked out moves alone, also while the user is elsewhere', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  repo.git(['branch', 'release/1']);
  const { into } = await session(repo, 'release', (work) => work.write('r', 'r\n'));
  const { sha } = await landed(into('squash', 'release/1'));
  expect(repo.git(['rev-parse', 'release/1'])).toBe(sha);
  expect(existsSync(join(repo.path, 'r'))).toBe(false);
  expect(repo.git(['status', '--porcelain'])).toBe('');
});

test('a target in the middle of a merge or a rebase is refused as busy', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { f: '1\n' } });
  const { into } = await session(repo, 'busy', (work) => work.write('new', 'n\n'));
  repo.git(['checkout', '-q', '-b', 'other']);
  repo.write('f', 'other\n');
  repo.commit('Other');
  repo.git(['checkout', '-q', 'main']);
  repo.write('f', 'main\n');
  const before = repo.commit('Main');
  expect(() => repo.git(['merge', 'other'])).toThrow();
  expect(codeOf(await into('squash'))).toBe('TARGET_BUSY');
  repo.git(['merge', '--abort']);
  expect(() => repo.git(['rebase', 'other'])).toThrow();
  expect(codeOf(await into('squash'))).toBe('TARGET_BUSY');
  repo.git(['rebase', '--abort']);
  expect(repo.git(['rev-parse', 'main'])).toBe(before);
  await landed(into('squash'));
});

test('the target moved since: undo is refused, and a merge stands on the new tip', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { into } = await session(repo, 'moved', (work) => work.write('m', 'm\n'));
  const { sha, before } = await landed(into('squash'));
  repo.write('later', 'l\n');
  const later = repo.commit('Later');
  expect(codeOf(await unmerge({ repository: repo.path, target: 'main', sha, before }))).toBe('TARGET_MOVED');
  expect(repo.git(['rev-parse', 'main'])).toBe(later);
  // The same merge again, as after a lost answer: the target has it all.
  expect(await landed(into('squash'))).toEqual({ merged: true, sha: later, before: later });
});

test('a merge that was killed after the files moved and before the branch did goes on when it is repeated', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { a: '1\n', gone: 'g\n' } });
  const { into, shot, base } = await session(repo, 'killed', (work) => {
    work.write('a', '2\n');
    work.write('b', 'b\n');
    work.git(['rm', '-q', 'gone']);
  });
  repo.git(['read-tree', '-m', '-u', base, shot]);
  expect(repo.git(['status', '--porcelain'])).toBe('M  a\nA  b\nD  gone');
  await landed(into('squash'));
  expect(repo.git(['status', '--porcelain'])).toBe('');
  expect(repo.git(['rev-parse', 'main^{tree}'])).toBe(shot);
});

test('a branch that moved between the decision and the move is left where it is, and its files too', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { shot, base } = await session(repo, 'cas', (work) => work.write('new', 'n\n'));
  const to = repo.git(['commit-tree', shot, '-p', base, '-m', 'Work']);
  repo.write('later', 'l\n');
  const later = repo.commit('Later');
  expect(codeOf(await moveBranch({ repository: repo.path, branch: 'main', from: base, to, why: 'test' }))).toBe('TARGET_MOVED');
  expect(repo.git(['rev-parse', 'main'])).toBe(later);
  expect(repo.git(['status', '--porcelain'])).toBe('');
});

test('merges that are asked for at once all land, one after another', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const all = [];
  for (const name of ['p', 'q', 'r', 's']) all.push(await session(repo, `at-once-${name}`, (work) => work.write(name, name)));
  await Promise.all(all.map(({ into }) => landed(into('squash'))));
  expect(repo.git(['rev-list', '--count', 'main'])).toBe('5');
  expect(repo.git(['status', '--porcelain'])).toBe('');
});

test('none of the user’s hooks run, and settings that surprise do not', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  for (const hook of ['post-checkout', 'pre-commit', 'commit-msg', 'post-merge', 'post-commit', 'reference-transaction', 'post-index-change']) {
    writeFileSync(join(repo.path, '.git/hooks', hook), `#!/bin/sh\necho ${hook} >> ${repo.path}/../hooks-ran\nexit 1\n`);
    chmodSync(join(repo.path, '.git/hooks', hook), 0o755);
  }
  for (const [key, text] of Object.entries({
    'commit.gpgSign': 'true',
    'gpg.program': 'false',
    'merge.ff': 'only',
    'merge.verifySignatures': 'true',
    'core.fsmonitor': 'false-monitor',
    'diff.external': 'false',
    'diff.noprefix': 'true',
    'core.autocrlf': 'input',
    'core.safecrlf': 'true',
    'core.splitIndex': 'true',
    'log.showSignature': 'true',
  }))
    repo.git(['config', key, text]);
  const made = await worktree(repo, 'hooks');
  made.tree.write('crlf.txt', 'a\r\nb\r\n');
  const shot = value(await snapshot(made.place)).tree;
  const input = { ...made.place, base: made.base, snapshot: shot };
  expect(value(await patch({ ...input, maxBytes: 10_000 })).patch).toContain('diff --git a/crlf.txt b/crlf.txt');
  await landed(merge({ ...input, branch: made.branch, target: 'main', method: 'merge', message: 'Land' }));
  expect(existsSync(join(repo.path, '../hooks-ran'))).toBe(false);
});

test('history rewritten below the base: what was reviewed is what lands', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { a: '1\n' } });
  repo.write('a', '2\n');
  repo.commit('Second');
  const { into } = await session(repo, 'rewritten', (work) => {
    work.git(['reset', '-q', '--hard', 'HEAD~1']);
    work.write('b', 'b\n');
  });
  await landed(into('squash'));
  expect([repo.read('a'), repo.read('b')]).toEqual(['1\n', 'b\n']);
});

test('a wrong target, an unrelated history and objects that are gone are refused by name', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { into, place, base, branch } = await session(repo, 'refused', (work) => work.write('x', 'x\n'));
  repo.git(['checkout', '-q', '--orphan', 'island']);
  repo.commit('Island');
  expect(codeOf(await into('squash', 'nowhere'))).toBe('TARGET_NOT_FOUND');
  expect(codeOf(await into('squash', '--all'))).toBe('TARGET_NOT_FOUND');
  expect(codeOf(await into('squash', branch))).toBe('TARGET_IS_BRANCH');
  for (const method of ['merge', 'squash', 'rebase'] as const) expect(codeOf(await into(method, 'island'))).toBe('UNRELATED_HISTORIES');
  const gone = '0123456789012345678901234567890123456789';
  expect(codeOf(await merge({ ...place, base, snapshot: gone, branch, target: 'main', method: 'squash', message: 'X' }))).toBe('OBJECT_MISSING');
});
