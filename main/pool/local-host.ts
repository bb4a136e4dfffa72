/**
 * The agent host of this machine: a child process that this one starts, that the pool talks to over loopback, and that is started again
 * when it dies. The token goes over the child's stdin, which also stays open as the sign that we live: when it ends, the host ends its agents.
 *
 *   stopped ──start──► starting ──announced──► up ──exit──► waiting ──► starting …        stop(): ends it and waits
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { defaultLimits, type AgentHost } from '#shared/domain/connection.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { parseJson } from '#shared/lib/json.ts';
import type { Pool, Target } from './types.ts';

/** The one line a host prints on stdout when it listens. */
const Announcement = z.object({ type: z.literal('listening'), port: z.number().int().positive() });

const MAX_BACKOFF_MS = 10_000;
/** A host that ran this long is well: the next loss is answered at once again. */
const WELL_MS = 30_000;
const STOP_MS = 4000;
/** Commands wait this long for a host that is just being started, on a machine that may be busy. */
const ACQUIRE_MS = 30_000;

/** The row of the local host as it is at first: nothing but this process may end it, so its connections need no short limits. */
export function localAgentHost(now: number): AgentHost {
  return {
    id: LOCAL_HOST,
    name: 'This machine',
    url: '',
    tls: { caFile: '', certFile: '', keyFile: '', serverName: '' },
    weight: 1,
    limits: { ...defaultLimits, minSockets: 1, acquireMs: ACQUIRE_MS },
    admin: 'active',
    addedAt: now,
    rev: 1,
  };
}

export type LocalHostOptions = {
  /** Folder of the spool and the process records. */
  readonly dataDir: string;
  /** Program and arguments that run the host; `--data` and `--stdin-token` are added. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly log: (text: string) => void;
  /** Told when its address is another, and when it ended. */
  readonly pool: Pick<Pool, 'renew' | 'down'>;
};

export type LocalHost = {
  /** For `pool.put`: null while the process does not listen. */
  target(): Target | null;
  /** Process id of the host; null while it does not run. */
  pid(): number | null;
  /** Starts the process if it does not run. Returns at once; commands wait for it. */
  start(): void;
  /** Ends sessions and process; resolves when it is gone, within about 5 s. The pool is to be closed by its owner, after this. */
  stop(): Promise<void>;
};

export function createLocalHost(options: LocalHostOptions): LocalHost {
  let child: ChildProcess | null = null;
  let target: Target | null = null;
  let timer: NodeJS.Timeout | null = null;
  let failures = 0;
  let stopping = false;

  function launch(): void {
    timer = null;
    const token = randomBytes(32).toString('base64url');
    const [program = '', ...args] = options.command;
    const startedAt = performance.now();
    const host = spawn(program, [...args, '--data', options.dataDir, '--stdin-token'], {
      env: { ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      shell: false,
      windowsHide: true,
    });
    child = host;
    host.stdin.on('error', () => {});
    host.stdin.write(`${JSON.stringify({ token })}\n`);
    createInterface({ input: host.stdout }).on('line', (line) => {
      const announced = Announcement.safeParse(parseJson(line));
      if (!announced.success || child !== host) return;
      target = { url: `ws://127.0.0.1:${announced.data.port}`, token, tls: {} };
      options.pool.renew(LOCAL_HOST);
    });
    host.stderr.setEncoding('utf8').on('data', (text: string) => options.log(text.slice(0, 4000)));
    host.once('error', (error) => gone(error.message));
    host.once('exit', (code, signal) => gone(signal ? `the agent host was ended by ${signal}` : `the agent host ended with code ${code}`));

    function gone(cause: string): void {
      if (child !== host) return;
      child = null;
      target = null;
      options.pool.down(LOCAL_HOST, cause);
      if (stopping) return;
      failures = performance.now() - startedAt > WELL_MS ? 0 : failures + 1;
      timer = setTimeout(launch, failures <= 1 ? 0 : Math.min(MAX_BACKOFF_MS, 100 * 2 ** failures));
    }
  }

  return {
    target: () => target,
    pid: () => child?.pid ?? null,
    start() {
      if (!child && !timer && !stopping) launch();
    },
    async stop() {
      stopping = true;
      if (timer) clearTimeout(timer);
      const host = child;
      if (!host) return;
      const exited = new Promise((resolve) => host.once('exit', resolve));
      const kill = setTimeout(() => host.kill('SIGKILL'), STOP_MS);
      host.kill('SIGTERM');
      await exited;
      clearTimeout(kill);
    },
  };
}
