/** What was found at a path, in the words of a person who is about to let agents work there. */
import type { RepositoryFacts } from '#shared/domain/repository.ts';
import { plural } from '#shared/lib/format.ts';
import { Facts } from '../components/panel.tsx';

export function FoundFacts({ facts }: { facts: RepositoryFacts }) {
  if (facts.vcs === 'none') {
    return (
      <Facts
        rows={[
          ['Folder', <code key="root">{facts.root}</code>],
          ['Version control', 'none: agents work in the folder itself, a snapshot gives the diff'],
        ]}
      />
    );
  }
  return (
    <Facts
      rows={[
        ['Top folder', <code key="root">{facts.root}</code>],
        ['Branch', facts.head.branch ?? (facts.head.sha === null ? 'none' : `detached at ${facts.head.sha.slice(0, 10)}`)],
        ['Commits', facts.hasCommits ? (facts.head.sha?.slice(0, 10) ?? 'yes') : 'none yet: make a first commit before worktrees can be used'],
        ['Changed files', facts.dirtyFiles === 0 ? 'none, the work tree is clean' : `${plural(facts.dirtyFiles, 'file')}, agents do not see them in worktrees`],
        ['Branches', String(facts.branches.length)],
        ['Submodules', facts.submodules ? 'yes: worktrees get them empty unless a set-up command fills them' : 'none'],
      ]}
    />
  );
}
