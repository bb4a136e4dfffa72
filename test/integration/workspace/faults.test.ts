/** What the machine may lack: git, an identity, disk space. Each is told by name, and nothing is half done. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspect, merge, prepareWorkspace } from '#host/workspace/index.ts';
import { SLOW, codeOf, listener, useSandbox, value, worktree, worktreeSpec, snapshot } from './use.ts';

const sandbox = useSandbox({ identity: false });

test('without an identity nothing is committed in a guessed name', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const { place, base, branch, tree } = await worktree(repo, 'nobody');
  tree.write('x', 'x\n');
  const shot = value(await snapshot(place)).tree;
  const refused = await merge({ ...place, base, snapshot: shot, branch, target: 'main', method: 'squash', message: 'X' });
  expect(refused).toMatchObject({ ok: false, fault: { code: 'GIT_IDENTITY_MISSING' } });
  if (!refused.ok) expect(refused.fault.fix).toMatch(/git config --global user\.name .* git config --global user\.email /);
  expect(repo.git(['rev-parse', 'main'])).toBe(base);
  // An identity of this repository alone is one.
  repo.git(['config', 'user.name', 'Local']);
  repo.git(['config', 'user.email', 'local@example.com']);
  value(await merge({ ...place, base, snapshot: shot, branch, target: 'main', method: 'squash', message: 'X' }));
  expect(repo.git(['log', '-1', '--format=%an <%ae>', 'main'])).toBe('Local <local@example.com>');
});

test('a machine without git is told apart from a folder that is gone', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const path = process.env['PATH'];
  process.env['PATH'] = sandbox().root;
  try {
    expect(codeOf(await inspect({ path: repo.path }))).toBe('GIT_NOT_FOUND');
    expect(codeOf(await snapshot({ cwd: join(repo.path, 'gone'), repository: repo.path, gitDir: null }))).toBe('FOLDER_MISSING');
  } finally {
    process.env['PATH'] = path;
  }
});

test('another git that holds the index of the target is waited for by a person, not by us', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  repo.git(['config', 'user.name', 'Local']);
  repo.git(['config', 'user.email', 'local@example.com']);
  const { place, base, branch, tree } = await worktree(repo, 'held');
  tree.write('x', 'x\n');
  // The agent's own git may hold its index at any moment: a snapshot does not need it.
  writeFileSync(tree.git(['rev-parse', '--path-format=absolute', '--git-path', 'index.lock']), '');
  const shot = value(await snapshot(place)).tree;
  writeFileSync(join(repo.path, '.git/index.lock'), '');
  const input = { ...place, base, snapshot: shot, branch, target: 'main', method: 'squash' as const, message: 'X' };
  expect(codeOf(await merge(input))).toBe('REPOSITORY_BUSY');
  expect(repo.git(['rev-parse', 'main'])).toBe(base);
  rmSync(join(repo.path, '.git/index.lock'));
  value(await merge(input));
});

test('a full disk is named by preparation and snapshot; what was begun is taken back and works after space is made', { timeout: SLOW }, async (context) => {
  const disk = join(sandbox().root, 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { encoding: 'utf8' });
  if (mounted.status !== 0) return context.skip(`no small disk can be mounted here: ${(mounted.error?.message ?? mounted.stderr).trim()}`);
  try {
    const repo = sandbox().repo({ name: 'disk/repo', files: { big: 'x'.repeat(600_000), small: 's\n' } });
    const fill = (spare = 3): void => {
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(0, (bavail - spare) * bsize)));
    };
    fill();
    const spec = worktreeSpec(repo.path, 'full');
    expect(await prepareWorkspace(spec, { base: null }, listener())).toMatchObject({ ok: false, fault: { code: 'DISK_FULL' } });
    expect(existsSync(spec.cwd)).toBe(false);
    expect(repo.git(['for-each-ref', '--format=%(refname)'])).toBe('refs/heads/main');
    expect(repo.git(['worktree', 'list', '--porcelain']).match(/^worktree /gm)).toHaveLength(1);
    rmSync(join(disk, 'filler'));

    const { place, base } = value(await prepareWorkspace(spec, { base: null }, listener()));
    // Not to be packed: it cannot fit as an object beside itself.
    const noise = Buffer.alloc(900_000);
    crypto.getRandomValues(noise.subarray(0, 65_536));
    for (let from = 65_536; from < noise.length; from += 65_536) crypto.getRandomValues(noise.subarray(from, Math.min(from + 65_536, noise.length)));
    writeFileSync(join(place.cwd, 'noise'), noise);
    fill();
    expect(codeOf(await snapshot(place))).toBe('DISK_FULL');
    rmSync(join(disk, 'filler'));

    // A merge that fills the disk half way leaves the target's work tree as it was.
    rmSync(join(place.cwd, 'noise'));
    writeFileSync(join(place.cwd, 'big'), noise);
    writeFileSync(join(place.cwd, 'added'), 'a\n');
    const shot = value(await snapshot(place)).tree;
    rmSync(join(place.cwd, 'big'));
    repo.git(['config', 'user.name', 'Local']);
    repo.git(['config', 'user.email', 'local@example.com']);
    fill(8);
    const input = { ...place, base, snapshot: shot, branch: spec.branch, target: 'main', method: 'squash' as const, message: 'X' };
    expect(codeOf(await merge(input))).toBe('WRITE_FAILED');
    rmSync(join(disk, 'filler'));
    expect(repo.git(['status', '--porcelain'])).toBe('');
    expect(repo.git(['rev-parse', 'main'])).toBe(base);
    value(await merge(input));
    expect(repo.git(['status', '--porcelain'])).toBe('');
  } finally {
    spawnSync('umount', [disk]);
  }
});
