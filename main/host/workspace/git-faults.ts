/** Reads git's stderr (always English: LC_ALL=C) as a fault with a stable code and what to do. Pure. */
import { fail, type Fault, type Result } from '#shared/lib/fault.ts';

type Reading = { readonly match: RegExp; readonly fault: (cwd: string, found: RegExpExecArray) => Omit<Fault, 'why'> };

const READINGS: readonly Reading[] = [
  {
    match: /detected dubious ownership in repository at '([^']*)'/,
    fault: (cwd, found) => ({
      code: 'REPOSITORY_UNSAFE',
      message: `git refuses ${cwd} because the folder belongs to another user.`,
      fix: `If you trust it, run: git config --global --add safe.directory '${found[1]}'`,
    }),
  },
  {
    match: /No space left on device|Disk quota exceeded/,
    fault: (cwd) => ({
      code: 'DISK_FULL',
      message: `The disk is full; git could not write in ${cwd}.`,
      fix: 'Free some space (old worktrees are listed under Repositories) and try again.',
    }),
  },
  {
    // After a write that stopped half way git gives no reason, so neither do we.
    match: /unable to write file|failed to write|write error/,
    fault: (cwd) => ({
      code: 'WRITE_FAILED',
      message: `git could not write a file in ${cwd}: the disk is full or failing.`,
      fix: 'Look how much space is free, make some, and try again.',
    }),
  },
  {
    match: /Unable to create '([^']*\.lock)': File exists/,
    fault: (_cwd, found) => ({
      code: 'REPOSITORY_BUSY',
      message: 'Another git command holds the repository.',
      fix: `Wait for it to end. If no git is running, delete ${found[1]}.`,
    }),
  },
  {
    // A worktree outlives its repository, and then points to nothing.
    match: /not a git repository: (.+?)(?:\/\.git)?\/worktrees\/[^/\n]+$/m,
    fault: (cwd, found) => ({
      code: 'REPOSITORY_MISSING',
      message: `The repository ${found[1]}, which the worktree ${cwd} belongs to, is not there any more.`,
      fix: 'Bring the folder back, or take the repository off the list.',
    }),
  },
  {
    match: /not a git repository/,
    fault: (cwd) => ({ code: 'NOT_A_REPOSITORY', message: `${cwd} is not in a git repository.`, fix: 'Choose the folder that holds the repository.' }),
  },
  {
    match: /unable to auto-detect email|no email was given|no name was given|empty ident name|tell me who you are/,
    fault: () => ({
      code: 'GIT_IDENTITY_MISSING',
      message: 'git does not know who you are, so it cannot record a commit in your name.',
      fix: 'Run: git config --global user.name "Your Name" and git config --global user.email you@example.com',
    }),
  },
  {
    match: /unable to (?:read|open) (?:file |index file )?.*Permission denied|open\(".*"\): Permission denied|could not open .*Permission denied/,
    fault: (cwd) => ({
      code: 'FILE_UNREADABLE',
      message: `A file in ${cwd} cannot be read.`,
      fix: 'Give your user the right to read it, or add it to .gitignore.',
    }),
  },
];

/**
 * @param name the git command, for the sentence
 * @param code its exit code; null when a signal ended it
 */
export function faultOfGit(name: string, cwd: string, code: number | null, stderr: string): Fault {
  const why = stderr.trim().slice(-2000);
  for (const { match, fault } of READINGS) {
    const found = match.exec(stderr);
    if (found) return { ...fault(cwd, found), why };
  }
  return {
    code: 'GIT_FAILED',
    message: `git ${name} failed in ${cwd} (${code === null ? 'ended by a signal' : `exit code ${code}`}).`,
    ...(why === '' ? {} : { why }),
  };
}

/** The fault of a repository without files, for every command that needs some. */
export function bareFault(path: string): Result<never> {
  return fail('REPOSITORY_BARE', `${path} is a bare repository: it has no files to work on.`, { fix: 'Clone it, and choose the clone.' });
}
