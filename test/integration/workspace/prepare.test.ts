/** A session gets its worktree on any repository, or a fault that says what to do; and gets the same one again after a crash. */
import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { files, inspect, prepareWorkspace, remove } from '#host/workspace/index.ts';
import { openRepo } from '#test/support/repos.ts';
import { SLOW, codeOf, listener, useSandbox, value, worktree, worktreeSpec, snapshot } from './use.ts';

const sandbox = useSandbox();

test('eight worktrees at once on one repository', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`dir${n % 7}/f${n}`, `${n}\n`])) });
  const all = await Promise.all(Array.from({ length: 8 }, (_, n) => worktree(repo, `many-${n}`)));
  for (const { tree, branch, base } of all) {
    expect(tree.git(['symbolic-ref', '--short', 'HEAD'])).toBe(branch);
    expect(tree.git(['rev-parse', 'HEAD'])).toBe(base);
    expect(tree.git(['status', '--porcelain'])).toBe('');
  }
  await Promise.all(all.map(async ({ place, branch }) => value(await remove({ repository: repo.path, cwd: place.cwd, branch }))));
  expect(repo.git(['worktree', 'list', '--porcelain']).match(/^worktree /gm)).toHaveLength(1);
  expect(repo.git(['for-each-ref', '--format=%(refname)'])).toBe('refs/heads/main');
});

test('a resume finds its worktree with the work in it; a vanished folder is made again on its branch', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { spec, base, tree } = await worktree(repo, 'resume');
  tree.write('done', 'committed\n');
  const tip = tree.commit('Agent');
  tree.write('wip', 'w\n');
  repo.write('main-moves', 'm\n');
  repo.commit('Main moves');
  expect(value(await prepareWorkspace(spec, { base }, listener())).base).toBe(base);
  expect(tree.read('wip')).toBe('w\n');
  // Killed before the center stored the base: the same start again is not "branch exists".
  expect(value(await prepareWorkspace(spec, { base: null }, listener())).base).toBe(base);

  rmSync(spec.cwd, { recursive: true });
  expect(value(await prepareWorkspace(spec, { base }, listener())).base).toBe(base);
  expect(tree.git(['rev-parse', 'HEAD'])).toBe(tip);
  expect(tree.read('done')).toBe('committed\n');
});

test('a worktree that was half made by a killed git is made anew', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { spec, base } = await worktree(repo, 'half');
  const gitDir = openRepo(spec.cwd).git(['rev-parse', '--absolute-git-dir']);
  writeFileSync(join(gitDir, 'locked'), 'initializing');
  rmSync(join(spec.cwd, 'README.md'));
  value(await prepareWorkspace(spec, { base: null }, listener()));
  expect(openRepo(spec.cwd).git(['status', '--porcelain'])).toBe('');
  expect(openRepo(spec.cwd).git(['rev-parse', 'HEAD'])).toBe(base);
});

test('a start that was killed while files were written writes them at the next', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { a: 'a\n', b: 'b\n' } });
  const { spec, base, tree } = await worktree(repo, 'unfilled');
  rmSync(tree.git(['rev-parse', '--git-path', 'index']));
  rmSync(join(spec.cwd, 'b'));
  // A worktree that was ready holds work: it is not written over, even when its index is lost.
  tree.write('a', 'work\n');
  value(await prepareWorkspace(spec, { base }, listener()));
  expect(tree.read('a')).toBe('work\n');
  rmSync(tree.git(['rev-parse', '--git-path', 'acc-ready']));
  value(await prepareWorkspace(spec, { base }, listener()));
  expect(tree.git(['status', '--porcelain'])).toBe('');
  expect(tree.read('b')).toBe('b\n');
});

