/** Worktrees that sessions left behind on each host: how much they use, and which may go. */
import { sparesAt } from '#agents/dispatcher/workspace.ts';
import { hostsOf, siteOn, type Site } from '#agents/placement/sites.ts';
import type { SpareUse, WorktreeUse } from '#shared/contract/repositories.ts';
import type { Repository } from '#shared/domain/repository.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { ok, type Result } from '#shared/lib/fault.ts';
import type { SessionRow } from '#store/store.ts';
import type { Services } from './services.ts';

/** Sessions looked at, newest first. */
const MAX_SESSIONS = 5000;
const USAGE_MS = 60_000;
const AWAY = 'Its agent host cannot be reached.';

/** The worktrees that are on disk, one line a folder, named after the latest session that worked in it. Those on a host that is away are named without their size. */
export async function listWorktrees(services: Services): Promise<Result<WorktreeUse[]>> {
  const byHost = Map.groupBy(latestByFolder(services), (session) => session.hostId);
  const lists = await Promise.all([...byHost].map(([hostId, sessions]) => listOn(services, hostId, sessions)));
  const failed = lists.find((list) => !list.ok);
  return failed && !failed.ok ? failed : ok(lists.flatMap((list) => (list.ok ? list.value : [])));
}

async function listOn(services: Services, hostId: string, sessions: readonly SessionRow[]): Promise<Result<WorktreeUse[]>> {
  const lineOf = ({ id, repositoryId, title, cwd, branch }: SessionRow, bytes: number | null, why: string): WorktreeUse => {
    return { sessionId: id, repositoryId, hostId, title, cwd, branch, bytes, removable: why === '', why };
  };
  const host = services.hosts.of(hostId);
  const away = hostId !== LOCAL_HOST && host.health().state !== 'ready';
  if (away) return ok(sessions.map((session) => lineOf(session, null, AWAY)));
  const usage = await host.call('workspace.usage', { paths: sessions.map((session) => session.cwd) }, { timeoutMs: USAGE_MS });
  if (!usage.ok) return hostId === LOCAL_HOST ? usage : ok(sessions.map((session) => lineOf(session, null, AWAY)));
  const gone = await goneRepositories(services, hostId, sessions);
  return ok(
    sessions.flatMap((session, at) => {
      const bytes = usage.value.bytes[at] ?? null;
      if (bytes === null) return []; // the folder is gone
      return [{ ...lineOf(session, bytes, whyKept(services, session)), ...(gone.has(session.repositoryId) ? { orphan: true } : {}) }];
    }),
  );
}

/** What the worktrees that the hosts keep ready for the next start use, by repository. */
export async function listSpares(services: Services): Promise<Result<SpareUse[]>> {
  const { store, hosts } = services;
  const places = store.repositories.list().flatMap((repository) =>
    hostsOf(repository).flatMap((hostId) => {
      const site = siteOf(services, repository, hostId);
      const there = hostId === LOCAL_HOST || hosts.of(hostId).health().state === 'ready';
      return site && there ? sparesAt(site, repository).map((path) => ({ repositoryId: repository.id, hostId, path })) : [];
    }),
  );
  const used: SpareUse[] = [];
  for (const [hostId, paths] of Map.groupBy(places, (place) => place.hostId)) {
    const usage = await hosts.of(hostId).call('workspace.usage', { paths: paths.map(({ path }) => path) }, { timeoutMs: USAGE_MS });
    if (!usage.ok && hostId === LOCAL_HOST) return usage;
    if (usage.ok) used.push(...paths.flatMap(({ repositoryId }, at) => (usage.value.bytes[at] ? [{ repositoryId, bytes: usage.value.bytes[at] }] : [])));
  }
  return ok(used);
}

