/** `acc permissions`: the inbox of permission requests and questions, answered from a terminal. */
import { parseArgs } from 'node:util';
import type { Client } from '#shared/contract/index.ts';
import type { Permission, PermissionAnswer } from '#shared/domain/session.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { withCore } from '../connect.ts';
import { dataDir } from '#core/data-dir.ts';
import { Exit, UsageError, type ExitCode } from '../exit-codes.ts';
import { plain, print, printJson, printTable } from '../output.ts';
import { printQuestions, replyOf } from '../questions.ts';

const options = { data: { type: 'string' }, json: { type: 'boolean' }, session: { type: 'boolean' }, always: { type: 'string' } } as const;

export async function permissions(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [word = 'list', id, ...rest] = positionals;
  const answer = answerOf(word, values, rest.join(' '));
  if (word !== 'list' && word !== 'reply' && !answer) throw new UsageError(`there is no "permissions ${word}"`);
  if (word !== 'list' && !id) throw new UsageError(`permissions ${word} needs the ID of a request`);
  if (word === 'reply' && rest.length === 0) throw new UsageError('permissions reply needs the answer');
  return withCore(dataDir(values.data), async (client) => {
    if (word === 'list' || !id) show((await client.permissions.list({})).permissions, values.json ?? false);
    else show([await client.permissions.answer({ id, answer: answer ?? unwrap(replyOf(await questionsOf(client, id), rest)) })], values.json ?? false);
    return Exit.ok;
  });
}

function answerOf(word: string, values: { session?: boolean | undefined; always?: string | undefined }, note: string): PermissionAnswer | null {
  if (word === 'deny') return { kind: 'deny', note };
  if (word !== 'allow') return null;
  if (values.always !== undefined) return { kind: 'allow-always', rule: values.always };
  return { kind: values.session ? 'allow-session' : 'allow-once' };
}

async function questionsOf(client: Client, id: string): Promise<Permission['questions']> {
  const { permissions: waiting } = await client.permissions.list({ limit: 1000 });
  return waiting.find((permission) => permission.id === id)?.questions ?? [];
}

function show(list: readonly Permission[], json: boolean): void {
  if (json) for (const permission of list) printJson(permission);
  else if (list.length === 0) print('Nothing waits for you.');
  else {
    printTable(list.map((permission) => [permission.id, permission.status, plain(permission.sessionTitle), plain(permission.title)]));
    for (const permission of list) if (permission.status === 'waiting' && permission.questions.length > 0) printQuestions(permission);
  }
}
