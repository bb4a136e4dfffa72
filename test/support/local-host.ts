/** A real local agent host as a child process, with a center that remembers what it was told, for tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createLocalHost, type LocalHost } from '#pool/index.ts';
import type { LivePart, NumberedEvent, SessionEvent, SessionGauge } from '#shared/domain/session-event.ts';
import type { HostInput } from '#shared/host-protocol/commands.ts';
import type { HostHealth, HostListener } from '#shared/host-protocol/link.ts';
import { newId } from '#shared/lib/id.ts';

export type TestHost = {
  readonly host: LocalHost;
  readonly dataDir: string;
  readonly events: Map<string, NumberedEvent[]>;
  readonly live: { sessionId: string; part: LivePart }[];
  readonly gauges: Map<string, SessionGauge>;
  readonly health: HostHealth[];
  readonly streams: Parameters<HostListener['streams']>[0][];
  /** When it returns false the batch is refused, as by a full store. */
  accept: () => boolean;
  kinds(sessionId: string): SessionEvent['kind'][];
  stop(): Promise<void>;
};

/** @param dataDir of an earlier host, to see what it left */
export async function startTestHost(options: { dataDir?: string; events?: Map<string, NumberedEvent[]> } = {}): Promise<TestHost> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(os.tmpdir(), 'acc-host-')));
  const events = options.events ?? new Map<string, NumberedEvent[]>();
  const state: TestHost = {
    dataDir,
    events,
    live: [],
    gauges: new Map(),
    health: [],
    streams: [],
    accept: () => true,
    kinds: (sessionId) => (events.get(sessionId) ?? []).map((numbered) => numbered.event.kind),
    host: createLocalHost({
      dataDir,
      command: [process.execPath, path.resolve('main/host/main.ts')],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: dataDir,
        ...(process.env['NODE_V8_COVERAGE'] ? { NODE_V8_COVERAGE: process.env['NODE_V8_COVERAGE'] } : {}),
      },
      cursors: () =>
        [...events].flatMap(([sessionId, list]) => [
          ...new Map(list.map((numbered) => [numbered.epoch, { sessionId, epoch: numbered.epoch, seq: numbered.seq }])).values(),
        ]),
      log: () => {},
      listener: {
        events(sessionId, batch) {
          if (!state.accept()) throw new Error('refused by the test');
          const list = events.get(sessionId) ?? [];
          events.set(sessionId, list);
          const last = new Map(list.map((numbered) => [numbered.epoch, numbered.seq]));
          for (const numbered of batch) if (numbered.seq > (last.get(numbered.epoch) ?? 0)) list.push(numbered);
        },
        live: (sessionId, part) => state.live.push({ sessionId, part }),
        gauge: (sessionId, gauge) => state.gauges.set(sessionId, gauge),
        streams: (streams) => state.streams.push(streams),
        health: (health) => state.health.push(health),
      },
    }),
    async stop() {
      await state.host.stop();
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
  state.host.start();
  return state;
}

/** A start of a command in a plain folder. */
export function commandStart(cwd: string, command: readonly string[], more: Partial<HostInput<'session.start'>> = {}): HostInput<'session.start'> {
  return {
    sessionId: newId('ses'),
    epoch: newId('att'),
    agent: { kind: 'command', name: '', command: [...command], model: '' },
    program: [],
    workspace: { mode: 'in-place', cwd, vcs: 'none', snapshots: path.join(cwd, '..', 'snapshots.git') },
    base: null,
    prompt: 'do it',
    promptFrom: 'task',
    resume: null,
    limits: {},
    allow: [],
    env: {},
    ...more,
  };
}
