/** Where a task works: stable names, so that a resume finds its files, and the host's words for it. Pure. */
import type { Repository } from '#shared/domain/repository.ts';
import type { Task } from '#shared/domain/session.ts';
import type { WorkspaceSpec } from '#shared/host-protocol/commands.ts';
import type { SessionRow } from '#store/store.ts';
import type { Site } from '../placement/sites.ts';

/** A few words of a title that are safe in a folder's and a branch's name. */
export function slugOf(title: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return (
    plain
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 40)
      .replace(/^-+|-+$/g, '') || 'task'
  );
}

/**
 * Branch of a task; null where the work happens in a folder that is already there.
 * @param place 1 for the first place the task works in; a further one, after a host was lost, has a branch of its own
 */
export function branchOf(task: Pick<Task, 'id' | 'title' | 'isolation'>, place: number): string | null {
  if (task.isolation.mode !== 'worktree') return null;
  return `acc/${slugOf(task.title)}-${task.id.slice(-6)}${place > 1 ? `-${place}` : ''}`;
}

/** Folder of a task on a host. */
export function folderOf({ isolation }: Pick<Task, 'isolation'>, branch: string | null, site: Site): string {
  if (isolation.mode === 'existing') return isolation.path;
  if (isolation.mode === 'in-place' || branch === null) return site.path;
  return `${site.worktrees}/${branch.replace(/^acc\//, '')}`;
}

/** Where the host may keep a worktree of a repository ready. */
const spareIn = (root: string, { id }: Pick<Repository, 'id'>): string => `${root}/.spare-${id.slice(-6)}`;

/** Where worktrees of a repository may be that are kept ready on a host, one in each of the site's roots. */
export const sparesAt = (site: Site, repository: Pick<Repository, 'id'>): string[] => site.roots.map((root) => spareIn(root, repository));

export function workspaceOf(
  { isolation }: Pick<Task, 'isolation'>,
  session: Pick<SessionRow, 'cwd' | 'branch'>,
  repository: Repository,
  site: Site,
): WorkspaceSpec {
  const { cwd } = session;
  if (isolation.mode === 'in-place') return { mode: 'in-place', cwd, vcs: repository.vcs, snapshots: site.snapshots };
  if (isolation.mode === 'existing') return { mode: 'existing', repository: site.path, cwd };
  const { setupCommand, setupTimeoutSeconds, copyPaths, linkPaths } = repository.settings;
  return {
    mode: 'worktree',
    repository: site.path,
    cwd,
    branch: session.branch ?? '',
    base: isolation.base,
    setupCommand,
    setupTimeoutSeconds,
    copyPaths,
    linkPaths,
    spare: spareIn(site.worktrees, repository),
  };
}
