/** Puts a folder's files back to a tree: in-place work that a person rejected. Index, HEAD and ignored files stay as they are. */
import type { HostInput, HostOutput } from '#shared/host-protocol/commands.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { diffTrees } from './changes.ts';
import { git } from './git.ts';
import { joinNul } from './names.ts';
import { needObject } from './objects.ts';
import { withStaged, type SnapshotOptions } from './snapshot.ts';

type On = Pick<SnapshotOptions, 'scratch' | 'signal'>;

/**
 * The `workspace.restore` command. Only files that differ between `base` and the folder now are touched; one that changes meanwhile
 * stops it with `RESTORE_RACED`.
 */
export async function restore(input: HostInput<'workspace.restore'>, on: On): Promise<Result<HostOutput<'workspace.restore'>>> {
  // The ignore rules first: had the session taken a line out of .gitignore, the user's ignored files would look like its new files.
  const rules = await step(input, true, on);
  return rules.ok ? step(input, false, on) : rules;
}

async function step(input: HostInput<'workspace.restore'>, rulesOnly: boolean, on: On): Promise<Result<HostOutput<'workspace.restore'>>> {
  const { signal } = on;
  return withStaged(input, { ...on, tracked: { tree: input.base } }, async ({ at, tree, index }) => {
    const base = await needObject(at, input.base, 'tree', signal);
    if (!base.ok) return base;
    const diff = await diffTrees(at, tree, base.value, { renames: false, signal });
    if (!diff.ok) return diff;
    const isRule = (name: Buffer): boolean => name.toString('latin1').split('/').at(-1) === '.gitignore';
    const wanted = diff.value.entries.filter((entry) => !rulesOnly || isRule(entry.name));
    if (wanted.length === 0) return ok({});
    let goal = base.value;
    if (rulesOnly) {
      // A tree as the folder is now, with the base's .gitignore files in it.
      const lines = wanted.map((entry) => Buffer.concat([Buffer.from(`${entry.newMode === '000000' ? '0' : entry.newMode} ${entry.newSha}\t`), entry.name]));
      const env = { GIT_INDEX_FILE: `${index}.rules` };
      const read = await git(at, ['read-tree', tree], { env, signal });
      if (!read.ok) return read;
      const set = await git(at, ['update-index', '-z', '--index-info'], { env, input: joinNul(lines), signal });
      if (!set.ok) return set;
      const written = await git(at, ['write-tree'], { env, signal });
      if (!written.ok) return written;
      goal = written.value.stdout.toString('latin1').trim();
    }
    // Through the staged index, which knows exactly what was read: a file that changed since is refused and not overwritten.
    const moved = await git(at, ['read-tree', '-m', '-u', tree, goal], { env: { GIT_INDEX_FILE: index }, timeoutMs: 300_000 });
    if (moved.ok) return ok({});
    return fail('RESTORE_RACED', `Files in ${at.cwd} changed while they were put back.`, {
      why: moved.fault.why ?? moved.fault.message,
      fix: 'Stop what writes there and repeat.',
    });
  });
}
