/** A real local agent host as a child process, with a center that remembers what it was told, for tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createLocalHost, localAgentHost, type LocalHost, type Pool } from '#pool/index.ts';
import type { PoolEvent } from '#shared/domain/connection.ts';
import type { LivePart, NumberedEvent, SessionEvent, SessionGauge } from '#shared/domain/session-event.ts';
import type { Cursor } from '#shared/host-protocol/frames.ts';
import type { HostInput } from '#shared/host-protocol/commands.ts';
import { LOCAL_HOST, type HostHealth, type HostLink, type HostListener } from '#shared/host-protocol/link.ts';
import { newId } from '#shared/lib/id.ts';
import { listeningPool } from './pool/listening.ts';

export type TestHost = {
  readonly host: LocalHost;
  readonly pool: Pool;
  readonly link: HostLink;
  readonly dataDir: string;
  readonly events: Map<string, NumberedEvent[]>;
  readonly live: { sessionId: string; part: LivePart }[];
  readonly gauges: Map<string, SessionGauge>;
  readonly health: HostHealth[];
  readonly streams: Parameters<HostListener['streams']>[1][];
  /** What the pool told. */
  readonly told: PoolEvent[];
  /** When it returns false the batch is refused, as by a full store. */
  accept: () => boolean;
  kinds(sessionId: string): SessionEvent['kind'][];
  stop(): Promise<void>;
};

/** @param dataDir of an earlier host, to see what it left */
export async function startTestHost(options: { dataDir?: string; events?: Map<string, NumberedEvent[]> } = {}): Promise<TestHost> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(os.tmpdir(), 'acc-host-')));
  const events = options.events ?? new Map<string, NumberedEvent[]>();
  const live: TestHost['live'] = [];
  const gauges: TestHost['gauges'] = new Map();
  const health: TestHost['health'] = [];
  const streams: TestHost['streams'] = [];
  const cursors = (): Cursor[] =>
    [...events].flatMap(([sessionId, list]) => [
      ...new Map(list.map((numbered) => [numbered.epoch, { sessionId, epoch: numbered.epoch, seq: numbered.seq }])).values(),
    ]);
  const { pool, told } = listeningPool(
    {
      events(_hostId, sessionId, batch) {
        if (!state.accept()) throw new Error('refused by the test');
        const list = events.get(sessionId) ?? [];
        events.set(sessionId, list);
        list.push(...batch);
      },
      live: (_hostId, sessionId, part) => live.push({ sessionId, part }),
      gauge: (_hostId, sessionId, gauge) => gauges.set(sessionId, gauge),
      streams: (_hostId, held) => streams.push(held),
      health: (now) => health.push(now),
    },
    { center: 'test', cursors },
  );
  const host = createLocalHost({
    dataDir,
    command: [process.execPath, path.resolve('main/host/main.ts')],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: dataDir,
      ...(process.env['NODE_V8_COVERAGE'] ? { NODE_V8_COVERAGE: process.env['NODE_V8_COVERAGE'] } : {}),
    },
    log: () => {},
    pool,
  });
  pool.put(localAgentHost(Date.now()), host.target);
  const state: TestHost = {
    dataDir,
    events,
    live,
    gauges,
    health,
    streams,
    told,
    host,
    pool,
    link: pool.of(LOCAL_HOST),
    accept: () => true,
    kinds: (sessionId) => (events.get(sessionId) ?? []).map((numbered) => numbered.event.kind),
    async stop() {
      await host.stop();
      await pool.close();
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
  host.start();
  return state;
}

/** A start of a command in a plain folder. */
export function commandStart(cwd: string, command: readonly string[], more: Partial<HostInput<'session.start'>> = {}): HostInput<'session.start'> {
  return {
    sessionId: newId('ses'),
    epoch: newId('att'),
    agent: { kind: 'command', name: '', command: [...command], model: '' },
    program: [],
    workspace: { mode: 'in-place', cwd, vcs: 'none', snapshots: path.join(cwd, 'snapshots.git') },
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
