/**
 * The agent host of this machine: a child process that this one starts, talks to over loopback, and starts again when it dies.
 * The token goes over the child's stdin, which also stays open as the sign that we live: when it ends, the host ends its agents.
 *
 *   stopped ──start──► starting ──announced──► up ──exit──► waiting ──► starting …        stop(): ends it and waits
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Cursor } from '#shared/host-protocol/frames.ts';
import type { HostLink, HostListener } from '#shared/host-protocol/link.ts';
import { parseJson } from '#shared/lib/json.ts';
import { PooledHost } from './host-link.ts';

/** The one line a host prints on stdout when it listens. */
const Announcement = z.object({ type: z.literal('listening'), port: z.number().int().positive() });

const MAX_BACKOFF_MS = 10_000;
/** A host that ran this long is well: the next loss is answered at once again. */
const WELL_MS = 30_000;
const STOP_MS = 4000;

export type LocalHostOptions = {
  /** Folder of the spool and the process records. */
  readonly dataDir: string;
  /** Program and arguments that run the host; `--data` and `--stdin-token` are added. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly listener: HostListener;
  readonly cursors: () => Cursor[];
  readonly log: (text: string) => void;
};

export type LocalHost = {
  readonly link: HostLink;
  /** Process id of the host; null while it does not run. */
  pid(): number | null;
  /** Starts the process if it does not run. Returns at once; `link.call` waits for it. */
  start(): void;
  /** Ends sessions and process; resolves when it is gone, within about 5 s. */
  stop(): Promise<void>;
};

export function createLocalHost(options: LocalHostOptions): LocalHost {
  const link = new PooledHost('local', 'This machine', options.listener, options.cursors);
  let child: ChildProcess | null = null;
  let timer: NodeJS.Timeout | null = null;
  let failures = 0;
  let stopping = false;

  function launch(): void {
    timer = null;
    const token = randomBytes(32).toString('base64url');
    const [program = '', ...args] = options.command;
    const startedAt = Date.now();
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
      if (announced.success && child === host) link.dial({ url: `ws://127.0.0.1:${announced.data.port}/host`, token });
    });
    host.stderr.setEncoding('utf8').on('data', (text: string) => options.log(text.slice(0, 4000)));
    host.once('error', (error) => gone(error.message));
    host.once('exit', (code, signal) => gone(signal ? `the agent host was ended by ${signal}` : `the agent host ended with code ${code}`));

    function gone(cause: string): void {
      if (child !== host) return;
      child = null;
      link.down(cause);
      if (stopping) return;
      failures = Date.now() - startedAt > WELL_MS ? 0 : failures + 1;
      timer = setTimeout(launch, failures <= 1 ? 0 : Math.min(MAX_BACKOFF_MS, 100 * 2 ** failures));
    }
  }

  return {
    link,
    pid: () => child?.pid ?? null,
    start() {
      if (!child && !timer && !stopping) launch();
    },
    async stop() {
      stopping = true;
      if (timer) clearTimeout(timer);
      const host = child;
      if (host) {
        const exited = new Promise((resolve) => host.once('exit', resolve));
        const kill = setTimeout(() => host.kill('SIGKILL'), STOP_MS);
        host.kill('SIGTERM');
        await exited;
        clearTimeout(kill);
      }
      link.close();
    },
  };
}
