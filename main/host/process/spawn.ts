/**
 * Starts one child program: no shell, its own process group, bounded lines, UTF-8 kept whole, and a stop that leaves nothing behind.
 *
 *   starting ──(spawn)──► running ──(exit)──► draining ──(pipes closed or quiet)──► exited
 *      └──(error)──► fault
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep, setImmediate as nextTick } from 'node:timers/promises';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { splitLines } from './lines.ts';
import { MARKER } from './row.ts';
import { spawnFault, wrongCwd } from './spawn-fault.ts';
import { signal, stopTree } from './stop.ts';
import { startOf } from './table.ts';

export type SpawnOptions = {
  /** Program and arguments; found on PATH of `env` unless it holds a slash. */
  readonly program: readonly string[];
  readonly cwd: string;
  /** The whole environment. Put the session's id into ACC_SESSION: it finds processes that left the tree. */
  readonly env: Readonly<Record<string, string>>;
  /** Most bytes kept of one line of stdout; 2 MB unless told. */
  readonly maxLineBytes?: number;
  /** How long a write may wait for the child to read, in milliseconds; 30 s unless told. */
  readonly writeTimeoutMs?: number;
  readonly onStderr: (text: string) => void;
} & (
  | { readonly onStdoutLine: (line: string, cut: number) => void; readonly onStdout?: never }
  /** Text as it comes, for programs whose output is not lines. */
  | { readonly onStdout: (text: string) => void; readonly onStdoutLine?: never }
);

export type ExitStatus = { readonly code: number | null; readonly signal: string | null };

export type Child = {
  readonly pid: number;
  /**
   * Writes to the child's stdin.
   * @returns false when the input is closed, the child does not read within the limit, or too much waits already
   */
  write(text: string): Promise<boolean>;
  endInput(): void;
  /** Sends a signal to the whole process group; false when it is gone. */
  signal(name: NodeJS.Signals): boolean;
  /** SIGTERM to the whole tree, SIGKILL after `graceMs`; resolves when no process of it is left. Also after the exit, for what the child left behind. */
  stop(graceMs: number): Promise<void>;
  /** Resolves once, after the last output was delivered. Never rejects. */
  readonly exited: Promise<ExitStatus>;
};

const MAX_LINE_BYTES = 2 * 1024 * 1024;
const WRITE_TIMEOUT_MS = 30_000;
/** Most that may wait to be read by the child, in bytes. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/** After the exit a grandchild may hold the pipes open: quiet this long counts as the end, in milliseconds. */
const QUIET_MS = 300;
const DRAIN_LIMIT_MS = 3000;

/** Lets so many callers through per turn of the event loop. */
function createGate(perTurn: number): () => Promise<void> {
  let gate: Promise<void> = Promise.resolve();
  let count = 0;
  return () => (count++ % perTurn === 0 ? (gate = gate.then(() => nextTick())) : gate);
}

/** Each start blocks for milliseconds, and 200 in a row would silence the host for half a second. */
const myTurn = createGate(1);
/** 200 programs that are asked to end at once do so, and the loop would have to take in all their exits in one turn. */
const myEnd = createGate(10);

/** @returns the running child, or AGENT_NOT_FOUND, AGENT_NOT_EXECUTABLE, CWD_MISSING, SPAWN_FAILED */
export async function spawnChild(options: SpawnOptions): Promise<Result<Child>> {
  const [file, ...args] = options.program;
  if (!file) return fail('AGENT_NOT_FOUND', 'No program was named.', { fix: 'Set the command of this agent in Settings.' });
  const badCwd = await wrongCwd(options.cwd);
  if (badCwd) return { ok: false, fault: badCwd };

  await myTurn();
  let child: ChildProcessWithoutNullStreams;
  try {
    child = spawn(file, args, { cwd: options.cwd, env: { ...options.env }, detached: true, shell: false, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  } catch (error) {
    return { ok: false, fault: await spawnFault(error, file, options) };
  }
  const exited = follow(child, options);
  let rootGone = false;
  child.once('exit', () => (rootGone = true));
  try {
    if (child.pid === undefined) await once(child, 'spawn');
  } catch (error) {
    return { ok: false, fault: await spawnFault(error, file, options) };
  }
  const { pid } = child;
  if (pid === undefined) return fail('SPAWN_FAILED', `${file} could not be started.`, { why: 'The system gave it no process id.' });
  const start = await startOf(pid);

  return ok({
    pid,
    exited,
    write: (text) => write(child, text, options.writeTimeoutMs ?? WRITE_TIMEOUT_MS),
    endInput: () => void child.stdin.end(),
    signal: (name) => !rootGone && signal(-pid, name),
    stop: async (graceMs) => {
      await myEnd();
      // Without waiting for a look at the process table: most trees are their root's group.
      const groupAsked = !rootGone && signal(-pid, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
      await stopTree({ root: { pid, start }, marker: options.env[MARKER] ?? null, graceMs, groupAsked });
      await exited;
    },
  });
}

/** Wires the output; resolves when the child has exited and its output was delivered. */
function follow(child: ChildProcessWithoutNullStreams, options: SpawnOptions): Promise<ExitStatus> {
  let heardAt = performance.now();
  const lines = options.onStdoutLine ? splitLines(options.maxLineBytes ?? MAX_LINE_BYTES, options.onStdoutLine) : textOf(options.onStdout);
  const errors = textOf(options.onStderr);
  for (const [stream, sink] of [[child.stdout, lines] as const, [child.stderr, errors] as const]) {
    stream.on('data', (chunk: Buffer) => {
      heardAt = performance.now();
      sink.push(chunk);
    });
    stream.on('error', () => stream.destroy());
  }
  // A child that closes its input early is told by `write`, not by a crash of the host.
  child.stdin.on('error', () => child.stdin.destroy());
  child.on('error', () => undefined);

  return new Promise((resolve) => {
    child.once('exit', (code, name) => {
      void (async () => {
        const closed = new AbortController();
        child.once('close', () => closed.abort());
        heardAt = performance.now();
        const limit = heardAt + DRAIN_LIMIT_MS;
        while (!closed.signal.aborted && performance.now() < limit) {
          await sleep(QUIET_MS / 3, undefined, { signal: closed.signal }).catch(() => undefined);
          await nextTick(); // lets pending reads in before quiet is believed
          if (performance.now() - heardAt > QUIET_MS) break;
        }
        for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
        lines.end();
        errors.end();
        resolve({ code, signal: name });
      })();
    });
  });
}

function textOf(onText: (text: string) => void): { push(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  const give = (text: string): void => {
    if (text !== '') onText(text);
  };
  return { push: (chunk) => give(decoder.write(chunk)), end: () => give(decoder.end()) };
}

function write(child: ChildProcessWithoutNullStreams, text: string, timeoutMs: number): Promise<boolean> {
  const { stdin } = child;
  if (!stdin.writable || stdin.writableLength > MAX_WAITING_BYTES) return Promise.resolve(false);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    stdin.write(text, (error) => {
      clearTimeout(timer);
      resolve(!error);
    });
  });
}