test('a branch, or a folder, that is someone else’s is not touched', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  repo.git(['branch', 'acc/taken']);
  expect(codeOf(await prepareWorkspace(worktreeSpec(repo.path, 'taken'), { base: null }, listener()))).toBe('BRANCH_EXISTS');
  repo.git(['branch', 'acc/parent']);
  expect(codeOf(await prepareWorkspace(worktreeSpec(repo.path, 'parent/child'), { base: null }, listener()))).toBe('BRANCH_EXISTS');
  const spec = worktreeSpec(repo.path, 'occupied');
  mkdirSync(spec.cwd, { recursive: true });
  writeFileSync(join(spec.cwd, 'mine'), 'm');
  expect(codeOf(await prepareWorkspace(spec, { base: null }, listener()))).toBe('WORKSPACE_OCCUPIED');
  expect(readFileSync(join(spec.cwd, 'mine'), 'utf8')).toBe('m');
  expect(codeOf(await prepareWorkspace(worktreeSpec(repo.path, 'bad..name'), { base: null }, listener()))).toBe('BRANCH_INVALID');
  expect(codeOf(await prepareWorkspace(worktreeSpec(repo.path, 'nobase', { base: '--help' }), { base: null }, listener()))).toBe('BASE_NOT_FOUND');
  expect(repo.git(['for-each-ref', '--format=%(refname)']).split('\n')).toEqual(['refs/heads/acc/parent', 'refs/heads/acc/taken', 'refs/heads/main']);
});

test('a locked worktree whose folder is away is not made anew, and a locked one is not removed', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { spec, base, tree } = await worktree(repo, 'locked');
  repo.git(['worktree', 'lock', '--reason', 'on a stick', spec.cwd]);
  expect(await remove({ repository: repo.path, cwd: spec.cwd, branch: null })).toMatchObject({
    ok: false,
    fault: { code: 'WORKTREE_LOCKED', why: 'on a stick' },
  });
  expect(tree.git(['status', '--porcelain'])).toBe('');
  rmSync(spec.cwd, { recursive: true });
  expect(await prepareWorkspace(spec, { base }, listener())).toMatchObject({ ok: false, fault: { code: 'WORKTREE_LOCKED', why: 'on a stick' } });
});

test('repositories that cannot carry a worktree say why', { timeout: SLOW }, async () => {
  const empty = sandbox().repo({ empty: true, files: { a: 'a' } });
  expect(codeOf(await prepareWorkspace(worktreeSpec(empty.path, 'x'), { base: null }, listener()))).toBe('REPOSITORY_EMPTY');
  expect(value(await inspect({ path: empty.path }))).toMatchObject({ vcs: 'git', hasCommits: false, head: { branch: 'main', sha: null }, dirtyFiles: 1 });
  const repo = sandbox().repo();
  const bare = join(sandbox().root, 'bare.git');
  repo.git(['clone', '-q', '--bare', repo.path, bare]);
  expect(codeOf(await prepareWorkspace(worktreeSpec(bare, 'x'), { base: null }, listener()))).toBe('REPOSITORY_BARE');
  expect(codeOf(await inspect({ path: bare }))).toBe('REPOSITORY_BARE');
  expect(codeOf(await inspect({ path: join(repo.path, '.git') }))).toBe('NOT_A_WORK_TREE');
  expect(codeOf(await prepareWorkspace(worktreeSpec(join(sandbox().root, 'gone'), 'x'), { base: null }, listener()))).toBe('REPOSITORY_MISSING');
  expect(codeOf(await prepareWorkspace(worktreeSpec(sandbox().folder('plain', { a: '' }), 'x'), { base: null }, listener()))).toBe('NOT_A_REPOSITORY');
});

test('a repository deleted while its session runs is told by every command, and nothing hangs', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { place, spec, base } = await worktree(repo, 'deleted');
  const shot = value(await snapshot(place));
  rmSync(repo.path, { recursive: true });
  expect(codeOf(await snapshot(place))).toBe('REPOSITORY_MISSING');
  expect(codeOf(await files({ ...place, base, snapshot: shot.tree }))).toBe('FOLDER_MISSING');
  expect(codeOf(await prepareWorkspace(spec, { base }, listener()))).toBe('REPOSITORY_MISSING');
  expect(codeOf(await remove({ repository: repo.path, cwd: place.cwd, branch: null }))).toBe('FOLDER_MISSING');
});

test('a detached HEAD and a dirty tree: the worktree begins from the commit, the dirt stays where it is', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { f: '1\n' } });
  repo.write('f', '2\n');
  const second = repo.commit('Second');
  repo.git(['checkout', '-q', '--detach']);
  repo.write('f', 'dirty\n');
  expect(value(await inspect({ path: repo.path }))).toMatchObject({ head: { branch: null, sha: second }, dirtyFiles: 1, branches: ['main'] });
  const { tree, base } = await worktree(repo, 'detached');
  expect(base).toBe(second);
  expect(tree.read('f')).toBe('2\n');
  expect(repo.read('f')).toBe('dirty\n');
});

