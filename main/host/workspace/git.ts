/**
 * Runs the `git` program: no shell, an environment of its own, a time limit, cancel, bounded output. Everything here is the
 * app's own plumbing, so the user's hooks never run and nothing prompts, collects garbage or asks a file system monitor.
 * The agent's own git commands do not come through here: they run the user's hooks as always.
 */
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { childEnvironment } from '#host/process/environment.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { faultOfGit } from './git-faults.ts';

/** Where a command runs. `gitDir` names a git folder apart from the files: the snapshot store of a folder outside git. */
export type GitAt = { readonly cwd: string; readonly gitDir?: string | null };

export type GitOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Milliseconds; 60 s unless told. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Most bytes of stdout that are kept; 64 MiB unless told. More is the fault `GIT_OUTPUT_TOO_LARGE`, or cut when `cut` is set. */
  readonly maxBytes?: number;
  readonly cut?: boolean;
  /** Exit codes that are answers and not failures; 0 unless told. */
  readonly accept?: readonly number[];
};

export type GitOutput = { readonly code: number; readonly stdout: Buffer; readonly stderr: string; readonly cut: boolean };

const SETTINGS: readonly string[] = [
  'core.quotepath=off',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.splitIndex=false',
  'core.safecrlf=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'submodule.recurse=false',
  'i18n.commitEncoding=UTF-8',
  // An identity that git guesses from the host's name would sign a person's merge with an address nobody chose.
  'user.useConfigOnly=true',
].flatMap((setting) => ['-c', setting]);

const MAX_STDERR = 64 * 1024;

/** Messages in English for {@link faultOfGit}, and no prompt or editor that nobody could answer. */
const QUIET = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', SSH_ASKPASS: '', GIT_EDITOR: 'false' };

/**
 * Runs one git command.
 * @returns its output, or a fault: `GIT_NOT_FOUND`, `FOLDER_MISSING`, `GIT_TIMEOUT`, `CANCELLED`, `GIT_OUTPUT_TOO_LARGE`, or what
 *   {@link faultOfGit} reads from its stderr
 */
export async function git(at: GitAt, args: readonly string[], options: GitOptions = {}): Promise<Result<GitOutput>> {
  const { timeoutMs = 60_000, maxBytes = 64 * 1024 * 1024, accept = [0], signal } = options;
  if (signal?.aborted) return cancelled();
  const where = at.gitDir ? ['--git-dir', at.gitDir, '--work-tree', at.cwd, '-c', 'core.bare=false'] : [];
  return new Promise((resolve) => {
    const child = spawn('git', ['--no-optional-locks', ...where, ...SETTINGS, ...args], {
      cwd: at.cwd,
      env: childEnvironment({ from: process.env, add: { ...QUIET, ...options.env } }),
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: filters and clones that git starts end together with it.
      detached: true,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let stderr = '';
    let ended: 'cut' | 'large' | 'time' | 'cancel' | null = null;
    const end = (why: 'cut' | 'large' | 'time' | 'cancel'): void => {
      ended ??= why;
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGTERM');
      } catch {
        // It ended by itself.
      }
      hard ??= setTimeout(() => child.pid !== undefined && killGroup(child.pid), 3000);
    };
    let hard: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => end('time'), timeoutMs);
    const onAbort = (): void => end('cancel');
    signal?.addEventListener('abort', onAbort, { once: true });
    const settle = (result: Result<GitOutput>): void => {
      clearTimeout(timer);
      clearTimeout(hard);
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      if (bytes + chunk.length <= maxBytes) {
        chunks.push(chunk);
        bytes += chunk.length;
      } else if (ended === null) {
        chunks.push(chunk.subarray(0, maxBytes - bytes));
        bytes = maxBytes;
        end(options.cut ? 'cut' : 'large');
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < MAX_STDERR) stderr += text.slice(0, MAX_STDERR - stderr.length);
    });
    // git may answer without reading all of its input; the exit code tells the truth then.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    let started = true;
    child.once('error', (error: NodeJS.ErrnoException) => {
      started = false;
      void spawnFault(error, at.cwd).then(settle);
    });
    child.once('close', (code) => {
      // A program that never started is closed too; the error says more.
      if (!started) return;
      const name = args.find((arg) => !arg.startsWith('-')) ?? '';
      if (ended === 'cancel') settle(cancelled());
      else if (ended === 'time')
        settle(
          fail('GIT_TIMEOUT', `git ${name} did not end within ${Math.round(timeoutMs / 1000)} s in ${at.cwd}.`, {
            fix: 'Try again when the disk is less busy.',
          }),
        );
      else if (ended === 'large') settle(fail('GIT_OUTPUT_TOO_LARGE', `git ${name} answered with more than ${maxBytes} bytes in ${at.cwd}.`));
      else if (ended === 'cut' || (code !== null && accept.includes(code)))
        settle(ok({ code: code ?? 0, stdout: Buffer.concat(chunks), stderr, cut: ended === 'cut' }));
      else settle({ ok: false, fault: faultOfGit(name, at.cwd, code, stderr) });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group is gone.
  }
}

function cancelled(): Result<GitOutput> {
  return fail('CANCELLED', 'The work on the repository was cancelled.');
}

async function spawnFault(error: NodeJS.ErrnoException, cwd: string): Promise<Result<GitOutput>> {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    const folder = await stat(cwd).catch(() => null);
    if (!folder?.isDirectory())
      return fail('FOLDER_MISSING', `There is no folder ${cwd}.`, { fix: 'Bring the folder back, or take the repository off the list.' });
    return fail('GIT_NOT_FOUND', 'The git program was not found.', { fix: 'Install git 2.38 or newer and make sure that it is on PATH.' });
  }
  return fail('GIT_FAILED', `git could not be started in ${cwd}.`, { why: error.message });
}

/** As {@link git}, for an answer of one line; only git's own line end is taken off, since a path may end in white space. */
export async function gitLine(at: GitAt, args: readonly string[], options: GitOptions = {}): Promise<Result<string>> {
  const run = await git(at, args, options);
  return run.ok ? ok(run.value.stdout.toString('utf8').replace(/\r?\n$/, '')) : run;
}
