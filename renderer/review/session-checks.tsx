/** The checks of a session's change, for the column beside its transcript. */
import { EmptyState } from '../components/feedback.tsx';
import { useRepository } from '../lib/live-select.ts';
import { Checks } from './checks.tsx';
import { useReview } from './use-review.ts';

export function SessionChecks({ changeId, repositoryId }: { changeId: string | null; repositoryId: string }) {
  const { change, checks, again } = useReview(changeId);
  const specs = useRepository(repositoryId)?.settings.checks ?? [];
  if (!change) return <EmptyState>Checks run on a change. There is none yet.</EmptyState>;
  return <Checks change={change} runs={checks} specs={specs} again={again} />;
}
