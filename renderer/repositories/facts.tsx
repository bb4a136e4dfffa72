/** The column beside a repository: where it is, what git says of it now, and taking it off the list. */
import { useQuery } from '@tanstack/react-query';
import { Archive, RefreshCw } from 'lucide-react';
import type { Repository } from '#shared/domain/repository.ts';
import { formatExact } from '#shared/lib/format.ts';
import { Button, IconButton } from '../components/button.tsx';
import { ErrorState, Skeleton } from '../components/feedback.tsx';
import { ViewerNote } from '../components/for-operator.tsx';
import { Facts, Section } from '../components/panel.tsx';
import { client, useMayAct } from '../lib/client.ts';
import { adopt } from '../lib/live.ts';
import { useSessions } from '../lib/live-select.ts';
import { go, to } from '../lib/router.ts';
import { attempt, say } from '../lib/toasts.ts';
import { FoundFacts } from './found.tsx';

export function RepositoryFactsPanel({ repository }: { repository: Repository }) {
  const mayAct = useMayAct();
  const facts = useQuery({ queryKey: ['repository-facts', repository.id], queryFn: () => client.repositories.facts({ id: repository.id }), staleTime: 10_000 });
  const sessions = useSessions().filter((one) => one.repositoryId === repository.id).length;
  return (
    <>
      <Section title="In the folder now" actions={<IconButton label="Look again" icon={<RefreshCw />} size="small" onPress={() => void facts.refetch()} />}>
        {facts.error ? <ErrorState error={facts.error} onRetry={() => void facts.refetch()} /> : facts.data ? <FoundFacts facts={facts.data} /> : <Skeleton />}
      </Section>
      <Section title="Here">
        <Facts
          rows={[
            ['Added', formatExact(repository.addedAt)],
            ['Sessions in the list', String(sessions)],
          ]}
        />
      </Section>
      <Section title="Take off the list">
        <p>Nothing on disk changes, and its sessions stay.</p>
        {mayAct ? (
          <Button size="small" icon={<Archive />} onPress={() => void archive(repository)}>
            Archive repository
          </Button>
        ) : (
          <ViewerNote does="archives repositories" />
        )}
      </Section>
    </>
  );
}

async function archive(repository: Repository): Promise<void> {
  if (!(await attempt(() => client.repositories.archive({ id: repository.id, archived: true })))) return;
  adopt({ repositories: [{ ...repository, archivedAt: Date.now() }] });
  go(to.repositories, { replace: true });
  say(`Archived ${repository.name}.`, async () => {
    await client.repositories.archive({ id: repository.id, archived: false });
    adopt({ repositories: [repository] });
    go(to.repository(repository.id));
  });
}
