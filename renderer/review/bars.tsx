/** What stands in the way of a decision, said above the diff: newer files, conflicts, and files that can be put back. */
import type { Change } from '#shared/domain/change.ts';
import { plural } from '#shared/lib/format.ts';
import { Button } from '../components/button.tsx';
import { restoreFiles } from './decide.ts';
import s from './review.module.css';

type Props = { change: Change; moved: boolean; onRefresh: () => void; onAsk: () => void };

export function ReviewBars({ change, moved, onRefresh, onAsk }: Props) {
  return (
    <>
      {moved && (
        <div className={s.bar} data-tone="wait" role="status">
          <p>The files changed after this review began, so nothing was decided.</p>
          <Button size="small" onPress={onRefresh}>
            Review the newer files
          </Button>
        </div>
      )}
      {change.status === 'conflicted' && (
        <div className={s.bar} data-tone="bad" role="status">
          <div>
            <p>
              Nothing was merged: {change.targetBranch ?? 'the target'} and this change differ in {plural(change.conflicts.length, 'file')}.
            </p>
            <ul className={s.conflicts}>
              {change.conflicts.slice(0, 20).map((path) => (
                <li key={path}>
                  <code>{path}</code>
                </li>
              ))}
            </ul>
            {change.conflicts.length > 20 && <p>and {change.conflicts.length - 20} more</p>}
            <p className={s.dim}>Let the agent resolve them on its branch, or resolve them yourself in {change.cwd} and approve again.</p>
          </div>
          <Button size="small" keys="r" onPress={onAsk}>
            Ask the agent to resolve
          </Button>
        </div>
      )}
      {change.status === 'rejected' && change.mode === 'in-place' && (
        <div className={s.bar} role="status">
          <p>Rejected. The files are still in {change.cwd}.</p>
          <Button size="small" onPress={() => void restoreFiles(change)}>
            Put files back as they were
          </Button>
        </div>
      )}
    </>
  );
}

/** What the agent is asked when its change conflicts. */
export const conflictNote = (change: Change): string =>
  `Your change conflicts with ${change.targetBranch ?? 'the target branch'} in: ${change.conflicts.join(', ')}. Merge ${change.targetBranch ?? 'the target branch'} into your branch, resolve the conflicts, keep both intents, and run the tests.`;
