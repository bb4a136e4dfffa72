/** A worktree that is kept ready: made in a quiet moment, the same as a new one, and never in the way. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSpares, merge, prepareWorkspace, remove, usage } from '#host/workspace/index.ts';
import { dropSpare, makeSpare } from '#host/workspace/spare-make.ts';
import { readySpare } from '#host/workspace/spare.ts';
import { openRepo, type TestRepo } from '#test/support/repos.ts';
import { SLOW, codeOf, listener, useSandbox, value, worktreeSpec, type WorktreeSpec, snapshot } from './use.ts';

const sandbox = useSandbox();
const never = new AbortController().signal;

const specOf = (repo: TestRepo, name: string, more: Partial<WorktreeSpec> = {}): WorktreeSpec => {
  const spec = worktreeSpec(repo.path, name, more);
  return { ...spec, spare: join(dirname(spec.cwd), `.spare-${repo.path.split('/').at(-1)}`) };
};
const spareOf = ({ spare = '' }: WorktreeSpec): string => spare;
const ready = (repo: TestRepo, spec: WorktreeSpec) =>
  makeSpare({ repository: repo.path, folder: spareOf(spec), commit: repo.git(['rev-parse', 'HEAD']) }, never);

async function until(what: string, check: () => boolean): Promise<void> {
  for (const deadline = Date.now() + SLOW / 2; !check();) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function spares(quietMs: number): ReturnType<typeof createSpares> {
  const made = createSpares(quietMs);
  onTestFinished(() => made.close());
  return made;
}

/** What a person, or a program, can tell of a worktree: files with their modes, git's records, refs. */
function portrait(repo: TestRepo, { cwd, branch }: WorktreeSpec): Record<string, unknown> {
  const tree = openRepo(cwd);
  const gitDir = tree.git(['rev-parse', '--absolute-git-dir']);
  const names = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).sort();
  return {
    files: names.map((name) => [name, statSync(join(cwd, name)).mode]),
    records: readdirSync(gitDir, { recursive: true, encoding: 'utf8' }).sort(),
    gitdir: readFileSync(join(gitDir, 'gitdir'), 'utf8').replace(cwd, 'CWD'),
    head: tree.git(['symbolic-ref', 'HEAD']).replace(branch, 'BRANCH'),
    commit: tree.git(['rev-parse', 'HEAD']),
    before: tree.git(['rev-parse', 'ORIG_HEAD']),
    headLog: tree.git(['rev-parse', 'HEAD@{0}']),
    branchLog: repo.git(['reflog', '--format=%H %gs', branch]),
    config: repo.git(['config', '--local', '--list']),
    status: tree.git(['status', '--porcelain', '--ignored']),
    // Without the work of a refresh: the index knows its files as they are.
    touched: tree.git(['diff-files', '--name-only']),
    listed: repo
      .git(['worktree', 'list', '--porcelain'])
      .split('\n\n')
      .find((block) => block.startsWith(`worktree ${cwd}\n`))
      ?.trimEnd()
      .replaceAll(cwd, 'CWD')
      .replace(branch, 'BRANCH'),
  };
}

test('the second start takes what was made in the quiet after the first, and nothing tells the two apart', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { 'src/a.ts': 'a\n', run: '#!/bin/sh\n', '.gitignore': 'out\n' } });
  repo.git(['update-index', '--chmod=+x', 'run']);
  repo.git(['commit', '-q', '-m', 'Runs']);
  const kept = spares(0);
  const [first, second] = [specOf(repo, 'first'), specOf(repo, 'second')];
  expect(value(await prepareWorkspace(first, { base: null }, { ...listener(), spares: kept })).branch).toBe('acc/first');
  await until('the spare', () => readySpare(spareOf(first)) !== null);
  const [inode, usual] = [statSync(spareOf(first)).ino, portrait(repo, first)];
  expect(value(await usage({ paths: [spareOf(first)] })).bytes[0]).toBeGreaterThan(0);

  const { base } = value(await prepareWorkspace(second, { base: null }, { ...listener(), spares: kept }));
  expect(base).toBe(repo.git(['rev-parse', 'HEAD']));
  expect(statSync(second.cwd).ino).toBe(inode);
  expect(portrait(repo, second)).toEqual(usual);
  // And another is made, by a host that was started anew too.
  await until('the next spare', () => readySpare(spareOf(first)) !== null);
  await kept.close();
  const third = specOf(repo, 'third');
  value(await prepareWorkspace(third, { base: null }, { ...listener(), spares: spares(60_000) }));
  expect(portrait(repo, third)).toEqual(usual);
  expect(readySpare(spareOf(first))).toBeNull();
});

