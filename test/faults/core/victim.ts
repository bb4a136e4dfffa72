/**
 * A core that works until it is killed, for the test beside it: creates tasks, answers requests, merges changes, stops and resumes.
 * `settle` instead waits until nothing is under way, and ends cleanly. Arguments: data folder, repository, mode, effects file, ACP agent,
 * and, when the work is to be done on a host elsewhere, its address, token and clone of the repository.
 */
import { createRouterClient } from '@orpc/server';
import { createCore } from '#core/core.ts';
import type { Client } from '#shared/contract/index.ts';
import { unwrap } from '#shared/lib/fault.ts';

const [dataDir = '', repo = '', mode = '', effects = '', agentFile = '', url = '', token = '', clone = ''] = process.argv.slice(2);
const core = unwrap(await createCore({ dataDir, mode: 'headless', version: 'test', log: (text) => process.stderr.write(`${text}\n`) }));
const client: Client = createRouterClient(core.router, { context: { role: 'operator', actor: 'test', client: 'test' } });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
process.stdout.write('up\n');

/** Appends one line that names its session and run, works for a moment, writes a file. */
const script = `
  const fs = require('fs');
  fs.appendFileSync(${JSON.stringify(effects)}, process.env.ACC_PROMPT + '\\n');
  setTimeout(() => fs.writeFileSync('made-' + process.pid + '.txt', 'made\\n'), Number(process.env.ACC_PROMPT.split(' ')[1]));
`;

const {
  id: repositoryId,
  name,
  settings,
} = await client.repositories.add({
  path: repo,
  settings: { checks: [{ name: 'look', command: ['git', 'status'], timeoutSeconds: 30 }] },
});
if (url !== '') await sendElsewhere();
process.stdout.write('working\n');
if (mode === 'work') await work();
else await settle();
await core.close();
process.stdout.write('settled\n');
process.exit(0);

async function sendElsewhere(): Promise<void> {
  const known = (await client.connections.list({})).hosts.find((host) => host.url === url);
  const { id: hostId } = known ?? (await client.connections.add({ url, token }));
  await client.repositories.save({ id: repositoryId, name, settings: { ...settings, hosts: [{ hostId, path: clone }], onThisMachine: false } });
}

async function work(): Promise<never> {
  for (let turn = 0; ; turn++) {
    const kind = turn % 3;
    const text = kind === 0 ? `effect ${20 + ((turn * 37) % 300)} ${process.pid}-${turn}` : kind === 1 ? `edit file-${process.pid}-${turn}.txt` : 'long 50';
    const agent =
      kind === 0 ? { kind: 'command' as const, command: [process.execPath, '-e', script] } : { kind: 'acp' as const, command: [process.execPath, agentFile] };
    await client.tasks.create({ repositoryId, title: `${process.pid} ${turn}`, text, agent, key: `${process.pid}-${turn}` }).catch(told);
    await decide();
    await pause(150);
  }
}

/** What a person would do meanwhile; that something changed under one's hands is part of the game. */
async function decide(): Promise<void> {
  for (const { id } of (await client.permissions.list({})).permissions) await client.permissions.answer({ id, answer: { kind: 'allow-once' } }).catch(told);
  const [change] = (await client.review.list({})).changes;
  if (change && change.status === 'waiting') await client.review.approve({ id: change.id }).catch(told);
  const ended = (await client.sessions.list({ status: ['interrupted'], limit: 1000 })).sessions.find((session) => session.agent.kind === 'acp');
  if (ended) await client.sessions.resume({ id: ended.id }).catch(told);
}

async function settle(): Promise<void> {
  for (const until = Date.now() + 240_000; Date.now() < until; await pause(100)) {
    await decide();
    const { sessions } = await client.sessions.list({ status: ['queued', 'starting', 'running', 'waiting', 'interrupted'], limit: 1000 });
    const open = sessions.filter((session) => session.status !== 'interrupted' || session.agent.kind === 'acp');
    const { changes } = await client.review.list({});
    // What is still being collected when the app closes is collected at its next start: here there is none.
    const collected = (await client.sessions.list({ limit: 1000 })).sessions.every((session) => session.settled);
    if (open.length === 0 && collected && changes.every((change) => change.status === 'conflicted')) return;
  }
  const { sessions } = await client.sessions.list({ status: ['queued', 'starting', 'running', 'waiting', 'interrupted'] });
  const { changes } = await client.review.list({});
  process.stderr.write(
    `not settled: ${changes.map((change) => `${change.id} ${change.status}`).join(', ')} ${JSON.stringify(sessions.map(({ id, status, statusCode, statusText }) => ({ id, status, statusCode, statusText })))}\n`,
  );
  process.exit(1);
}

function told(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
