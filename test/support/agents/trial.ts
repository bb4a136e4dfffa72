/** Runs a driver in a scratch folder and lets a test wait for what it says. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentChoice } from '#shared/domain/agent.ts';
import type { LivePart, SessionEvent, SessionEventOf } from '#shared/domain/session-event.ts';
import { newId } from '#shared/lib/id.ts';
import type { Driver, DriverRun, DriverStart } from '#host/driver.ts';
import { childEnvironment } from '#host/process/environment.ts';
import { markers, processTable } from '#host/process/table.ts';

export type Trial = {
  readonly run: DriverRun;
  readonly cwd: string;
  readonly sessionId: string;
  readonly events: SessionEvent[];
  readonly live: LivePart[];
  /** The last events, for the message of a failed wait. */
  readonly story: () => string;
  /** The first event of a kind that fits, now or later. */
  event<K extends SessionEvent['kind']>(kind: K, fits?: (event: SessionEventOf<K>) => boolean): Promise<SessionEventOf<K>>;
  all<K extends SessionEvent['kind']>(kind: K): SessionEventOf<K>[];
  /** Processes that carry the trial's marker. */
  leftovers(): Promise<number[]>;
  /** Stops the run and removes the folder. */
  end(): Promise<void>;
};

const DEADLINE_MS = 40_000;

export async function startTrial(driver: Driver, agent: Partial<AgentChoice> & Pick<AgentChoice, 'kind'>, more: Partial<DriverStart> = {}): Promise<Trial> {
  const cwd = more.cwd ?? (await mkdtemp(join(tmpdir(), 'acc-trial-')));
  const sessionId = newId('ses');
  const events: SessionEvent[] = [];
  const live: LivePart[] = [];
  const isKind =
    <K extends SessionEvent['kind']>(kind: K) =>
    (event: SessionEvent): event is SessionEventOf<K> =>
      event.kind === kind;
  const run = await driver({
    sessionId,
    agent: { name: '', command: [], model: '', ...agent },
    program: [],
    env: childEnvironment({ from: process.env, marker: sessionId }),
    prompt: '',
    promptFrom: 'task',
    resume: null,
    limits: {},
    allow: [],
    ...more,
    cwd,
    emit: (event) => void events.push(event),
    live: (part) => void live.push(part),
  });
  const story = (): string => JSON.stringify(events.slice(-15));
  return {
    story,
    run,
    cwd,
    sessionId,
    events,
    live,
    async event(kind, fits = () => true) {
      const found = () => events.filter(isKind(kind)).find(fits);
      await until(
        () => found() !== undefined,
        () => `no ${kind}; so far: ${story()}`,
      );
      const event = found();
      if (!event) throw new Error('unreachable');
      return event;
    },
    all: (kind) => events.filter(isKind(kind)),
    leftovers: () => carrying(sessionId),
    async end() {
      await run.stop('stop', 'stopped', 0);
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

/** Waits for a condition. @throws when it does not hold within 40 s */
export async function until(holds: () => boolean | Promise<boolean>, what: () => string = () => 'condition'): Promise<void> {
  for (const end = Date.now() + DEADLINE_MS; !(await holds());) {
    if (Date.now() > end) throw new Error(`Waited too long: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** Pids of living processes whose environment carries this marker. */
export async function carrying(marker: string): Promise<number[]> {
  const table = await processTable();
  return [...(await markers(table, [...table.values()]))].filter(([, value]) => value === marker).map(([pid]) => pid);
}
