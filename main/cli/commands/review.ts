/** `acc review`: the review queue from a terminal. Approving ends with 1 when the change could not be merged. */
import { parseArgs } from 'node:util';
import type { Client } from '#shared/contract/index.ts';
import type { Change } from '#shared/domain/change.ts';
import { MergeMethod } from '#shared/domain/repository.ts';
import { withCore } from '../connect.ts';
import { dataDir } from '#core/data-dir.ts';
import { Exit, UsageError, type ExitCode } from '../exit-codes.ts';
import { plain, print, printJson, printTable } from '../output.ts';

const options = {
  data: { type: 'string' },
  json: { type: 'boolean' },
  all: { type: 'boolean' },
  method: { type: 'string' },
  target: { type: 'string' },
  message: { type: 'string' },
} as const;
const words: ReadonlySet<string> = new Set(['list', 'show', 'diff', 'approve', 'changes', 'reject', 'undo']);

type Flags = { json?: boolean | undefined; all?: boolean | undefined; method?: string | undefined; target?: string | undefined; message?: string | undefined };

export async function review(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [word = 'list', id, ...rest] = positionals;
  if (!words.has(word)) throw new UsageError(`there is no "review ${word}"`);
  if (word !== 'list' && !id) throw new UsageError(`review ${word} needs the ID of a change`);
  if (word === 'changes' && rest.length === 0) throw new UsageError('review changes needs the note for the agent');
  if (values.method !== undefined && !MergeMethod.safeParse(values.method).success) throw new UsageError('--method is one of merge, squash, rebase');
  return withCore(dataDir(values.data), async (client) => {
    return await act(client, word, id ?? '', rest.join(' '), values);
  });
}

async function act(client: Client, word: string, id: string, note: string, flags: Flags): Promise<ExitCode> {
  switch (word) {
    case 'list': {
      const { changes } = await client.review.list({ waiting: !flags.all });
      if (flags.json) for (const change of changes) printJson(change);
      else if (changes.length === 0) print('No change waits for review.');
      else printTable(changes.map((change) => [change.id, change.status, `+${change.added} -${change.deleted}`, plain(change.title)]));
      return Exit.ok;
    }
    case 'show':
      return show(await client.review.get({ id }), flags.json ?? false);
    case 'diff': {
      const { patch, cut } = await client.review.patch({ id });
      if (flags.json) printJson({ patch, cut });
      else process.stdout.write(patch);
      if (cut) process.stderr.write('acc: the diff is longer than what is shown\n');
      return Exit.ok;
    }
    case 'approve': {
      const change = await client.review.approve({
        id,
        method: flags.method === undefined ? undefined : MergeMethod.parse(flags.method),
        target: flags.target,
        message: flags.message,
      });
      return decided(change, flags.json ?? false);
    }
    case 'changes':
      return decided(await client.review.askForChanges({ id, note }), flags.json ?? false);
    case 'reject':
      return decided(await client.review.reject({ id, note }), flags.json ?? false);
    default:
      return decided(await client.review.undo({ id }), flags.json ?? false);
  }
}

function show(found: Awaited<ReturnType<Client['review']['get']>>, json: boolean): ExitCode {
  if (json) {
    printJson(found);
    return Exit.ok;
  }
  const { change, checks } = found;
  print(
    `${plain(change.title)} (${change.status}), ${change.files.length} ${change.files.length === 1 ? 'file' : 'files'}, +${change.added} -${change.deleted}`,
  );
  printTable(change.files.map((file) => [`  ${file.status}`, `+${file.added} -${file.deleted}`, plain(file.path)]));
  printTable(checks.map((check) => [`  check ${plain(check.name)}`, check.status]));
  if (change.summary) print(`\n${plain(change.summary)}`);
  return Exit.ok;
}

function decided(change: Change, json: boolean): ExitCode {
  if (json) printJson(change);
  else if (change.status === 'conflicted')
    print(`Not merged, nothing was touched. Conflicts in:\n${change.conflicts.map((file) => `  ${plain(file)}`).join('\n')}`);
  else print(`${change.status}${change.mergedSha ? ` as ${change.mergedSha.slice(0, 10)} into ${change.targetBranch ?? ''}` : ''}`);
  return change.status === 'conflicted' ? Exit.error : Exit.ok;
}
