/**
 * Whatever a session does to its files, its squashed change makes an unchanged target exactly its folder, taking it back makes the target
 * exactly what it was, and what the user has lying about is never touched.
 */
import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, renameSync, rmSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { files, merge, unmerge } from '#host/workspace/index.ts';
import { useSandbox, value, worktree, snapshot } from './use.ts';

const sandbox = useSandbox();

/** Names as latin1 strings of their bytes; some are prefixes of others, so that files and folders change places. */
const NAMES = ['a', 'a/b', 'a/b/c', 'd/e', 'd/f', '-x', 'new\nline', 'sp ace', '"q"', 'caf\xe9', '\xc3\xbc/\xf0\x9f\xa6\x94', ':(top)', 'd/[g]*', 'README.md'];

const name = fc.constantFrom(...NAMES);
const content = fc.oneof(fc.constantFrom('', '1\n', '1\n2\n3\n', 'a\r\nb\r\n', 'no end'), fc.string({ maxLength: 60 }));
const act = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), name, content }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename' as const), name, to: name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mode' as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('link' as const), name, to: fc.constantFrom('README.md', 'nowhere', '..') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('commit' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stage' as const) }) },
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

const at = (root: string, file: string): Buffer => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(file, 'latin1')]);
const there = (path: Buffer): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Makes way for a file: files that stand where its folders shall be go, and whatever has its name. */
function clear(root: string, file: string): void {
  const parts = file.split('/');
  for (let length = 1; length < parts.length; length++) {
    const folder = at(root, parts.slice(0, length).join('/'));
    if (there(folder) && !lstatSync(folder).isDirectory()) rmSync(folder);
    if (!there(folder)) mkdirSync(folder);
  }
  rmSync(at(root, file), { recursive: true, force: true });
}

function perform(root: string, git: (args: readonly string[]) => string, one: Act): void {
  if (one.do === 'commit' || one.do === 'stage') {
    git(['add', '-A']);
    if (one.do === 'commit') git(['commit', '-q', '--allow-empty', '-m', 'Agent']);
    return;
  }
  const path = at(root, one.name);
  const parents = one.name.split('/').slice(0, -1);
  const reachable = parents.every((_, n) => lstatSync(at(root, parents.slice(0, n + 1).join('/')), { throwIfNoEntry: false })?.isDirectory());
  if (one.do === 'write') {
    clear(root, one.name);
    writeFileSync(path, one.content);
  } else if (one.do === 'link') {
    clear(root, one.name);
    symlinkSync(one.to, path);
  } else if (reachable && there(path)) {
    if (one.do === 'delete') rmSync(path, { recursive: true });
    else if (one.do === 'mode') {
      if (lstatSync(path).isFile()) chmodSync(path, lstatSync(path).mode & 0o100 ? 0o644 : 0o755);
    } else if (one.name !== one.to && !one.to.startsWith(`${one.name}/`) && !one.name.startsWith(`${one.to}/`)) {
      clear(root, one.to);
      if (there(path)) renameSync(path, at(root, one.to));
    }
  }
}

/** Every file below a folder: its mode as git sees it and its content, under the latin1 of its name. */
function look(root: string, folder = '', seen = new Map<string, string>()): Map<string, string> {
  for (const entry of readdirSync(at(root, folder), { encoding: 'buffer' })) {
    const file = `${folder}${entry.toString('latin1')}`;
    if (file === '.git') continue;
    const state = lstatSync(at(root, file));
    if (state.isDirectory()) look(root, `${file}/`, seen);
    else if (state.isSymbolicLink()) seen.set(file, `link ${readlinkSync(at(root, file))}`);
    else seen.set(file, `${state.mode & 0o100 ? 'x' : '-'} ${readFileSync(at(root, file)).toString('latin1')}`);
  }
  return seen;
}

test('squash into an unchanged target gives the folder of the session; undo gives the target before it', { timeout: 240_000 }, async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 8 }), fc.array(act, { minLength: 1, maxLength: 14 }), async (history, work) => {
      const repo = sandbox().repo({ name: `property-${++run}`, files: { 'README.md': '# A\n', 'user/dirty': '1\n', 'user/staged': '1\n' } });
      for (const one of history) perform(repo.path, (args) => repo.git(args), one);
      repo.commit('History');
      const { place, base, branch, tree } = await worktree(repo, 'work');
      repo.write('user/dirty', 'mine\n');
      repo.write('user/staged', 'mine\n');
      repo.git(['add', 'user/staged']);
      repo.write('user/staged', 'and more\n');
      repo.write('user/new', 'untracked\n');
      const state = (): unknown => [
        look(repo.path),
        repo.git(['status', '--porcelain', '-z']),
        repo.git(['ls-files', '-s', '-z']),
        repo.git(['rev-parse', 'main']),
      ];
      const before = state();

      for (const one of work) perform(place.cwd, (args) => tree.git(args), one);
      const index = tree.git(['rev-parse', '--git-path', 'index']);
      const bytes = readFileSync(index);
      const shot = value(await snapshot(place)).tree;
      const done = value(await merge({ ...place, base, snapshot: shot, branch, target: 'main', method: 'squash', message: 'Work' }));
      expect(readFileSync(index).equals(bytes)).toBe(true);
      if (!done.merged) throw new Error(`conflicts: ${done.conflicts.join()}`);

      expect(repo.git(['rev-parse', 'main^{tree}'])).toBe(shot);
      const expected = look(place.cwd);
      expected.set('user/dirty', '- mine\n').set('user/staged', '- and more\n').set('user/new', '- untracked\n');
      expect(look(repo.path)).toEqual(expected);
      expect(repo.git(['status', '--porcelain'])).toBe(' M user/dirty\nMM user/staged\n?? user/new');
      // The list of files tells of a difference exactly when there is one.
      expect(value(await files({ ...place, base, snapshot: shot })).files.length > 0).toBe(done.sha !== done.before);

      value(await unmerge({ repository: repo.path, target: 'main', sha: done.sha, before: done.before }));
      expect(state()).toEqual(before);
      rmSync(repo.path, { recursive: true });
      rmSync(place.cwd, { recursive: true });
    }),
    {
      numRuns: 25,
      examples: [
        // A folder and a file change places, and the name is no UTF-8.
        [[{ do: 'write', name: 'caf\xe9/b', content: '' }], [{ do: 'rename', name: 'README.md', to: 'caf\xe9' }]],
      ],
    },
  );
  rmdirSync(`${sandbox().root}/worktrees`);
});
