/**
 * The local agent host, started when it is first needed: opening the app must not wait for it.
 *
 *   idle ──call or wake──► starting ──► started ──stop──► stopped
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LocalHost, LocalHostOptions } from '#pool/index.ts';
import type { HostHealth, HostLink, HostListener } from '#shared/host-protocol/link.ts';
import { fail } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';

/** Makes a local host; the pool's own unless a caller brings another. */
export type HostFactory = (options: LocalHostOptions) => LocalHost;

export type HostGate = { readonly link: HostLink & { wake(): void }; stop(): Promise<void> };

const IDLE: HostHealth = { hostId: 'local', name: 'This machine', state: 'connecting', latencyMs: null, lastSeenAt: null, cause: null };
/** What the environment of the host must not have: it would reach agents, or make Node or Electron behave otherwise. */
const DROPPED = /^(ACC_|ELECTRON_|CLAUDECODE$|NODE_OPTIONS$)/;

export function createHostGate(options: { dataDir: string; store: Store; listener: () => HostListener; log: Log; create?: HostFactory | undefined }): HostGate {
  let started: Promise<LocalHost> | null = null;
  let host: LocalHost | null = null;
  let stopped = false;

  function start(): Promise<LocalHost> {
    started ??= launch();
    return started;
  }

  async function launch(): Promise<LocalHost> {
    const create = options.create ?? (await import('#pool/index.ts')).createLocalHost;
    host = create({
      dataDir: path.join(options.dataDir, 'host'),
      command: hostCommand(),
      env: hostEnv(),
      listener: options.listener(),
      cursors: () => options.store.runs.cursors(),
      log: (text) => options.log('warn', `host: ${text.trimEnd()}`),
    });
    if (!stopped) host.start();
    return host;
  }

  return {
    link: {
      hostId: IDLE.hostId,
      health: () => host?.link.health() ?? IDLE,
      wake: () =>
        void (stopped ? null : start().catch((error: unknown) => options.log('error', 'the agent host could not be started', { error: String(error) }))),
      async call(name, input, callOptions) {
        if (stopped) return fail('HOST_UNREACHABLE', 'The app is closing.');
        return (await start()).link.call(name, input, callOptions);
      },
    },
    async stop() {
      if (stopped) return;
      const running = await started?.catch(() => null);
      stopped = true;
      await running?.stop();
    },
  };
}

/** The host's program: beside the built core, or its source in a checkout. */
function hostCommand(): string[] {
  const here = import.meta.dirname;
  const places = ['host.js', '../host.js', '../host/main.ts'].map((each) => path.resolve(here, each));
  return [process.execPath, places.find((each) => existsSync(each)) ?? places[0] ?? ''];
}

function hostEnv(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined && !DROPPED.test(name)) env[name] = value;
  // Inside the desktop app our own program is Electron, which is Node only when it is told to be.
  return process.versions['electron'] === undefined ? env : { ...env, ELECTRON_RUN_AS_NODE: '1' };
}