/** Removes what may go, and the worktrees kept ready in the same repositories: whoever cleans up wants the space. @returns what was removed, and what was kept and why */
export async function cleanWorktrees(
  services: Services,
  sessionIds: readonly string[],
  how: { readonly branches: boolean; readonly orphans: boolean },
): Promise<Result<{ removed: { sessionId: string; cwd: string; orphan: boolean }[]; kept: { sessionId: string; why: string }[] }>> {
  const { store, hosts } = services;
  const removed: { sessionId: string; cwd: string; orphan: boolean }[] = [];
  const kept: { sessionId: string; why: string }[] = [];
  const cleaned = new Map<string, { repository: Repository; site: Site; orphan: boolean }>();
  for (const sessionId of new Set(sessionIds)) {
    const session = store.sessions.get(sessionId);
    const repository = session && store.repositories.get(session.repositoryId);
    const site = session && repository && siteOf(services, repository, session.hostId, session.place?.repository);
    const why = !session || !repository || session.branch === null ? 'It has no worktree of its own.' : site ? whyKept(services, session) : AWAY;
    if (!session || !repository || !site || why !== '') {
      kept.push({ sessionId, why });
      continue;
    }
    const orphan = how.orphans && (await goneRepositories(services, site.hostId, [session])).size > 0;
    cleaned.set(`${site.hostId}/${repository.id}`, { repository, site, orphan });
    const branch = how.branches ? session.branch : null;
    const where = { repository: site.path, ...(orphan ? { orphanRoots: [...site.roots] } : {}) };
    const gone = await hosts.of(site.hostId).call('workspace.remove', { ...where, cwd: session.cwd, branch });
    if (gone.ok) removed.push({ sessionId, cwd: session.cwd, orphan });
    else kept.push({ sessionId, why: gone.fault.message });
  }
  // One that cannot go now is counted still, and goes with the next.
  for (const { repository, site, orphan } of cleaned.values()) {
    const where = { repository: site.path, branch: null, ...(orphan ? { orphanRoots: [...site.roots] } : {}) };
    for (const cwd of sparesAt(site, repository)) await hosts.of(site.hostId).call('workspace.remove', { ...where, cwd });
  }
  return ok({ removed, kept });
}

const siteOf = ({ hosts, dataDir }: Services, repository: Repository, hostId: string, known?: string): Site | null =>
  siteOn(repository, hosts.of(hostId).health(), dataDir, known);

/** Repositories whose folder is not on the host any more. */
async function goneRepositories(services: Services, hostId: string, sessions: readonly SessionRow[]): Promise<Set<string>> {
  const places = new Map(sessions.map((session) => [session.repositoryId, session.place?.repository]));
  const looks = await Promise.all(
    [...places].map(async ([id, known]) => {
      const repository = services.store.repositories.get(id);
      const site = repository && siteOf(services, repository, hostId, known);
      const facts = site && (await services.hosts.of(hostId).call('workspace.inspect', { path: site.path }, { timeoutMs: USAGE_MS }));
      return facts?.ok === false && facts.fault.code === 'FOLDER_MISSING' ? [id] : [];
    }),
  );
  return new Set(looks.flat());
}

/** Worktrees on hosts that were removed are out of reach, and nobody's here. */
function latestByFolder({ store }: Services): SessionRow[] {
  const byFolder = new Map<string, SessionRow>();
  const hosts = new Set(store.hosts.list().map((host) => host.id));
  for (const archived of [false, true]) {
    for (const session of store.sessions.list({ archived, limit: MAX_SESSIONS }).sessions) {
      const folder = `${session.hostId}\0${session.cwd}`;
      const known = byFolder.get(folder);
      const counts = session.branch !== null && session.place !== null && hosts.has(session.hostId);
      if (counts && (!known || known.createdAt < session.createdAt)) byFolder.set(folder, session);
    }
  }
  return [...byFolder.values()];
}

/** Why a folder must stay; empty when it may go. */
function whyKept({ store }: Services, { hostId, cwd }: SessionRow): string {
  const running = store.sessions.inStatus(['queued', 'starting', 'running', 'waiting']).some((each) => each.hostId === hostId && each.cwd === cwd);
  if (running) return 'A session works in it.';
  const undecided = store.changes.list(true, 1000).some((change) => change.cwd === cwd && store.sessions.get(change.sessionId)?.hostId === hostId);
  return undecided ? 'Its change waits for a decision.' : '';
}
