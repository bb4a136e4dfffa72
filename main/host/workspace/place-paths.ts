/**
 * Copies and links paths of the repository (such as `.env` or `node_modules`) into a fresh worktree. Nothing outside the repository
 * is read, nothing outside the worktree is written, and no file that exists there is overwritten.
 */
import { cp, lstat, mkdir, realpath, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import { fail, faultOf, ok, type Result } from '#shared/lib/fault.ts';
import { writePlaced } from './placed.ts';
import type { PrepareOn } from './prepare.ts';
import { topOf } from './worktrees.ts';

type Wish = { readonly repository: string; readonly cwd: string; readonly copyPaths: readonly string[]; readonly linkPaths: readonly string[] };

/** @returns `PATH_ESCAPES` when a path leads out of the repository by `..`, as absolute path or through a symlink; `DISK_FULL` */
export async function placePaths(wish: Wish, on: PrepareOn): Promise<Result<void>> {
  const wishes = [...wish.linkPaths.map((path) => ({ path, how: 'link' as const })), ...wish.copyPaths.map((path) => ({ path, how: 'copy' as const }))];
  if (wishes.length === 0) return ok(undefined);
  const top = await topOf({ cwd: wish.repository }, on.signal);
  if (!top.ok) return top;
  // All are judged before the first is placed: a wrong setting then changes nothing.
  for (const { path } of wishes) {
    const inside = await staysInside(top.value, path);
    if (!inside.ok) return inside;
  }
  const placed: string[] = [];
  for (const { path, how } of wishes) {
    if (on.signal.aborted) return fail('CANCELLED', 'The preparation was cancelled.');
    const name = tidy(path);
    const [source, target] = [join(top.value, name), join(wish.cwd, name)];
    const outcome = await placeOne(source, target, wish.cwd, how).catch((error: unknown) => ({
      ok: false as const,
      fault: placeFault(path, error),
    }));
    if (!outcome.ok) return outcome;
    if (outcome.value === null) placed.push(name.split(sep).join('/'));
    else on.output('stderr', `${path} was not ${how === 'link' ? 'linked' : 'copied'}: ${outcome.value}\n`);
  }
  return writePlaced({ cwd: wish.cwd }, placed);
}

function tidy(path: string): string {
  return normalize(path).replace(/[\\/]+$/, '');
}

/** Whether a setting names something in the repository, also after symlinks; a path that is not there is no escape. */
async function staysInside(top: string, path: string): Promise<Result<void>> {
  const name = tidy(path);
  const escapes = (why: string): Result<void> =>
    fail('PATH_ESCAPES', `${path} cannot be placed in a worktree.`, { why, fix: 'Name a path inside the repository in its settings.' });
  const parts = name.split(sep);
  if (isAbsolute(path) || name === '.' || name === '' || parts.includes('..')) return escapes('It leads out of the repository or names all of it.');
  if (parts.some((part) => part.toLowerCase() === '.git')) return escapes('It names a git folder.');
  const [root, real] = [await realpath(top), await realpath(join(top, name)).catch(() => null)];
  if (real !== null && (relative(root, real) === '' || relative(root, real).startsWith('..') || isAbsolute(relative(root, real))))
    return escapes(`It is a symbolic link to ${real}.`);
  return ok(undefined);
}

/** @returns null when it was placed, else why not, for a person */
async function placeOne(source: string, target: string, cwd: string, how: 'copy' | 'link'): Promise<Result<string | null>> {
  if (!(await lstat(source).catch(() => null))) return ok('it is not in the repository.');
  if (await lstat(target).catch(() => null)) return ok('the worktree has it already.');
  await mkdir(dirname(target), { recursive: true });
  // A tracked symlink in the worktree may lead elsewhere: the folder we write in must truly be inside.
  const [root, parent] = [await realpath(cwd), await realpath(dirname(target))];
  if (parent !== root && !parent.startsWith(root + sep)) return ok('its folder in the worktree is a link to another place.');
  if (how === 'link') await symlink(source, target);
  else await cp(source, target, { recursive: true, force: false, errorOnExist: true, verbatimSymlinks: true, preserveTimestamps: true });
  return ok(null);
}

function placeFault(path: string, error: unknown): ReturnType<typeof faultOf> {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))
    return {
      code: 'DISK_FULL',
      message: `The disk is full; ${path} could not be placed in the worktree.`,
      fix: 'Free some space, or link it instead of copying.',
    };
  return faultOf(error, 'PLACE_FAILED', `${path} could not be placed in the worktree.`);
}
