/** `acc permissions`: the inbox of permission requests, answered from a terminal. */
import { parseArgs } from 'node:util';
import type { Permission, PermissionAnswer } from '#shared/domain/session.ts';
import { withCore } from '../connect.ts';
import { dataDir } from '../data-dir.ts';
import { Exit, UsageError, type ExitCode } from '../exit-codes.ts';
import { plain, print, printJson, printTable } from '../output.ts';

const options = { data: { type: 'string' }, json: { type: 'boolean' }, session: { type: 'boolean' }, always: { type: 'string' } } as const;

export async function permissions(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [word = 'list', id, ...rest] = positionals;
  const answer = answerOf(word, values, rest.join(' '));
  if (word !== 'list' && !answer) throw new UsageError(`there is no "permissions ${word}"`);
  if (answer && !id) throw new UsageError(`permissions ${word} needs the ID of a request`);
  return withCore(dataDir(values.data), async (client) => {
    if (answer && id) show([await client.permissions.answer({ id, answer })], values.json ?? false);
    else show((await client.permissions.list({})).permissions, values.json ?? false);
    return Exit.ok;
  });
}

function answerOf(word: string, values: { session?: boolean | undefined; always?: string | undefined }, note: string): PermissionAnswer | null {
  if (word === 'deny') return { kind: 'deny', note };
  if (word !== 'allow') return null;
  if (values.always !== undefined) return { kind: 'allow-always', rule: values.always };
  return { kind: values.session ? 'allow-session' : 'allow-once' };
}

function show(list: readonly Permission[], json: boolean): void {
  if (json) for (const permission of list) printJson(permission);
  else if (list.length === 0) print('Nothing waits for you.');
  else printTable(list.map((permission) => [permission.id, permission.status, plain(permission.sessionTitle), plain(permission.title)]));
}
