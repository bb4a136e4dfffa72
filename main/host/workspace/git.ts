/**
 * Runs the `git` program: no shell, an environment of its own, a time limit, cancel, bounded output. Everything here is the
 * app's own plumbing, so the user's hooks never run and nothing prompts, collects garbage or asks a file system monitor.
 * The agent's own git commands do not come through here: they run the user's hooks as always.
 */
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { childEnvironment } from '#host/process/environment.ts';
import { signal } from '#host/process/stop.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { faultOfGit } from './git-faults.ts';

/** Where a command runs. `gitDir` names a git folder apart from the files: the snapshot store of a folder outside git. */
export type GitAt = { readonly cwd: string; readonly gitDir?: string | null };

export type GitOptions = {
  readonly env?: Readonly<Record<string, string>>;
  /** A promise when it is not known yet: git is started and waits for it. */
  readonly input?: string | Uint8Array | Promise<string>;
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
/** Between SIGTERM, at which git removes its lock files, and SIGKILL; milliseconds. */
const GRACE_MS = 3000;

/** Messages in English for {@link faultOfGit}, and no prompt or editor that nobody could answer. */
const QUIET = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', SSH_ASKPASS: '', GIT_EDITOR: 'false' };

/**
 * Runs one git command.
 * @returns its output, or a fault: `GIT_NOT_FOUND`, `FOLDER_MISSING`, `GIT_TIMEOUT`, `CANCELLED`, `GIT_OUTPUT_TOO_LARGE`, or what
 *   {@link faultOfGit} reads from its stderr
 */
export async function git(at: GitAt, args: readonly string[], options: GitOptions = {}): Promise<Result<GitOutput>> {
  const { timeoutMs = 60_000, maxBytes = 64 * 1024 * 1024, accept = [0] } = options;
  if (options.signal?.aborted) return cancelled();
  const { end, error, code, stdout, stderr } = await run(at, args, { ...options, timeoutMs, maxBytes });
  const name = args.find((arg) => !arg.startsWith('-')) ?? '';
  if (error) return spawnFault(error, at.cwd);
  if (end === 'cancel') return cancelled();
  if (end === 'time')
    return fail('GIT_TIMEOUT', `git ${name} did not end within ${Math.round(timeoutMs / 1000)} s in ${at.cwd}.`, {
      fix: 'Try again when the disk is less busy.',
    });
  if (end === 'size' && !options.cut) return fail('GIT_OUTPUT_TOO_LARGE', `git ${name} answered with more than ${maxBytes} bytes in ${at.cwd}.`);
  if (end === 'size' || (code !== null && accept.includes(code))) return ok({ code: code ?? 0, stdout, stderr, cut: end === 'size' });
  return { ok: false, fault: faultOfGit(name, at.cwd, code, stderr) };
}

type Ended = {
  /** Why we ended it; null when it ended by itself. */
  readonly end: 'size' | 'time' | 'cancel' | null;
  /** Why it never started. */
  readonly error: NodeJS.ErrnoException | null;
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
};

function run(at: GitAt, args: readonly string[], options: GitOptions & { timeoutMs: number; maxBytes: number }): Promise<Ended> {
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
    let end: Ended['end'] = null;
    let error: Ended['error'] = null;
    let hard: NodeJS.Timeout | undefined;
    const stop = (why: Ended['end']): void => {
      if (end !== null) return;
      end = why;
      signalGroup(child.pid, 'SIGTERM');
      hard = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS);
    };
    const timer = setTimeout(() => stop('time'), options.timeoutMs);
    const onAbort = (): void => stop('cancel');
    options.signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      const kept = chunk.subarray(0, options.maxBytes - bytes);
      chunks.push(kept);
      bytes += kept.length;
      if (kept.length < chunk.length) stop('size');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text.slice(0, MAX_STDERR - stderr.length);
    });
    // git may answer without reading all of its input; the exit code tells the truth then.
    child.stdin.on('error', () => undefined);
    const { input = '' } = options;
    if (input instanceof Promise) void input.then((text) => child.stdin.end(text));
    else child.stdin.end(input);
    child.once('error', (cause) => (error = cause));
    // Comes in every case, also after a start that failed.
    child.once('close', (code) => {
      clearTimeout(timer);
      clearTimeout(hard);
      options.signal?.removeEventListener('abort', onAbort);
      resolve({ end, error, code, stdout: Buffer.concat(chunks), stderr });
    });
  });
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid !== undefined) signal(-pid, name);
}

function cancelled(): Result<never> {
  return fail('CANCELLED', 'The work on the repository was cancelled.');
}

async function spawnFault(cause: NodeJS.ErrnoException, cwd: string): Promise<Result<never>> {
  if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR') return fail('GIT_FAILED', `git could not be started in ${cwd}.`, { why: cause.message });
  const folder = await stat(cwd).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return folder
    ? fail('GIT_NOT_FOUND', 'The git program was not found.', { fix: 'Install git 2.38 or newer and make sure that it is on PATH.' })
    : fail('FOLDER_MISSING', `There is no folder ${cwd}.`, { fix: 'Bring the folder back, or take the repository off the list.' });
}

/** As {@link git}, for an answer of one line; only git's own line end is taken off, since a path may end in white space. */
export async function gitLine(at: GitAt, args: readonly string[], options: GitOptions = {}): Promise<Result<string>> {
  const answer = await git(at, args, options);
  return answer.ok ? ok(answer.value.stdout.toString('utf8').replace(/\r?\n$/, '')) : answer;
}
