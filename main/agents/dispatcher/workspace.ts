/** Where a task works: stable names, so that a resume finds its files, and the host's words for it. Pure. */
import type { Task } from '#shared/domain/session.ts';
import type { Repository } from '#shared/domain/repository.ts';
import type { WorkspaceSpec } from '#shared/host-protocol/commands.ts';
import type { SessionRow } from '#store/store.ts';

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

/** Folder and branch of a task; the branch is null where the work happens in a folder that is already there. */
export function placeOf(task: Pick<Task, 'id' | 'title' | 'isolation'>, repository: Repository, dataDir: string): { cwd: string; branch: string | null } {
  if (task.isolation.mode === 'existing') return { cwd: task.isolation.path, branch: null };
  if (task.isolation.mode === 'in-place') return { cwd: repository.path, branch: null };
  const name = `${slugOf(task.title)}-${task.id.slice(-6)}`;
  return { cwd: `${rootOf(repository, dataDir)}/${name}`, branch: `acc/${name}` };
}

const ownRoot = (repository: Pick<Repository, 'id'>, dataDir: string): string => `${dataDir}/worktrees/${repository.id}`;

const rootOf = (repository: Repository, dataDir: string): string => (repository.settings.worktreeRoot || ownRoot(repository, dataDir)).replace(/\/+$/, '');

/** Folders right below which worktrees of a repository lie: the one its settings name, and the app's own, used before that was set. */
export const worktreeRoots = (repository: Repository, dataDir: string): string[] =>
  [repository.settings.worktreeRoot, ownRoot(repository, dataDir)].filter((root) => root !== '');

/** Where the host may keep a worktree of a repository ready. */
const spareIn = (root: string, { id }: Repository): string => `${root.replace(/\/+$/, '')}/.spare-${id.slice(-6)}`;

/** Where worktrees of a repository may be that are kept ready, one in each of its {@link worktreeRoots}. */
export const sparesOf = (repository: Repository, dataDir: string): string[] => worktreeRoots(repository, dataDir).map((root) => spareIn(root, repository));

export function workspaceOf(
  task: Pick<Task, 'isolation'>,
  session: Pick<SessionRow, 'cwd' | 'branch'>,
  repository: Repository,
  dataDir: string,
): WorkspaceSpec {
  const { isolation } = task;
  if (isolation.mode === 'in-place') return { mode: 'in-place', cwd: session.cwd, vcs: repository.vcs, snapshots: `${dataDir}/snapshots/${repository.id}` };
  if (isolation.mode === 'existing') return { mode: 'existing', repository: repository.path, cwd: session.cwd };
  const { setupCommand, setupTimeoutSeconds, copyPaths, linkPaths } = repository.settings;
  return {
    mode: 'worktree',
    repository: repository.path,
    cwd: session.cwd,
    branch: session.branch ?? '',
    base: isolation.base,
    setupCommand,
    setupTimeoutSeconds,
    copyPaths,
    linkPaths,
    spare: spareIn(rootOf(repository, dataDir), repository),
  };
}