test('a base that moved on, or another one, is what the session begins from', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { kept: 'k\n', changed: '1\n', gone: 'g\n' } });
  const old = repo.git(['rev-parse', 'HEAD']);
  const spec = specOf(repo, 'moved');
  expect(await ready(repo, spec)).toBe('ready');
  const inode = statSync(spareOf(spec)).ino;
  repo.write('changed', '2\n');
  repo.write('deep/new', 'n\n');
  repo.git(['rm', '-q', 'gone']);
  const tip = repo.commit('Moves');
  expect(value(await prepareWorkspace(spec, { base: null }, { ...listener(), spares: spares(60_000) })).base).toBe(tip);
  expect(statSync(spec.cwd).ino).toBe(inode);
  const usual = specOf(repo, 'moved-usual');
  value(await prepareWorkspace(usual, { base: null }, listener()));
  expect(portrait(repo, spec)).toEqual(portrait(repo, usual));

  // Attributes rule over files that did not change: those need a fresh checkout.
  expect(await ready(repo, spec)).toBe('ready');
  const before = statSync(spareOf(spec)).ino;
  repo.write('.gitattributes', '* text eol=crlf\n');
  repo.commit('Ends of lines');
  const ends = specOf(repo, 'ends');
  value(await prepareWorkspace(ends, { base: null }, { ...listener(), spares: spares(60_000) }));
  expect(statSync(ends.cwd).ino).not.toBe(before);
  expect(openRepo(ends.cwd).read('kept')).toBe('k\r\n');

  expect(await ready(repo, spec)).toBe('ready');
  const back = specOf(repo, 'back', { base: old });
  expect(value(await prepareWorkspace(back, { base: null }, { ...listener(), spares: spares(60_000) })).base).toBe(old);
  expect(openRepo(back.cwd).read('kept')).toBe('k\n');
  expect(openRepo(back.cwd).git(['status', '--porcelain'])).toBe('');
});

test('settings of git that changed since make it useless, and where git’s files are not plain none is made', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { text: 'a\nb\n' } });
  const spec = specOf(repo, 'settings');
  expect(await ready(repo, spec)).toBe('ready');
  repo.git(['config', 'core.autocrlf', 'true']);
  value(await prepareWorkspace(spec, { base: null }, { ...listener(), spares: spares(60_000) }));
  expect(openRepo(spec.cwd).read('text')).toBe('a\r\nb\r\n');
  expect(await ready(repo, spec)).toBe('ready');
  expect(openRepo(spareOf(spec)).read('text')).toBe('a\r\nb\r\n');

  repo.git(['config', 'core.sparseCheckout', 'true']);
  expect(await ready(repo, spec)).toBe('not now');
  expect(existsSync(spareOf(spec))).toBe(false);
  repo.git(['config', '--unset', 'core.sparseCheckout']);
  repo.write('.gitattributes', '*.bin filter=stamp\n');
  repo.write('a.bin', 'b\n');
  repo.commit('Filtered');
  expect(await ready(repo, spec)).toBe('never');
  expect(existsSync(spareOf(spec))).toBe(false);
  expect(repo.git(['worktree', 'list', '--porcelain']).match(/^worktree /gm)).toHaveLength(2);
});

