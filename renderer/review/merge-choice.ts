/** How and where a change would be merged: the repository's way and the branch it began from, unless a person chooses another. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Change } from '#shared/domain/change.ts';
import type { MergeMethod } from '#shared/domain/repository.ts';
import { client } from '../lib/client.ts';
import { useRepository } from '../lib/live-select.ts';

export const METHODS: readonly { id: MergeMethod; label: string }[] = [
  { id: 'squash', label: 'As one commit (squash)' },
  { id: 'merge', label: 'With a merge commit' },
  { id: 'rebase', label: 'Commit by commit (rebase)' },
];

export type MergeChoice = {
  method: MergeMethod;
  target: string | null;
  branches: readonly string[];
  setMethod: (method: MergeMethod) => void;
  setTarget: (branch: string) => void;
};

/** Branches offered as targets. */
const MOST_BRANCHES = 30;

export function useMergeChoice(change: Change): MergeChoice {
  const repository = useRepository(change.repositoryId);
  const [chosen, setChosen] = useState<{ method?: MergeMethod; target?: string }>({});
  const facts = useQuery({
    queryKey: ['repository-facts', change.repositoryId],
    queryFn: () => client.repositories.facts({ id: change.repositoryId }),
    enabled: change.mode !== 'in-place',
    staleTime: 30_000,
  });
  return {
    method: chosen.method ?? repository?.settings.mergeMethod ?? 'squash',
    target: chosen.target ?? change.targetBranch,
    branches: (facts.data?.branches ?? []).filter((branch) => branch !== change.branch && !branch.startsWith('acc/')).slice(0, MOST_BRANCHES),
    setMethod: (method) => setChosen((before) => ({ ...before, method })),
    setTarget: (target) => setChosen((before) => ({ ...before, target })),
  };
}
