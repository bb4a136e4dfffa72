/** On which agent hosts a repository is, and at which paths there. Pure. */
import type { Repository } from '#shared/domain/repository.ts';
import { LOCAL_HOST, type HostHealth } from '#shared/host-protocol/link.ts';

/** A repository on one host. */
export type Site = {
  readonly hostId: string;
  /** Top of the repository there. */
  readonly path: string;
  /** Folder that holds its worktrees there. */
  readonly worktrees: string;
  /** Folders right below which its worktrees may lie: the one above, and the app's own, used before another was set. */
  readonly roots: readonly string[];
  /** Folder that holds its snapshot store there, when it is outside git. */
  readonly snapshots: string;
};

/** The hosts that have the repository: this machine unless it is left out and others are named, then the others in their order. */
export function hostsOf({ settings }: Pick<Repository, 'settings'>): string[] {
  const others = settings.hosts.map((each) => each.hostId).filter((id) => id !== LOCAL_HOST);
  return [...(settings.onThisMachine || others.length === 0 ? [LOCAL_HOST] : []), ...new Set(others)];
}

/** The path of the repository on a host; null when it is not known to be there. */
export function pathOn({ path, settings }: Pick<Repository, 'path' | 'settings'>, hostId: string): string | null {
  return hostId === LOCAL_HOST ? path : (settings.hosts.find((each) => each.hostId === hostId)?.path ?? null);
}

/**
 * Where the work on a repository belongs on a host.
 * @param known path of the repository there that an earlier run used, for when the settings do not name it any more
 * @returns null when the repository is not there, or the host never said where its work belongs
 */
export function siteOn(repository: Repository, host: Pick<HostHealth, 'hostId' | 'identity'>, dataDir: string, known?: string): Site | null {
  const { hostId, identity } = host;
  const path = pathOn(repository, hostId) ?? known;
  const root = hostId === LOCAL_HOST ? dataDir : identity?.workRoot;
  if (path === undefined || root === undefined) return null;
  const named = hostId === LOCAL_HOST ? repository.settings.worktreeRoot.replace(/\/+$/, '') : '';
  const own = `${root}/worktrees/${repository.id}`;
  return {
    hostId,
    path,
    worktrees: named || own,
    roots: named === '' ? [own] : [named, own],
    snapshots: `${root}/snapshots/${repository.id}`,
  };
}
