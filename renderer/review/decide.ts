/** What a person decides of a change. Every decision says what it did by name and can be taken back. */
import type { Change } from '#shared/domain/change.ts';
import type { MergeMethod } from '#shared/domain/repository.ts';
import { plural } from '#shared/lib/format.ts';
import { client } from '../lib/client.ts';
import { faultFrom } from '../lib/faults.ts';
import { adopt } from '../lib/live.ts';
import { attempt, say, sayFault } from '../lib/toasts.ts';

/** What became of an act: `moved` means the files are newer than those reviewed, so nothing was decided. */
export type Outcome = 'decided' | 'conflicted' | 'moved' | 'failed';

async function decide(act: () => Promise<Change>, words: (change: Change) => string): Promise<Outcome> {
  try {
    const change = await act();
    adopt({ changes: [change] });
    if (change.status === 'conflicted') return 'conflicted';
    say(words(change), () => undo(change));
    return 'decided';
  } catch (error) {
    if (faultFrom(error).code === 'CHANGE_MOVED') return 'moved';
    sayFault(error);
    return 'failed';
  }
}

/** Merges into the target, or keeps the files of work in a folder of one's own. */
export function approve(change: Change, how: { method: MergeMethod; target: string | null }): Promise<Outcome> {
  const input = change.mode === 'in-place' ? { id: change.id } : { id: change.id, method: how.method, ...(how.target === null ? {} : { target: how.target }) };
  return decide(
    () => client.review.approve(input),
    (done) => (done.status === 'kept' ? `Kept the files of "${done.title}".` : `Merged "${done.title}" into ${done.targetBranch ?? 'its branch'}.`),
  );
}

export function reject(change: Change): Promise<Outcome> {
  return decide(
    () => client.review.reject({ id: change.id }),
    (done) => `Rejected "${done.title}". ${done.mode === 'in-place' ? 'Its files are still in the folder.' : 'Its worktree is kept.'}`,
  );
}

/** Sends the note to the agent's own session, which goes on with it. */
export function askForChanges(change: Change, note: string): Promise<Outcome> {
  return decide(
    () => client.review.askForChanges({ id: change.id, note }),
    (done) => `Asked for changes in "${done.title}". It comes back when the agent is done.`,
  );
}

/** Takes the last decision back. @throws what the core answers, for the toast to say */
export async function undo(change: Change): Promise<void> {
  const back = await client.review.undo({ id: change.id });
  adopt({ changes: [back] });
  say(`"${back.title}" waits for review again.`);
}

/** After rejected work in a folder of one's own: the files as they were before the session. */
export async function restoreFiles(change: Change): Promise<void> {
  if (await attempt(() => client.review.restoreFiles({ id: change.id })))
    say(`Put ${plural(change.files.length, 'file')} of "${change.title}" back as they were.`);
}

/** Takes the files as they are now as the thing to review. */
export async function refresh(change: Change): Promise<boolean> {
  const fresh = await attempt(() => client.review.refresh({ id: change.id }));
  if (!fresh) return false;
  adopt({ changes: [fresh] });
  return true;
}

/** Marks a file as viewed or not, at once on the page and then in the core. */
export async function markViewed(change: Change, path: string, viewed: boolean): Promise<void> {
  const paths = viewed ? [...new Set([...change.viewed, path])] : change.viewed.filter((one) => one !== path);
  adopt({ changes: [{ ...change, viewed: paths }] });
  const done = await attempt(() => client.review.viewed({ id: change.id, path, viewed }));
  if (!done) adopt({ changes: [change] });
}
