/** Worktrees that sessions left behind: how much disk they use, which can go, and why the others stay. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Repository } from '#shared/domain/repository.ts';
import { formatBytes, plural } from '#shared/lib/format.ts';
import { Button } from '../components/button.tsx';
import { Checkbox } from '../components/choice.tsx';
import { EmptyState, ErrorState, Skeleton } from '../components/feedback.tsx';
import { ViewerNote } from '../components/for-operator.tsx';
import { Panel } from '../components/panel.tsx';
import { client, useMayAct } from '../lib/client.ts';
import { href, to } from '../lib/router.ts';
import { attempt, say } from '../lib/toasts.ts';
import { OrphanedTrees } from './orphaned-trees.tsx';
import s from './repositories.module.css';

const after = (removed: number, branches: boolean): string => {
  const whose = removed === 1 ? 'its branch' : 'their branches';
  return branches ? ` with ${whose}` : `; ${whose} ${removed === 1 ? 'stays' : 'stay'}`;
};

export function Worktrees({ repository }: { repository: Repository }) {
  const queries = useQueryClient();
  const mayAct = useMayAct();
  const [branches, setBranches] = useState(false);
  const [busy, setBusy] = useState(false);
  const asked = useQuery({ queryKey: ['worktrees'], queryFn: () => client.repositories.worktrees({}) });
  const mine = (asked.data?.worktrees ?? []).filter((one) => one.repositoryId === repository.id);
  const removable = mine.filter((one) => one.removable && one.orphan !== true);
  const orphans = mine.filter((one) => one.removable && one.orphan === true);
  const spares = (asked.data?.spares ?? []).filter((one) => one.repositoryId === repository.id);
  const spare = spares.reduce((sum, one) => sum + one.bytes, 0);
  const bytes = mine.reduce((sum, one) => sum + (one.bytes ?? 0), spare);
  const remove = async (): Promise<void> => {
    setBusy(true);
    const done = await attempt(() => client.repositories.cleanWorktrees({ sessionIds: removable.map((one) => one.sessionId), branches }));
    setBusy(false);
    await queries.invalidateQueries({ queryKey: ['worktrees'] });
    if (!done) return;
    const kept = done.kept.length > 0 ? ` Kept ${plural(done.kept.length, 'other')}: ${done.kept[0]?.why ?? ''}` : '';
    say(`Removed ${plural(done.removed.length, 'worktree')} of ${repository.name}${after(done.removed.length, branches)}.${kept}`);
  };
  return (
    <Panel
      title="Worktrees"
      note={asked.data && mine.length > 0 ? `${mine.length}, ${formatBytes(bytes)} on disk` : undefined}
      actions={
        !mayAct ? (
          <ViewerNote does="removes worktrees" />
        ) : (
          <>
            {removable.length > 0 && (
              <>
                <Checkbox checked={branches} onChange={setBranches}>
                  Branches too
                </Checkbox>
                <Button size="small" look="danger" icon={<Trash2 />} isDisabled={busy} onPress={() => void remove()}>
                  Remove {plural(removable.length, 'worktree')}
                </Button>
              </>
            )}
            {orphans.length > 0 && <OrphanedTrees repository={repository} trees={orphans} />}
          </>
        )
      }
    >
      {asked.error && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {!asked.data && !asked.error && <Skeleton />}
      {asked.data && mine.length === 0 && <EmptyState>No worktrees. Each session makes its own and it stays until you remove it here.</EmptyState>}
      <ul className={s.trees}>
        {mine.map((one) => (
          <li key={one.sessionId} className={s.tree}>
            <a className={s.treeName} href={href(to.session(one.sessionId))} title={one.cwd}>
              {one.title}
            </a>
            {one.orphan === true && one.why === '' && <span className={s.treeWhy}>Its repository is gone</span>}
            {one.why !== '' && (
              <span className={s.treeWhy} title={one.why}>
                {one.removable ? '' : 'Kept: '}
                {one.why}
              </span>
            )}
            <span className={s.dim}>{one.bytes === null ? 'size unknown' : formatBytes(one.bytes)}</span>
          </li>
        ))}
        {mine.length > 0 && spare > 0 && (
          <li className={s.tree}>
            <span className={s.treeName}>Kept ready for the next start</span>
            <span className={s.dim}>{formatBytes(spare)}</span>
          </li>
        )}
      </ul>
    </Panel>
  );
}
