/**
 * Real git repositories in temporary folders, under git settings of their own: the machine's and the user's configuration never
 * reach a test. Call `makeSandbox()` in a test file's setup and `close()` at its end.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type TestRepo = {
  readonly path: string;
  /** Runs git in the repository (or in `cwd`) and gives its trimmed stdout. @throws when git fails */
  git(args: readonly string[], cwd?: string): string;
  /** Writes a file, making its folders. */
  write(name: string, text: string | Uint8Array): void;
  read(name: string): string;
  /** Stages everything and commits. @returns the new commit */
  commit(message: string): string;
};

export type Sandbox = {
  /** The temporary folder that holds everything, symlinks resolved. */
  readonly root: string;
  /** A repository with one commit on `main`; `empty` leaves it without commits. */
  repo(options?: { name?: string; empty?: boolean; files?: Readonly<Record<string, string>> }): TestRepo;
  /** A folder with files that is no repository. */
  folder(name: string, files: Readonly<Record<string, string>>): string;
  close(): void;
};

const GIT_ENV = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL'] as const;

/** Opens a temporary folder and points this process at git settings inside it (a user named Ada, unless `identity` is false). */
export function makeSandbox({ identity = true }: { identity?: boolean } = {}): Sandbox {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'acc-repos-')));
  const before = new Map(GIT_ENV.map((name) => [name, process.env[name]]));
  for (const name of GIT_ENV) delete process.env[name];
  const config = join(root, 'gitconfig');
  writeFileSync(config, `[init]\n\tdefaultBranch = main\n${identity ? '[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n' : ''}`);
  process.env['GIT_CONFIG_GLOBAL'] = config;
  process.env['GIT_CONFIG_SYSTEM'] = '/dev/null';
  let made = 0;
  return {
    root,
    repo: ({ name = `repo-${++made}`, empty = false, files = { 'README.md': '# A\n' } } = {}) => {
      const path = join(root, name);
      mkdirSync(path, { recursive: true });
      const repo = openRepo(path);
      repo.git(['init', '-q', '-b', 'main']);
      for (const [file, text] of Object.entries(files)) repo.write(file, text);
      if (!empty) repo.commit('First');
      return repo;
    },
    folder: (name, files) => {
      const path = join(root, name);
      mkdirSync(path, { recursive: true });
      for (const [file, text] of Object.entries(files)) writeIn(path, file, text);
      return path;
    },
    close: () => {
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    },
  };
}

/** Handles a work tree that exists already, such as a worktree the product made. */
export function openRepo(path: string): TestRepo {
  const git: TestRepo['git'] = (args, cwd = path) => {
    const run = spawnSync('git', args, {
      cwd,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: {
        ...process.env,
        GIT_AUTHOR_NAME: 'Ada Lovelace',
        GIT_AUTHOR_EMAIL: 'ada@example.com',
        GIT_COMMITTER_NAME: 'Ada Lovelace',
        GIT_COMMITTER_EMAIL: 'ada@example.com',
      },
    });
    if (run.status !== 0) throw new Error(`git ${args.join(' ')} in ${cwd}: ${run.stderr}`);
    return run.stdout.replace(/\n$/, '');
  };
  return {
    path,
    git,
    write: (name, text) => writeIn(path, name, text),
    read: (name) => readFileSync(join(path, name), 'utf8'),
    commit: (message) => {
      git(['add', '-A']);
      git(['commit', '-q', '--allow-empty', '-m', message]);
      return git(['rev-parse', 'HEAD']);
    },
  };
}

function writeIn(folder: string, name: string, text: string | Uint8Array): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