test('inspect resolves sub-folders, linked worktrees and odd paths to the top of their work tree', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ name: ' odd\n-näme ', files: { 'sub/f': '1\n' } });
  expect(value(await inspect({ path: join(repo.path, 'sub') })).root).toBe(repo.path);
  const { tree, spec } = await worktree(repo, 'linked');
  mkdirSync(join(spec.cwd, 'deep'));
  expect(value(await inspect({ path: join(spec.cwd, 'deep') }))).toMatchObject({
    root: tree.git(['rev-parse', '--show-toplevel']),
    head: { branch: 'acc/linked' },
  });
  expect(value(await inspect({ path: sandbox().folder('no-git', {}) }))).toMatchObject({ vcs: 'none', hasCommits: false });
  expect(codeOf(await inspect({ path: join(repo.path, 'sub/f') }))).toBe('NOT_A_FOLDER');
  expect(codeOf(await inspect({ path: join(repo.path, 'none') }))).toBe('FOLDER_MISSING');
});

test('a repository of another user is refused with the command that trusts it', { timeout: SLOW }, async (context) => {
  if (process.getuid?.() !== 0) return context.skip('only root can give a folder to another user');
  const repo = sandbox().repo();
  repo.git(['worktree', 'list']);
  chownSync(repo.path, 12_345, 12_345);
  chownSync(join(repo.path, '.git'), 12_345, 12_345);
  const found = await inspect({ path: repo.path });
  expect(found).toMatchObject({ ok: false, fault: { code: 'REPOSITORY_UNSAFE' } });
  if (!found.ok) expect(found.fault.fix).toContain(`git config --global --add safe.directory '${repo.path}`);
});

test('copied and linked paths are there, and never part of the change', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { '.gitignore': '.env\nnode_modules/\n', 'config/tracked': 't\n' } });
  repo.write('.env', 'KEY=1\n');
  repo.write('node_modules/dep/index.js', 'x\n');
  repo.write('local/settings.json', '{}\n');
  const { place, base, tree } = await worktree(repo, 'placed', { copyPaths: ['.env', 'local/', 'config/tracked', 'absent'], linkPaths: ['node_modules'] });
  expect(tree.read('.env')).toBe('KEY=1\n');
  expect(tree.read('local/settings.json')).toBe('{}\n');
  expect(readlinkSync(join(place.cwd, 'node_modules'))).toBe(join(repo.path, 'node_modules'));
  // Not even when the agent takes the rules away and commits everything.
  tree.write('.gitignore', '');
  tree.write('work', 'w\n');
  tree.commit('Everything');
  tree.write('local/settings.json', '{"changed":1}\n');
  const shot = value(await snapshot(place)).tree;
  expect(value(await files({ ...place, base, snapshot: shot })).files.map((file) => file.path)).toEqual(['.gitignore', 'work']);
  expect(repo.git(['config', '--local', '--list'])).not.toContain('worktreeconfig');
});

test('paths that lead out of the repository are refused before anything is placed', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const outside = sandbox().folder('outside', { secret: 's\n' });
  symlinkSync(outside, join(repo.path, 'way-out'));
  repo.write('fine', 'f\n');
  for (const [n, path] of ['../outside/secret', join(outside, 'secret'), 'way-out', 'way-out/secret', 'a/../../outside', '.git/config', '.', './'].entries()) {
    const spec = worktreeSpec(repo.path, `escape-${n}`, { linkPaths: ['fine'], copyPaths: [path] });
    expect([path, codeOf(await prepareWorkspace(spec, { base: null }, listener()))]).toEqual([path, 'PATH_ESCAPES']);
    expect(existsSync(join(spec.cwd, 'fine'))).toBe(false);
  }
});

test('set-up runs once, streams its output, and fails with its last lines; a failed one is tried again', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const script = `console.log('out'); console.error('err'); require('fs').appendFileSync('../runs', 'x'); process.exit(require('fs').existsSync('../mended') ? 0 : 7)`;
  const spec = worktreeSpec(repo.path, 'setup', { setupCommand: [process.execPath, '-e', script] });
  const heard = listener();
  const failed = await prepareWorkspace(spec, { base: null }, heard);
  expect(failed).toMatchObject({ ok: false, fault: { code: 'SETUP_FAILED' } });
  if (!failed.ok) expect(failed.fault.why).toMatch(/out[^]*err|err[^]*out/);
  expect(heard.text()).toContain('out\n');
  writeFileSync(join(spec.cwd, '../mended'), '');
  value(await prepareWorkspace(spec, { base: null }, listener()));
  value(await prepareWorkspace(spec, { base: null }, listener()));
  expect(readFileSync(join(spec.cwd, '../runs'), 'utf8')).toBe('xx');
});