test('it goes with the clean-up, a folder of somebody else stays, and a merge does not mind it', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const spec = specOf(repo, 'cleaned');
  const { place, base } = value(await prepareWorkspace(spec, { base: null }, listener()));
  expect(await ready(repo, spec)).toBe('ready');
  writeFileSync(join(spec.cwd, 'work'), 'w\n');
  const shot = value(await snapshot(place)).tree;
  value(await merge({ ...place, base, snapshot: shot, branch: spec.branch, target: 'main', method: 'squash', message: 'Work' }));
  expect(repo.read('work')).toBe('w\n');
  value(await remove({ repository: repo.path, cwd: spareOf(spec), branch: null }));
  value(await remove({ repository: repo.path, cwd: spareOf(spec), branch: null }));
  value(await remove({ repository: repo.path, cwd: spec.cwd, branch: spec.branch }));
  expect(repo.git(['worktree', 'list', '--porcelain']).match(/^worktree /gm)).toHaveLength(1);

  const foreign = join(dirname(spec.cwd), '.spare-foreign');
  spawnSync('mkdir', [foreign]);
  writeFileSync(join(foreign, 'mine'), 'm');
  expect(await makeSpare({ repository: repo.path, folder: foreign, commit: base }, never)).toBe('not now');
  expect(codeOf(await remove({ repository: repo.path, cwd: foreign, branch: null }))).toBe('NOT_A_WORKTREE');
  expect(readFileSync(join(foreign, 'mine'), 'utf8')).toBe('m');
});

test('a host killed at any step of taking it leaves nothing wrong', { timeout: SLOW }, async () => {
  const repo = sandbox().repo({ files: { a: 'a\n', 'b/c': 'c\n' } });
  const script = join(import.meta.dirname, '../../support/agents/doomed-start.ts');
  for (let step = 1; ; step++) {
    const spec = specOf(repo, `killed-${step}`);
    expect(await ready(repo, spec)).toBe('ready');
    const run = spawnSync(process.execPath, [script, JSON.stringify(spec), String(step)], { encoding: 'utf8', timeout: SLOW / 2 });
    if (run.signal !== 'SIGKILL') {
      expect([run.stdout, run.stderr]).toEqual(['whole', '']);
      // Every change of the taking was cut off once: the mark of wholeness, the lock, two records, the folder.
      expect(step).toBeGreaterThan(8);
      break;
    }
    const prepared = value(await prepareWorkspace(spec, { base: null }, { ...listener(), spares: spares(60_000) }));
    const tree = openRepo(spec.cwd);
    expect([step, tree.git(['status', '--porcelain']), tree.git(['symbolic-ref', '--short', 'HEAD'])]).toEqual([step, '', spec.branch]);
    expect(tree.git(['rev-parse', 'HEAD'])).toBe(prepared.base);
    expect(tree.read('b/c')).toBe('c\n');
    expect(repo.git(['worktree', 'list'])).not.toContain(`killed-${step} locked`);
  }
  rmSync(join(repo.path, 'b'), { recursive: true });
  await dropSpare(repo.path, spareOf(specOf(repo, 'x')));
  expect(repo.git(['worktree', 'prune', '--dry-run', '--verbose'])).toBe('');
  expect(readdirSync(dirname(specOf(repo, 'x').cwd)).filter((name) => name === '.spare-' + repo.path.split('/').at(-1))).toEqual([]);
});

test('one that was half made by a killed host is made anew', { timeout: SLOW }, async () => {
  const repo = sandbox().repo();
  const spec = specOf(repo, 'half');
  expect(await ready(repo, spec)).toBe('ready');
  const gitDir = readySpare(spareOf(spec))?.gitDir ?? '';
  const undo = [() => rmSync(join(gitDir, 'acc-spare')), () => rmSync(join(spareOf(spec), '.git')), () => rmSync(spareOf(spec), { recursive: true })];
  for (const half of [...undo, () => rmSync(gitDir, { recursive: true })]) {
    half();
    expect(readySpare(spareOf(spec))).toBeNull();
    expect(await ready(repo, spec)).toBe('ready');
  }
  expect(repo.git(['worktree', 'list', '--porcelain']).match(/^worktree /gm)).toHaveLength(2);
});
