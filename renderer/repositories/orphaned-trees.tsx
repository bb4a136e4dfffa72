/** Worktrees whose repository is gone: no branch holds what was made in them, so they are named one by one before they go. */
import { useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { WorktreeUse } from '#shared/contract/repositories.ts';
import type { Repository } from '#shared/domain/repository.ts';
import { plural } from '#shared/lib/format.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { client } from '../lib/client.ts';
import { attempt, say } from '../lib/toasts.ts';
import s from './repositories.module.css';

export function OrphanedTrees({ repository, trees }: { repository: Repository; trees: readonly WorktreeUse[] }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const what = plural(trees.length, 'orphaned worktree');
  const remove = async (): Promise<void> => {
    setBusy(true);
    const done = await attempt(() => client.repositories.cleanWorktrees({ sessionIds: trees.map((one) => one.sessionId), orphans: true }));
    setBusy(false);
    setAsking(false);
    await queries.invalidateQueries({ queryKey: ['worktrees'] });
    if (!done) return;
    const kept = done.kept.length > 0 ? ` Kept ${plural(done.kept.length, 'other')}: ${done.kept[0]?.why ?? ''}` : '';
    say(`Removed ${plural(done.removed.length, 'orphaned worktree')} of ${repository.name}.${kept}`);
  };
  return (
    <>
      <Button size="small" look="danger" icon={<Trash2 />} onPress={() => setAsking(true)}>
        Remove {what}…
      </Button>
      {asking && (
        <Dialog
          title={`Remove ${what} of ${repository.name}`}
          onClose={() => setAsking(false)}
          dismissable={!busy}
          actions={
            <>
              <Button onPress={() => setAsking(false)}>Keep</Button>
              <Button look="danger" isDisabled={busy} onPress={() => void remove()}>
                Remove for good
              </Button>
            </>
          }
        >
          <p>
            The repository <code>{repository.path}</code> is not there. What was made in these folders is in no branch and cannot be brought back. When the
            repository was only moved, or its disk is not connected, bring it back instead.
          </p>
          <ul className={s.orphans}>
            {trees.map((one) => (
              <li key={one.sessionId}>
                {one.title} <code>{one.cwd}</code>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  );
}
