/** Repositories: the list at the left, one of them in the middle, its facts at the right; adding one looks at the folder first. */
import { FolderPlus } from 'lucide-react';
import { useState } from 'react';
import type { Repository } from '#shared/domain/repository.ts';
import { Button } from '../components/button.tsx';
import { EmptyState, Skeleton } from '../components/feedback.tsx';
import { ViewerNote } from '../components/for-operator.tsx';
import { Cell, List } from '../components/list.tsx';
import { Badge } from '../components/status.tsx';
import { useCursor } from '../components/use-cursor.ts';
import { Screen } from '../frame/screen.tsx';
import { useMayAct } from '../lib/client.ts';
import { useKeys } from '../lib/keys.ts';
import { useRepositories } from '../lib/live-select.ts';
import { useLive } from '../lib/live.ts';
import { go, to, useParams } from '../lib/router.ts';
import { AddRepository } from './add.tsx';
import { RepositoryFactsPanel } from './facts.tsx';
import { RepositoryForm } from './form.tsx';
import { Worktrees } from './worktrees.tsx';
import s from './repositories.module.css';

export default function RepositoriesView() {
  const { id } = useParams<{ id?: string }>();
  const repositories = useRepositories();
  const ready = useLive((state) => state.ready);
  const [adding, setAdding] = useState(false);
  const shown = repositories.find((one) => one.id === id) ?? repositories[0];
  const mayAct = useMayAct();
  useKeys('Repositories', [{ keys: 'n', label: 'Add a repository', run: () => setAdding(true), enabled: mayAct }]);
  return (
    <Screen
      crumbs={shown ? [{ label: 'Repositories', to: to.repositories }, { label: shown.name }] : [{ label: 'Repositories' }]}
      actions={
        mayAct && (
          <Button look="primary" icon={<FolderPlus />} keys="n" onPress={() => setAdding(true)}>
            Add repository
          </Button>
        )
      }
      {...(shown ? { side: <RepositoryFactsPanel key={shown.id} repository={shown} /> } : {})}
      sideLabel="Facts of the repository"
      padded={false}
    >
      {!ready && <Skeleton />}
      {ready && !shown && (
        <EmptyState action={mayAct ? <Button onPress={() => setAdding(true)}>Add repository</Button> : <ViewerNote does="adds repositories" />}>
          Agents work in repositories you add here. Nothing in a folder changes when it is added.
        </EmptyState>
      )}
      {shown && (
        <div className={s.columns}>
          <Rows repositories={repositories} shown={shown} />
          <div className={s.middle} tabIndex={0} role="region" aria-label={`Repository ${shown.name}`}>
            <RepositoryForm key={shown.id} repository={shown} />
            <Worktrees key={`${shown.id} worktrees`} repository={shown} />
          </div>
        </div>
      )}
      {adding && <AddRepository onClose={() => setAdding(false)} />}
    </Screen>
  );
}

function Rows({ repositories, shown }: { repositories: readonly Repository[]; shown: Repository }) {
  const cursor = useCursor(
    repositories.map((one) => one.id),
    shown.id,
    (id) => go(to.repository(id), { replace: true }),
  );
  return (
    <nav className={s.rows} aria-label="Repositories">
      <List
        label="Repositories"
        items={repositories}
        idOf={(one) => one.id}
        cursor={{ ...cursor, active: shown.id }}
        onOpen={(one) => go(to.repository(one.id), { replace: true })}
        main
      >
        {(one) => (
          <>
            <Cell grow title={one.path}>
              {one.name}
            </Cell>
            {!one.present && (
              <Cell>
                <Badge tone="bad">not found</Badge>
              </Cell>
            )}
            {one.vcs === 'none' && <Cell dim>folder</Cell>}
          </>
        )}
      </List>
    </nav>
  );
}
