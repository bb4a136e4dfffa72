/**
 * A spare worktree: made ahead in an idle moment, so that a start has no files to write. One folder per repository and root of
 * worktrees; its HEAD is detached.
 *
 *   nothing ──add──► bare ──fill──► filled ──acc-spare written──► ready ──► taken: acc-spare away ──► locked ──► record leads to the new
 *      ▲                │ killed       │                            │         place ──► folder moved ──► HEAD on the branch ──► unlocked
 *      └── cleared ◄────┴──────────────┴── settings of git changed ─┘
 *
 * The session's own mark (keep.ts) is written before the spare is touched, and the lock goes last: it is the one git leaves where it
 * was killed over a worktree. A start that was killed anywhere in between is repeated on the usual way, which makes such a one anew.
 *
 * Files here are read and written without a turn of the loop between: they are a few bytes each, and the turns would take longer than all
 * of them.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { WorkspaceSpec } from '#shared/host-protocol/commands.ts';

export type WorktreeSpec = Extract<WorkspaceSpec, { mode: 'worktree' }>;

/** What git writes as reason of the lock while it makes a worktree: it stays when git is killed. */
export const HALF_MADE = 'initializing';
/** File in the spare's git folder that says that it is whole: its commit, and under which settings its files were written. */
export const WHOLE = 'acc-spare';

export type Spare = {
  readonly folder: string;
  /** Its git folder, below the common one. */
  readonly gitDir: string;
  /** The repository's common git folder. */
  readonly common: string;
  /** The folder that holds it, as git names it. */
  readonly root: string;
  /** Commit that its files are of. */
  readonly commit: string;
};

/** How the name of every spare begins: a folder of another name is never taken for one. */
export const isSpareName = (folder: string): boolean => basename(folder).startsWith('.spare-');

/** The git folder that a work tree's `.git` file names; empty when there is none, or its path is relative. */
export function linkOf(folder: string): string {
  const link = /^gitdir: (.+)\n$/.exec(readText(join(folder, '.git')))?.[1] ?? '';
  return isAbsolute(link) ? link : '';
}

/** Where a spare keeps its records; null when git has none of the folder. Its files may be half written. */
export function spareAt(folder: string): Omit<Spare, 'commit'> | null {
  const gitDir = linkOf(folder);
  if (gitDir === '') return null;
  const [common, back] = [readText(join(gitDir, 'commondir')), readText(join(gitDir, 'gitdir'))];
  const home = dirname(back.trimEnd());
  if (common === '' || !isAbsolute(home) || basename(home) !== basename(folder)) return null;
  return { folder, gitDir, common: resolve(gitDir, common.trimEnd()), root: dirname(home) };
}

/** The spare at a folder if a session may have it now; null when it is not whole, or git would write its files another way by now. */
export function readySpare(folder: string): Spare | null {
  const at = spareAt(folder);
  if (!at) return null;
  const commit = readText(join(at.gitDir, 'HEAD')).trimEnd();
  const whole = readText(join(at.gitDir, WHOLE)) === wholeText(commit, settingsOf(at.common));
  return whole && !existsSync(join(at.gitDir, 'locked')) ? { ...at, commit } : null;
}

/** What {@link WHOLE} holds. */
export const wholeText = (commit: string, settings: string): string => `${commit} ${settings}\n`;

/** Changes whenever a file changes that says how git writes files into a work tree. */
export function settingsOf(common: string): string {
  const { HOME = homedir(), XDG_CONFIG_HOME = join(HOME, '.config'), GIT_CONFIG_GLOBAL = join(HOME, '.gitconfig') } = process.env;
  const xdg = join(XDG_CONFIG_HOME, 'git');
  const files = [
    ...['config', 'config.worktree', 'info/attributes', 'info/sparse-checkout'].map((name) => join(common, name)),
    GIT_CONFIG_GLOBAL,
    join(xdg, 'config'),
    join(xdg, 'attributes'),
  ];
  const states = files.map((file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found ? `${found.mtimeMs}/${found.size}/${found.ino}` : 'none';
  });
  return createHash('sha256').update(states.join('\n')).digest('hex').slice(0, 24);
}

/** Text of a file; empty when it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