test('a set-up that hangs is ended at its limit with all it started, and a cancel ends one at once', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const hang = [process.execPath, '-e', `console.log(process.pid); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`];
  const late = listener();
  expect(codeOf(await prepareWorkspace(worktreeSpec(repo.path, 'hang', { setupCommand: hang, setupTimeoutSeconds: 2 }), { base: null }, late))).toBe(
    'SETUP_TIMEOUT',
  );
  const pid = Number(/^\d+/.exec(late.text())?.[0]);
  expect(() => process.kill(pid, 0)).toThrow();
  const stopped = listener();
  const spec = worktreeSpec(repo.path, 'cancel', { setupCommand: hang });
  const output = (_stream: string, text: string): void => void (/\d/.test(text) && stopped.abort());
  expect(codeOf(await prepareWorkspace(spec, { base: null }, { ...stopped, output }))).toBe('CANCELLED');
  expect(codeOf(await prepareWorkspace(worktreeSpec(repo.path, 'nosetup', { setupCommand: ['no-such-program'] }), { base: null }, listener()))).toBe(
    'SETUP_FAILED',
  );
});

test('submodules are filled from the local clone, without a word in the repository’s configuration', { timeout: SLOW }, async () => {
  const lib = sandbox().repo({ files: { 'lib.txt': 'lib\n' } });
  const repo = sandbox().repo();
  repo.git(['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', lib.path, 'vendor/lib']);
  repo.commit('With a submodule');
  expect(value(await inspect({ path: repo.path })).submodules).toBe(true);
  const config = readFileSync(join(repo.path, '.git/config'), 'utf8');
  rmSync(lib.path, { recursive: true });
  const { tree, place, base, branch } = await worktree(repo, 'modules');
  expect(tree.read('vendor/lib/lib.txt')).toBe('lib\n');
  expect(readFileSync(join(repo.path, '.git/config'), 'utf8').replace(/\[branch[^[]*/g, '')).toBe(config);
  const inner = openRepo(join(place.cwd, 'vendor/lib'));
  inner.write('more', 'm\n');
  inner.commit('Inner');
  const shot = value(await snapshot(place)).tree;
  expect(value(await files({ ...place, base, snapshot: shot })).files.map((entry) => entry.path)).toEqual(['vendor/lib']);
  value(await remove({ repository: repo.path, cwd: place.cwd, branch }));
  expect(existsSync(place.cwd)).toBe(false);

  const clone = join(sandbox().root, 'unfetched');
  repo.git(['clone', '-q', repo.path, clone]);
  const heard = listener();
  value(await prepareWorkspace(worktreeSpec(clone, 'empty-module'), { base: null }, heard));
  expect(heard.text()).toContain('The submodule vendor/lib is empty');
});

test('remove takes only what git lists as a linked worktree', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { spec, branch, place } = await worktree(repo, 'removed');
  const refused = async (cwd: string): Promise<string> => codeOf(await remove({ repository: repo.path, cwd, branch: null }));
  expect(await refused(repo.path)).toBe('NOT_A_WORKTREE');
  expect(await refused(sandbox().root)).toBe('NOT_A_WORKTREE');
  expect(await refused(sandbox().folder('innocent', { a: 'a' }))).toBe('NOT_A_WORKTREE');
  expect(existsSync(join(repo.path, 'README.md'))).toBe(true);
  // From the worktree's own point of view the main work tree is no worktree to remove either.
  expect(codeOf(await remove({ repository: place.cwd, cwd: repo.path, branch: null }))).toBe('NOT_A_WORKTREE');
  expect(codeOf(await remove({ repository: repo.path, cwd: spec.cwd, branch: 'main' }))).toBe('BRANCH_IN_USE');
  expect(lstatSync(repo.path).isDirectory()).toBe(true);
  value(await remove({ repository: repo.path, cwd: spec.cwd, branch }));
  value(await remove({ repository: repo.path, cwd: spec.cwd, branch }));
  expect(repo.git(['for-each-ref', '--format=%(refname)'])).toBe('refs/heads/main');
});
