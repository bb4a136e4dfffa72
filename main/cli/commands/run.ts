/**
 * `acc run`: one task in its own worktree, followed until it has ended.
 * 0 when a change waits for review or nothing had to change, 3 when the agent failed, 4 when a limit stopped it, 130 on Ctrl-C.
 */
import type { Client } from '#shared/contract/index.ts';
import type { Session, Task } from '#shared/domain/session.ts';
import { withCore } from '../connect.ts';
import { Exit, type ExitCode } from '../exit-codes.ts';
import { plain, print, printJson } from '../output.ts';
import { followSession } from './run-follow.ts';
import { readRunOptions, type RunOptions } from './run-options.ts';

/** How often the plan is looked at between two sessions of it (a retry waits, a chain goes on), milliseconds. */
const LOOK_MS = 250;

export async function run(args: string[]): Promise<ExitCode> {
  const options = readRunOptions(args);
  const interrupted = new AbortController();
  const onSignal = (): void => interrupted.abort();
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return withCore(options.dataDir, async (client) => {
    const { task, sessionId } = await begin(client, options);
    const session = await followTask(client, task, sessionId, options, interrupted.signal);
    return report(session, options.json, interrupted.signal.aborted);
  });
}

async function begin(client: Client, options: RunOptions): Promise<{ task: Task; sessionId: string }> {
  const repository = await client.repositories.add({ path: options.repository });
  const { title, prompt, agent, limits, allow } = options;
  const started = await client.tasks.create({
    repositoryId: repository.id,
    title,
    text: prompt,
    acceptance: '',
    agent,
    limits,
    allow,
    isolation: repository.vcs === 'git' ? { mode: 'worktree', base: '' } : { mode: 'in-place' },
    then: [],
  });
  if (options.json) printJson({ type: 'task', task: started.task, sessionId: started.sessionId });
  else print(`${title}\n  session ${started.sessionId}`);
  return started;
}

/** Follows the sessions of the task one after the other until its plan has ended. */
async function followTask(client: Client, task: Task, first: string, options: RunOptions, signal: AbortSignal): Promise<Session> {
  let sessionId = first;
  let seen = 0;
  for (;;) {
    const followed = await followSession(client, sessionId, seen, options, signal);
    if (signal.aborted) {
      await client.tasks.cancel({ id: task.id });
      return (await client.sessions.get({ id: sessionId })).session;
    }
    const { plan } = await client.tasks.get({ id: task.id });
    if (plan.status !== 'active') {
      const { session } = await client.sessions.get({ id: sessionId });
      if (session.settled) return session;
    }
    seen = followed.seen;
    const next = plan.nodes.find((node) => node.sessionId !== null && node.sessionId !== sessionId && (node.status === 'active' || node.status === 'ready'));
    if (next?.sessionId) {
      sessionId = next.sessionId;
      seen = 0;
    } else await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function report(session: Session, json: boolean, interrupted: boolean): ExitCode {
  if (json) printJson({ type: 'session', session });
  else {
    const cost = session.costUsd === null ? '' : `, $${session.costUsd.toFixed(2)}`;
    print(`${session.status}${session.statusText ? `: ${plain(session.statusText)}` : ''}${cost}`);
    if (session.changeId) print(`A change waits for review: acc review show ${session.changeId}`);
    else if (session.status === 'finished') print('Nothing had to change.');
  }
  if (interrupted) return Exit.interrupted;
  if (session.status === 'limited') return Exit.limit;
  return session.status === 'finished' ? Exit.ok : Exit.agentFailed;
}
