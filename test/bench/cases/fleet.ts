/**
 * 200 command sessions at once, each in a worktree of its own and saying something every second: whether a line is lost or doubled
 * on its way into the store, how fresh a page stays meanwhile, and what core and host need for each session.
 */
import type { Client } from '#shared/contract/index.ts';
import { makeSandbox } from '#test/support/repos.ts';
import { z } from 'zod';
import { build, startCore } from '../lib/core.ts';
import { bounded, type Bench } from '../lib/figure.ts';
import { openPage } from '../lib/page.ts';
import { rssOf } from '../lib/processes.ts';
import { median, percentile } from '../lib/stats.ts';
import { liftLimits, showSession, startTalker, takeDrawn, watchLines, whenRunning } from '../lib/talkers.ts';
import { sleep, until } from '../lib/until.ts';

const SESSIONS = 200;
const EVERY_SECONDS = 1;
/** Lines each prints: enough for all to be started, and then to be measured together. */
const LINES = 240;
const MEASURED_S = 100;
const SHOWN_S = 5;

export const bench: Bench = {
  name: 'fleet',
  title: `${SESSIONS} command sessions at once, a line a second each`,
  async run(say) {
    build();
    const sandbox = makeSandbox();
    const core = await startCore();
    const { page, close } = await openPage(core);
    try {
      const repo = sandbox.repo({ name: 'product' });
      await liftLimits(core.client);
      const { id } = await core.client.repositories.add({ path: repo.path });
      const hostPid = await core.host();
      const rss = (): number => (rssOf(core.pid) + rssOf(hostPid)) / 1e6;
      await sleep(3000);
      const idle = rss();
      const began = performance.now();
      const sessions = await Promise.all(Array.from({ length: SESSIONS }, (_, i) => startTalker(core.client, id, `Talker ${i + 1}`, EVERY_SECONDS, LINES)));
      await whenRunning(core.client, sessions, 120_000);
      say(`all ${SESSIONS} run after ${((performance.now() - began) / 1000).toFixed(1)} s`);

      await watchLines(page);
      const ages: number[] = [];
      const memory: number[] = [];
      for (let shown = 0; shown * SHOWN_S < MEASURED_S; shown++) {
        await showSession(page, sessions[(shown * 17) % SESSIONS] ?? '');
        await sleep(SHOWN_S * 1000);
        ages.push(...(await takeDrawn(page)));
        memory.push(rss());
      }
      const running = (await core.client.sessions.list({ status: ['running'], limit: 1000 })).sessions.length;
      if (running !== SESSIONS) throw new Error(`only ${running} of ${SESSIONS} sessions ran while it was measured`);
      say(`core and host: ${idle.toFixed(0)} MB idle, ${median(memory).toFixed(0)} MB with ${SESSIONS} sessions`);

      await until(
        'all sessions to end',
        async () => (await core.client.sessions.list({ status: ['queued', 'starting', 'running', 'waiting'], limit: 1 })).sessions.length === 0,
        300_000,
      );
      let wrong = 0;
      for (const session of sessions) wrong += await wrongLines(core.client, session);
      return [
        bounded('lines lost or doubled', 'lines', wrong, 0, SESSIONS * LINES),
        bounded("line at the agent's stdout to the page, p95", 'ms', percentile(ages, 0.95), 500, ages.length),
        bounded('core and host for each session, over idle', 'MB', (median(memory) - idle) / SESSIONS, 1, memory.length),
      ];
    } finally {
      await close();
      await core.close();
      sandbox.close();
    }
  },
};

const Output = z.object({ kind: z.literal('output'), text: z.string() });

/** Lines of a session that are not in the store exactly once, in their order. */
async function wrongLines(client: Client, id: string): Promise<number> {
  let text = '';
  for (let after = 0; ;) {
    const { events } = await client.sessions.events({ id, after, limit: 5000 });
    for (const { event } of events) text += Output.safeParse(event).data?.text ?? '';
    const last = events.at(-1);
    if (!last) break;
    after = last.seq;
  }
  const numbers = [...text.matchAll(/@\d{13}#(\d+) /g)].map((match) => Number(match[1]));
  const right = numbers.filter((number, i) => number === i + 1).length;
  return Math.max(numbers.length, LINES) - right;
}
