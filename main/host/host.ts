/**
 * The agent host: listens for control centers, runs sessions near the code, and keeps every event until it is acknowledged.
 * Puts the rooms together: spool, sessions with their drivers, workspaces, checks, diagnostics, the door.
 *
 *   serving ──drain──► draining (no new sessions) ──► stopping ──► stopped          (stop() from anywhere)
 */
import os from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { ok, type Result } from '#shared/lib/fault.ts';
import type { HostFrame, HostIdentity, HostLoad } from '#shared/host-protocol/frames.ts';
import { acpDriver } from './acp/driver.ts';
import { createChecks } from './checks/runner.ts';
import { claudeDriver } from './claude/driver.ts';
import { commandDriver } from './command/driver.ts';
import { carryOut } from './commands.ts';
import { measureSessions } from './gauges.ts';
import { centerHandlers } from './handlers.ts';
import { hostId } from './identity.ts';
import { createLoadMeter } from './load.ts';
import { Counters } from './metrics/counters.ts';
import { hostMetrics } from './metrics/host-metrics.ts';
import { Telemetry, type TelemetryOptions } from './otlp/telemetry.ts';
import { createProbe } from './probe/probe.ts';
import { childEnvironment, gatewayEnvironment } from './process/environment.ts';
import { createReaper } from './process/reap.ts';
import type { Certificates } from './server/certificates.ts';
import { Connections } from './server/connections.ts';
import { Links } from './server/links.ts';
import { listen, type Door } from './server/listen.ts';
import { spoolSource } from './server/spool-source.ts';
import type { Tokens } from './server/tokens.ts';
import { Sessions } from './sessions.ts';
import { beSoleHost } from './sole.ts';
import { centerFolder } from './spool/spool-file.ts';
import { Spool } from './spool/spool.ts';
import * as workspace from './workspace/index.ts';

export type HostOptions = {
  /** Folder of the spool, of the records of what was started, and of temporary files. */
  readonly dataDir: string;
  readonly address: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Who may connect; closed with the host. */
  readonly tokens: Tokens;
  readonly version: string;
  /** What people call it; absent: the machine's name. */
  readonly name?: string | undefined;
  /** Absent: no TLS. Closed with the host. */
  readonly certificates?: Certificates | undefined;
  /** `/metrics` without a token. */
  readonly openMetrics?: boolean | undefined;
  /** Telemetry of sessions outside the app; absent: none is received. */
  readonly otlp?: TelemetryOptions | undefined;
};

export type RunningHost = {
  readonly port: number;
  /** Of the telemetry receiver; null while there is none. */
  readonly otlpPort: number | null;
  /** Takes no new sessions; resolves when those it has are done, or after `limitMs`. */
  drain(reason: string, limitMs: number): Promise<void>;
  /** Ends all sessions and closes; within about 4 s. */
  stop(): Promise<void>;
};

/** How long agents may take to end when the host goes away, milliseconds. */
const GRACE_MS = 2000;
/** How long the last events may take to reach the center, milliseconds; what does not is in the spool. */
const FLUSH_MS = 500;

