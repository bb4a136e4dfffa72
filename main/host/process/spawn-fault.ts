/** Says in words why a program could not be started, and what to do. */
import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Fault } from '#shared/lib/fault.ts';

const SystemError = z.object({ code: z.string(), message: z.string() });

/** The fault for a working folder that is not there; null when it is fine. */
export async function wrongCwd(cwd: string): Promise<Fault | null> {
  const found = await stat(cwd).catch(() => null);
  if (found?.isDirectory()) return null;
  return {
    code: 'CWD_MISSING',
    message: `The folder ${cwd} is not there.`,
    why: found ? 'It is a file, not a folder.' : 'It was moved or deleted, or its disk is not mounted.',
    fix: 'Bring the folder back, or start the task again so that it gets a new one.',
  };
}

/** Reads what `spawn` reported. The system says ENOENT for three different things; the file itself tells which. */
export async function spawnFault(error: unknown, file: string, at: { cwd: string; env: Readonly<Record<string, string>> }): Promise<Fault> {
  const parsed = SystemError.safeParse(error);
  const code = parsed.success ? parsed.data.code : '';
  const badCwd = await wrongCwd(at.cwd);
  if (badCwd) return badCwd;
  const path = await findProgram(file, at.cwd, at.env['PATH'] ?? '');
  if (code === 'ENOENT' && path !== null) {
    const interpreter = await interpreterOf(path);
    return {
      code: 'AGENT_NOT_FOUND',
      message: `${path} could not be started.`,
      why: interpreter ? `Its first line names ${interpreter}, which is not there.` : 'Something that it needs to run is not there.',
      fix: interpreter ? `Install ${interpreter}, or install this agent again.` : 'Install this agent again for this machine.',
    };
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return {
      code: 'AGENT_NOT_FOUND',
      message: `The program ${file} was not found.`,
      why: file.includes('/') ? `There is no file ${file}.` : `No folder on PATH holds ${file}.`,
      fix: `Install ${file}, or set its full path in Settings, Agents.`,
    };
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      code: 'AGENT_NOT_EXECUTABLE',
      message: `The program ${path ?? file} may not be executed.`,
      why: 'It has no execute permission for this user, is a folder, or its disk is mounted noexec.',
      fix: `Run: chmod +x ${path ?? file}`,
    };
  }
  return {
    code: 'SPAWN_FAILED',
    message: `The program ${file} could not be started.`,
    why: error instanceof Error ? error.message : String(error),
    fix: FIXES[code] ?? 'Run it in a terminal in the same folder to see what is wrong.',
  };
}

const FIXES: Readonly<Record<string, string>> = {
  E2BIG: 'Its arguments and environment are too long for the system: shorten them.',
  EAGAIN: 'The system allows no more processes: run fewer sessions at once, or raise the limit (ulimit -u).',
  EMFILE: 'Too many files are open: run fewer sessions at once, or raise the limit (ulimit -n).',
  ENFILE: 'Too many files are open on this machine: run fewer sessions at once.',
  ENOMEM: 'The machine has no memory left: run fewer sessions at once.',
  ENOEXEC: 'The file is no program for this machine: install the build for its processor.',
  ERR_INVALID_ARG_VALUE: 'The command holds a character that no program can get (NUL): remove it.',
};

/** Where a program is: the file itself when it holds a slash, else its first occurrence on `path`. Null when there is none. */
export async function findProgram(file: string, cwd: string, path: string): Promise<string | null> {
  if (file.includes('/')) return (await isFile(resolve(cwd, file))) ? resolve(cwd, file) : null;
  let fallback: string | null = null;
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue;
    const candidate = join(folder, file);
    if (!(await isFile(candidate))) continue;
    if (
      await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return candidate;
    fallback ??= candidate;
  }
  return fallback;
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => !found.isDirectory(),
    () => false,
  );

/** The interpreter that the first line (`#!…`) names; null when there is none. */
async function interpreterOf(path: string): Promise<string | null> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    return /^#!\s*(\S+)/.exec(buffer.toString('utf8', 0, bytesRead))?.[1] ?? null;
  } catch {
    return null;
  }
}
