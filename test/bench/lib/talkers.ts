/** Command agents that print numbered lines with the time at which each was printed, and a page that notes when each was drawn. */
import type { Page } from 'playwright-core';
import type { Client } from '#shared/contract/index.ts';
import { until } from './until.ts';

/** Prints `count` lines, one every `everySeconds`: the moment in milliseconds since the epoch, then the line's number. */
const TALK = `use Time::HiRes qw(time sleep); $| = 1; my ($every, $count) = @ARGV;
sleep(rand($every)); my $next = time;
for my $i (1 .. $count) { printf "\\@%.0f#%d working on it\\n", time * 1000, $i; $next += $every; my $wait = $next - time; sleep($wait) if $wait > 0; }`;

/** Starts one in a worktree of its own. @returns the session */
export async function startTalker(client: Client, repositoryId: string, title: string, everySeconds: number, count: number): Promise<string> {
  const command = ['perl', '-e', TALK, String(everySeconds), String(count)];
  const { sessionId } = await client.tasks.create({ repositoryId, title, text: 'Talk.', agent: { kind: 'command', name: '', command, model: '' } });
  return sessionId;
}

/** Lets as many sessions run at once as there are, however many that is. */
export async function liftLimits(client: Client): Promise<void> {
  const settings = await client.system.settings({});
  await client.system.saveSettings({ ...settings, governor: { global: 0, perRepository: 0, perAgent: {} } });
}

export async function whenRunning(client: Client, sessionIds: readonly string[], patienceMs: number): Promise<void> {
  await until(
    `${sessionIds.length} sessions to run`,
    async () => {
      const { sessions } = await client.sessions.list({ status: ['running'], limit: 1000 });
      return sessions.filter(({ id, lastEventAt }) => lastEventAt !== null && sessionIds.includes(id)).length === sessionIds.length;
    },
    patienceMs,
  );
}

/** Notes, for each line that appears in the page, how long after it was printed: works on every page that is loaded from now on and on this one. */
export async function watchLines(page: Page): Promise<void> {
  const script = `(() => {
    if (window.drawn) return;
    window.drawn = [];
    const latest = {};
    const look = (node) => {
      for (const [, at, number] of (node.textContent ?? '').matchAll(/@(\\d{13})#(\\d+)/g)) {
        if (Number(number) <= (latest[location.hash] ?? 0)) continue;
        latest[location.hash] = Number(number);
        window.drawn.push(Date.now() - Number(at));
      }
    };
    new MutationObserver((changes) => {
      for (const { target, addedNodes, type } of changes) type === 'characterData' ? look(target) : addedNodes.forEach(look);
    }).observe(document, { subtree: true, childList: true, characterData: true });
  })()`;
  await page.addInitScript(script);
  await page.evaluate(script);
}

/** Milliseconds from print to page of the lines that appeared since the last call. */
export const takeDrawn = (page: Page): Promise<number[]> => page.evaluate<number[]>('window.drawn.splice(0)');

/** Shows a session without loading the page anew; lines that were printed before it was shown are not counted. */
export async function showSession(page: Page, sessionId: string): Promise<void> {
  await page.evaluate(`location.hash = '#/agents/${sessionId}'`);
  await page.getByRole('region', { name: 'Transcript' }).getByText('working on it').first().waitFor();
  await page.waitForTimeout(1000);
  await takeDrawn(page);
}