/** @returns PORT_TAKEN or LISTEN_FAILED as faults */
export async function startHost(options: HostOptions): Promise<Result<RunningHost>> {
  const release = await beSoleHost(options.dataDir);
  const reaper = createReaper(path.join(options.dataDir, 'started'));
  await reaper.reap();
  const spool = new Spool(options.dataDir);
  await spool.recover(Date.now());
  const scratch = await workspace.openScratch(options.dataDir);

  const counters = new Counters();
  const load = createLoadMeter();
  const environment = (marker: string, add: Readonly<Record<string, string>> = {}): Record<string, string> =>
    childEnvironment({ from: process.env, add, marker });
  const spares = workspace.createSpares();
  const sessions = new Sessions({
    spool,
    reaper,
    drivers: { 'claude-code': claudeDriver, acp: acpDriver, command: commandDriver },
    prepare: (spec, known, on) => workspace.prepareWorkspace(spec, known, { ...on, scratch, spares }),
    environment: (sessionId, extra) => environment(sessionId, { ...gatewayEnvironment(process.env), ...extra }),
    live: (center, sessionId, part) => links.of(center)?.part(sessionId, part),
    now: Date.now,
  });
  const checks = createChecks({ environment: (checkId) => environment(checkId), leftovers: reaper });
  const telemetry = new Telemetry(options.dataDir, options.otlp ?? null, spool, Date.now);
  const centers = new Map<string, string>();
  const links: Links = new Links({
    counters,
    center(center) {
      centers.set(centerFolder(center), center);
      spool.claim(center);
      const handlers = centerHandlers(center, sessions, checks, telemetry, scratch);
      return { source: spoolSource(spool, center, sessions), carryOut: (command) => carryOut(handlers, command) };
    },
    probe(wake) {
      const { source, handlers, close } = createProbe(wake);
      return { source, carryOut: (command) => carryOut(handlers, command), close };
    },
  });
  spool.onDurable = (folder, stream) => links.of(centers.get(folder) ?? '')?.wake(stream);

  const identity: Omit<HostIdentity, 'workRoot'> = {
    id: await hostId(options.dataDir),
    name: options.name ?? os.hostname(),
    version: options.version,
    pid: process.pid,
    platform: process.platform,
    startedAt: Date.now(),
    boot: randomUUID(),
  };
  let draining: string | null = null;
  let stopping = false;
  const drainingFrame = (reason: string): HostFrame => ({ t: 'draining', reason });
  const busy = (): HostLoad => ({ sessions: sessions.size, loopDelayMs: load.loopDelayMs(), rssBytes: load.rssBytes(), spooledBytes: spool.spooledBytes });
  const connections = new Connections({
    tokens: options.tokens,
    counters,
    links,
    identity: (center) => ({ ...identity, workRoot: path.join(options.dataDir, 'work', centerFolder(center)) }),
    load: busy,
    news: () => (draining === null ? [] : [drainingFrame(draining)]),
  });
  const letGo = async (): Promise<void> => {
    connections.close();
    load.close();
    options.tokens.close();
    options.certificates?.close();
    await spool.close();
    await release();
  };
  const door: Result<Door> = await listen({
    address: options.address,
    port: options.port,
    tokens: options.tokens,
    certificates: options.certificates ?? null,
    counters,
    accept: connections.accept,
    notReady: () => (stopping ? 'stopping' : draining === null ? null : `draining: ${draining}`),
    openMetrics: options.openMetrics ?? false,
    metrics: () =>
      hostMetrics({
        identity,
        counters,
        load: busy(),
        draining: draining !== null || stopping,
        links: links.all(),
        connections: connections.count(),
        sockets: door.ok ? door.value.sockets() : 0,
        sessions: sessions.kinds(),
        eventsIn: sessions.emitted,
      }),
  });
  if (!door.ok) {
    await letGo();
    return door;
  }
  const receiving = await telemetry.begin();
  if (!receiving.ok && options.otlp?.whenAsked === false) {
    await door.value.close();
    await letGo();
    return receiving;
  }
  if (!receiving.ok) process.stderr.write(`no telemetry is received: ${receiving.fault.message}\n`);
  const stopMeasuring = measureSessions(sessions, (center, sessionId, gauge) => links.of(center)?.gauge(sessionId, gauge));

  return ok({
    port: door.value.port,
    otlpPort: receiving.ok ? (receiving.value?.port ?? null) : null,
    async drain(reason, limitMs) {
      draining = reason;
      sessions.drain();
      for (const link of links.all()) link.announce(drainingFrame(reason));
      await until(() => sessions.size === 0, limitMs);
    },
    async stop() {
      stopping = true;
      stopMeasuring();
      await Promise.all([sessions.close(GRACE_MS), checks.close(), spares.close(), telemetry.close()]);
      for (const link of links.all()) link.announce({ t: 'bye', reason: 'the agent host ends' });
      // Only centers that are there can take their last events.
      await until(() => centersHaveAll(links, spool), FLUSH_MS);
      await door.value.close();
      await letGo();
    },
  });
}

const centersHaveAll = (links: Links, spool: Spool): boolean =>
  links.all().every((link) => link.size === 0 || link.role === 'probe' || spool.of(link.center).every((stream) => stream.acked >= stream.durable));

async function until(holds: () => boolean, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (!holds() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
}
