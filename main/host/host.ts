/**
 * The agent host: listens for a control center, runs sessions near the code, and keeps every event until it is acknowledged.
 * Puts the rooms together: spool, sessions with their drivers, workspaces, checks, diagnostics.
 */
import os from 'node:os';
import path from 'node:path';
import { ok, type Result } from '#shared/lib/fault.ts';
import { HOST_PROTOCOL, type Cursor, type HostFrame } from '#shared/host-protocol/frames.ts';
import { acpDriver } from './acp/driver.ts';
import { createChecks } from './checks/runner.ts';
import { claudeDriver } from './claude/driver.ts';
import { commandDriver } from './command/driver.ts';
import { carryOut, type CommandHandlers } from './commands.ts';
import { diagnose } from './diagnose/diagnose.ts';
import { measureSessions } from './gauges.ts';
import { hostId } from './identity.ts';
import { childEnvironment, gatewayEnvironment } from './process/environment.ts';
import { createReaper } from './process/reap.ts';
import { CenterConnection } from './server/center-connection.ts';
import { AnsweredCommands } from './server/idempotency.ts';
import { listen } from './server/listen.ts';
import { Sessions } from './sessions.ts';
import { beSoleHost } from './sole.ts';
import { Spool } from './spool/spool.ts';
import * as workspace from './workspace/index.ts';

export type HostOptions = {
  /** Folder of the spool and of the records of what was started. */
  readonly dataDir: string;
  readonly address: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly token: string;
  readonly version: string;
};

export type RunningHost = {
  readonly port: number;
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

  let center: CenterConnection | null = null;
  const environment = (marker: string, add: Readonly<Record<string, string>> = {}): Record<string, string> =>
    childEnvironment({ from: process.env, add, marker });
  const spares = workspace.createSpares();
  const sessions = new Sessions({
    spool,
    reaper,
    drivers: { 'claude-code': claudeDriver, acp: acpDriver, command: commandDriver },
    prepare: (spec, known, on) => workspace.prepareWorkspace(spec, known, { ...on, spares }),
    environment: (sessionId, extra) => environment(sessionId, { ...gatewayEnvironment(process.env), ...extra }),
    live: (sessionId, part) => center?.sendLive({ t: 'live', parts: [{ sessionId, part }] }),
    now: Date.now,
  });
  const checks = createChecks({ environment: (checkId) => environment(checkId), leftovers: reaper });
  const handlers = commandHandlers(sessions, checks);
  const answered = new AnsweredCommands<HostFrame>();
  const identity = {
    id: await hostId(options.dataDir),
    name: os.hostname(),
    version: options.version,
    pid: process.pid,
    platform: process.platform,
    startedAt: Date.now(),
  };

  const door = await listen(options.address, options.port, options.token, (socket) => {
    const connection: CenterConnection = new CenterConnection({
      socket,
      spool,
      welcome: (have) => ({ t: 'welcome', protocol: HOST_PROTOCOL, host: identity, streams: streamsFor(spool, sessions, have) }),
      onReady() {
        // One control center at a time: the newest is the one that restarted.
        center?.close(4409, 'another control center took over');
        center = connection;
      },
      onCommand: (frame) => answered.once(frame.id, () => carryOut(handlers, frame)),
      onClosed() {
        if (center === connection) center = null;
      },
    });
  });
  if (!door.ok) return door;
  spool.onDurable = () => center?.pump();
  const stopMeasuring = measureSessions(sessions, (frame) => center?.sendLive(frame));

  return ok({
    port: door.value.port,
    async stop() {
      stopMeasuring();
      await Promise.all([sessions.close(GRACE_MS), checks.close(), spares.close()]);
      center?.send({ t: 'bye', reason: 'the agent host ends' });
      await untilAcknowledged(spool, FLUSH_MS);
      await door.value.close();
      await spool.close();
      await release();
    },
  });
}

/** What the host can tell a center that has `have`. */
function streamsFor(spool: Spool, sessions: Sessions, have: readonly Cursor[]): Extract<HostFrame, { t: 'welcome' }>['streams'] {
  const known = new Map(have.map((cursor) => [`${cursor.sessionId}/${cursor.epoch}`, cursor.seq]));
  return spool.all().map((stream) => ({
    sessionId: stream.sessionId,
    epoch: stream.epoch,
    seq: stream.durable,
    first: stream.first,
    recovered: stream.first <= (known.get(`${stream.sessionId}/${stream.epoch}`) ?? 0) + 1,
    live: sessions.isLive(stream.sessionId, stream.epoch),
  }));
}

async function untilAcknowledged(spool: Spool, limitMs: number): Promise<void> {
  const until = Date.now() + limitMs;
  while (Date.now() < until && spool.all().some((stream) => stream.acked < stream.durable)) await new Promise((resolve) => setTimeout(resolve, 10));
}

function commandHandlers(sessions: Sessions, checks: ReturnType<typeof createChecks>): CommandHandlers {
  return {
    'session.start': (input) => sessions.start(input),
    'session.send': (input) => sessions.send(input),
    'session.answer': (input) => sessions.answer(input),
    'session.interrupt': (input) => sessions.interrupt(input),
    'session.stop': (input) => sessions.stop(input),
    'session.list': async () => ok({ sessions: sessions.running() }),
    'workspace.inspect': (input) => workspace.inspect(input),
    'workspace.snapshot': (input) => workspace.snapshot(input),
    'workspace.files': (input) => workspace.files(input),
    'workspace.file': (input) => workspace.file(input),
    'workspace.patch': (input) => workspace.patch(input),
    'workspace.merge': (input) => workspace.merge(input),
    'workspace.unmerge': (input) => workspace.unmerge(input),
    'workspace.restore': (input) => workspace.restore(input),
    'workspace.usage': (input) => workspace.usage(input),
    'workspace.remove': (input) => workspace.remove(input),
    'check.run': (input) => checks.run(input),
    'check.cancel': ({ checkId }) => checks.cancel(checkId),
    'host.diagnose': (input) => diagnose(input),
  };
}
