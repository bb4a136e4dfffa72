/** `acc sessions`: list, look at and steer sessions from a terminal. */
import { parseArgs } from 'node:util';
import type { Client } from '#shared/contract/index.ts';
import type { Session } from '#shared/domain/session.ts';
import { agentLabel } from '#shared/domain/agent.ts';
import { withCore } from '../connect.ts';
import { dataDir } from '#core/data-dir.ts';
import { Exit, UsageError, type ExitCode } from '../exit-codes.ts';
import { plain, print, printJson, printTable } from '../output.ts';

const PAGE = 1000;
const options = { data: { type: 'string' }, json: { type: 'boolean' }, archived: { type: 'boolean' } } as const;
const words: ReadonlySet<string> = new Set(['list', 'show', 'events', 'send', 'stop', 'resume', 'archive']);

export async function sessions(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [word = 'list', id, ...rest] = positionals;
  if (!words.has(word)) throw new UsageError(`there is no "sessions ${word}"`);
  if (word !== 'list' && !id) throw new UsageError(`sessions ${word} needs the ID of a session`);
  if (word === 'send' && rest.length === 0) throw new UsageError('sessions send needs the text to send');
  return withCore(dataDir(values.data), async (client) => {
    await act(client, word, id ?? '', rest.join(' '), { json: values.json ?? false, archived: values.archived ?? false });
    return Exit.ok;
  });
}

async function act(client: Client, word: string, id: string, text: string, flags: { json: boolean; archived: boolean }): Promise<void> {
  switch (word) {
    case 'list':
      return showAll((await client.sessions.list({ archived: flags.archived })).sessions, flags.json);
    case 'show':
      return showOne((await client.sessions.get({ id })).session, flags.json);
    case 'events':
      return printEvents(client, id);
    case 'send':
      await client.sessions.send({ id, text });
      return;
    case 'stop':
      return showOne(await client.sessions.stop({ id }), flags.json);
    case 'resume':
      return showOne(await client.sessions.resume({ id, text }), flags.json);
    case 'archive':
      await client.sessions.archive({ ids: [id], archived: true });
  }
}

function showAll(list: readonly Session[], json: boolean): void {
  if (json) for (const session of list) printJson(session);
  else if (list.length === 0) print('No sessions yet. Start one with: acc run --repo DIR --prompt TEXT');
  else printTable(list.map((session) => [session.id, session.status, agentLabel(session.agent), money(session), plain(session.title)]));
}

function showOne(session: Session, json: boolean): void {
  if (json) return printJson(session);
  printTable([
    ['title', plain(session.title)],
    ['status', `${session.status}${session.statusText ? `, ${plain(session.statusText)}` : ''}`],
    ['agent', `${agentLabel(session.agent)} ${session.agent.model}`.trim()],
    ['folder', plain(session.cwd)],
    ['branch', session.branch ?? 'none'],
    ['turns', String(session.turns)],
    ['tokens in, cached, out', `${session.inputTokens}, ${session.cacheReadTokens}, ${session.outputTokens}`],
    ['cost', money(session)],
    ['events', String(session.events)],
    ['change', session.changeId ?? 'none'],
  ]);
}

const money = (session: Session): string => (session.costUsd === null ? 'no cost reported' : `$${session.costUsd.toFixed(2)}`);

async function printEvents(client: Client, id: string): Promise<void> {
  for (let after = 0; ;) {
    const { events } = await client.sessions.events({ id, after, limit: PAGE });
    for (const event of events) printJson({ type: 'event', sessionId: id, ...event });
    after = events.at(-1)?.seq ?? after;
    if (events.length < PAGE) return;
  }
}
