/**
 * What the control center adds to the start of an agent: Claude Code run by the product in a worktree of its own, beside the same
 * program with the same options and environment run by hand in a worktree that is there already. Both talk to one scripted model.
 *
 * First byte: from the call of `tasks.create` (by hand: from the spawn) to the first byte on the CLI's stdout, noted by a wrapper
 * of a few lines of Perl that stands in front of the CLI on both sides. Whole run: to the end of the session as the core stored
 * it (by hand: to the exit of the process), without the wrapper.
 *
 * Each start finds a spare worktree, as any but the first in a repository does after a moment of quiet. It is waited for before the run
 * by hand, so that nothing of ours works beside that.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { envOf, programOf } from '#host/claude/args.ts';
import { initialize, userMessage } from '#host/claude/requests.ts';
import { childEnvironment, gatewayEnvironment } from '#host/process/environment.ts';
import type { Client } from '#shared/contract/index.ts';
import { NewTask } from '#shared/domain/session.ts';
import { findClaude, offlineEnv } from '#test/support/claude-cli.ts';
import { startModel } from '#test/support/model/server.ts';
import { makeSandbox } from '#test/support/repos.ts';
import { build, root, startCore } from '../lib/core.ts';
import { compared, type Bench } from '../lib/figure.ts';
import { median } from '../lib/stats.ts';
import { until } from '../lib/until.ts';

const PAIRS = 25;
const WARM_UP = 3;
const FILES = 20;
/** How often a session is asked for its end, in milliseconds. */
const ASK_MS = 250;
const PROMPT = 'scenario:plain';

/** Stands in front of the CLI, passes its output on, and notes when the first byte came: seconds since the epoch, a line a run. */
const wrapper = (cli: string, notes: string): string => `#!/usr/bin/perl
use Time::HiRes 'time';
pipe(my $r, my $w);
if (!(my $pid = fork)) { close $r; open(STDOUT, '>&', $w); exec '${cli}', @ARGV; }
close $w;
my $noted = 0;
while (sysread($r, my $bytes, 65536)) {
  if (!$noted++) { my $at = time; open(my $n, '>>', '${notes}'); printf $n "%.6f\\n", $at; close $n; }
  syswrite(STDOUT, $bytes);
}
wait; exit($? >> 8);
`;

export const bench: Bench = {
  name: 'start',
  title: `Start of a Claude Code session in a worktree of its own (${FILES} files, a spare one ready), against the bare CLI in a prepared one`,
  async run(say) {
    build();
    const cli = findClaude();
    if (!cli.found) throw new Error(cli.skip);
    const sandbox = makeSandbox();
    const model = await startModel();
    try {
      const files = Object.fromEntries(Array.from({ length: FILES }, (_, i) => [`src/part-${i}.ts`, `export const part${i} = ${i};\n`.repeat(20)]));
      const repo = sandbox.repo({ name: 'product', files });
      repo.git(['worktree', 'add', '-q', path.join(sandbox.root, 'prepared')]);
      const env = { ...offlineEnv(model.url, path.join(sandbox.root, 'home')), PATH: process.env['PATH'] ?? '' };
      const notes = path.join(sandbox.root, 'first-bytes');
      const wrapped = path.join(sandbox.root, 'claude-noted');
      writeFileSync(wrapped, wrapper(cli.path, notes));
      chmodSync(wrapped, 0o755);
      const firstByte = (): number => Number(readFileSync(notes, 'utf8').trimEnd().split('\n').at(-1)) * 1000;
      const core = await startCore({ env });
      try {
        const { id } = await core.client.repositories.add({ path: repo.path });
        await core.host();
        const ours = async (program: string): Promise<Times> => {
          const times = await byProduct(core.client, id, program);
          await until('the spare worktree', async () => globSync(path.join(repo.path, '.git/worktrees/*/acc-spare')).length > 0);
          return times;
        };
        const bare = (program: string) => byHand(program, path.join(sandbox.root, 'prepared'), { ...process.env, ...env });
        const times = { first: { ours: [] as number[], bare: [] as number[] }, whole: { ours: [] as number[], bare: [] as number[] } };
        for (let i = -WARM_UP; i < PAIRS; i++) {
          const ourFirst = await ours(wrapped).then((run) => firstByte() - run.asked);
          const bareFirst = await bare(wrapped).then((run) => firstByte() - run.asked);
          const ourWhole = await ours(cli.path).then((run) => run.ended - run.asked);
          const bareWhole = await bare(cli.path).then((run) => run.ended - run.asked);
          say(
            `pair ${i + 1}: first byte ${ourFirst.toFixed(0)} and ${bareFirst.toFixed(0)} ms, whole run ${ourWhole.toFixed(0)} and ${bareWhole.toFixed(0)} ms`,
          );
          if (i < 0) continue;
          times.first.ours.push(ourFirst);
          times.first.bare.push(bareFirst);
          times.whole.ours.push(ourWhole);
          times.whole.bare.push(bareWhole);
        }
        const { optionalDependencies } = z
          .object({ optionalDependencies: z.record(z.string(), z.string()) })
          .parse(JSON.parse(readFileSync(path.join(root, 'test/tools/package.json'), 'utf8')));
        const peer = { name: 'bare claude', version: Object.values(optionalDependencies)[0] ?? 'unknown' };
        const figure = (name: string, { ours, bare: theirs }: { ours: number[]; bare: number[] }, most: number) =>
          compared(name, 'ms', median(ours), { ...peer, value: median(theirs) }, most, ours.length);
        return [
          figure('start request to first byte of the CLI, median', times.first, 1.05),
          figure('start request to end of the session, median', times.whole, 1.1),
        ];
      } finally {
        await core.close();
      }
    } finally {
      await model.close();
      sandbox.close();
    }
  },
};

type Times = { /** Milliseconds since the epoch. */ readonly asked: number; readonly ended: number };

const clock = (): number => performance.timeOrigin + performance.now();

async function byProduct(client: Client, repositoryId: string, claudePath: string): Promise<Times> {
  const settings = await client.system.settings({});
  if (settings.agents.claudePath !== claudePath) await client.system.saveSettings({ ...settings, agents: { ...settings.agents, claudePath } });
  const task = NewTask.parse({ repositoryId, title: 'Measured', text: PROMPT, agent: { kind: 'claude-code' } });
  const asked = clock();
  const { sessionId } = await client.tasks.create(task);
  // Seldom: the core that answers is the one that is measured, and the time of the end is the one it stored.
  const session = await until(
    'the session to end',
    async () => {
      const { session: now } = await client.sessions.get({ id: sessionId });
      return now.settled && now.endedAt !== null && now;
    },
    60_000,
    ASK_MS,
  );
  if (session.status !== 'finished' || session.endedAt === null) throw new Error(`the session is ${session.status}: ${session.statusText}`);
  return { asked, ended: session.endedAt };
}

async function byHand(program: string, cwd: string, from: NodeJS.ProcessEnv): Promise<Times> {
  const env = envOf(childEnvironment({ from, add: gatewayEnvironment(from), marker: randomUUID() }));
  const [file = '', ...args] = programOf(
    { agent: { kind: 'claude-code', name: '', command: [], model: '' }, program: [program], resume: null, limits: {}, allow: [] },
    randomUUID(),
  );
  const asked = clock();
  const child = spawn(file, args, { cwd, env, stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdout.resume();
  child.stdin.end(initialize(randomUUID()) + userMessage(PROMPT));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`the CLI by hand ended with ${String(code)}`);
  return { asked, ended: clock() };
}
