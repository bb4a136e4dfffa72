/** Nine agents that say a thousand events a second in sum over ACP, on the built product, with a page of Chromium signed in beside it. */
import path from 'node:path';
import { makeSandbox } from '#test/support/repos.ts';
import { SessionEvent } from '#shared/domain/session-event.ts';
import type { Query } from '#shared/domain/query.ts';
import { questions } from './charts-open.ts';
import { build, startCore, type BenchCore } from './core.ts';
import { openPage, type BenchPage } from './page.ts';
import { startSpeaker, type Speaker } from './speakers.ts';
import { liftLimits, whenRunning } from './talkers.ts';
import { until } from './until.ts';

const AGENTS = 9;
export const RATE = 1000;
/** Of four events three are counted by a chart; the fourth is the beginning of a call. */
const MEASURED = 3 / 4;

export type Spoken = {
  readonly core: BenchCore;
  readonly page: BenchPage;
  readonly hostPid: number;
  readonly speakers: readonly Speaker[];
  /** What the six charts ask. */
  readonly queries: readonly Query[];
  /** Measured events the agents say in all. */
  readonly said: number;
  /** Waits until every agent has said all and the analytics know of it. @returns events that the store and the analytics have too few or too many */
  ended(): Promise<{ readonly inStore: number; readonly inAnalytics: number }>;
  close(): Promise<void>;
};

/** @param seconds how long they speak, about */
export async function startSpoken(seconds: number, nodeArgs: readonly string[] = []): Promise<Spoken> {
  build();
  const sandbox = makeSandbox();
  const core = await startCore({ nodeArgs });
  const page = await openPage(core);
  const close = async (): Promise<void> => {
    await page.close();
    await core.close();
    sandbox.close();
  };
  try {
    const repo = sandbox.repo({ name: 'product' });
    await liftLimits(core.client);
    const { id } = await core.client.repositories.add({ path: repo.path });
    const hostPid = await core.host();
    const count = 4 * Math.round((seconds * RATE) / AGENTS / 4);
    const stamps = path.join(core.dataDir, 'stamps');
    const speakers = await Promise.all(Array.from({ length: AGENTS }, (_, i) => startSpeaker(core.client, id, stamps, i + 1, RATE / AGENTS, count)));
    const sessions = speakers.map(({ sessionId }) => sessionId);
    await whenRunning(core.client, sessions, 60_000);
    const queries = questions(speakers);
    const said = AGENTS * count * MEASURED;
    const inAnalytics = async (): Promise<number> => {
      const { answers } = await core.client.analytics.query({ queries: queries.map((query) => ({ ...query, points: 0 })) });
      return answers.reduce((sum, answered) => sum + (answered.ok ? (answered.answer.total.value ?? 0) : 0), 0);
    };
    return {
      core,
      page,
      hostPid,
      speakers,
      queries,
      said,
      async ended() {
        await until(
          'the agents to end their turns',
          async () => (await core.client.sessions.list({ status: ['running'], limit: 100 })).sessions.length === 0,
          120_000,
        );
        let stored = 0;
        for (const session of sessions) stored += await measuredIn(core, session);
        const known = await until('the analytics to know all', async () => ((await inAnalytics()) >= said ? inAnalytics() : null), 30_000).catch(inAnalytics);
        return { inStore: stored - said, inAnalytics: known - said };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Ends of calls and reports of cost among a session's stored events. */
async function measuredIn(core: BenchCore, id: string): Promise<number> {
  let n = 0;
  let spent = 0;
  for (let after = 0; ;) {
    const { events } = await core.client.sessions.events({ id, after, limit: 5000 });
    for (const each of events) {
      const event = SessionEvent.parse(each.event);
      if (event.kind === 'tool_result' && event.status !== 'running') n++;
      if (event.kind === 'usage' && (event.usage.costUsd ?? 0) > spent) {
        spent = event.usage.costUsd ?? 0;
        n++;
      }
    }
    const last = events.at(-1);
    if (!last) return n;
    after = last.seq;
  }
}
