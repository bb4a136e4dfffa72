/** Worktrees that sessions left behind: how much they use, and which may go. */
import type { SpareUse, WorktreeUse } from '#shared/contract/repositories.ts';
import type { Repository } from '#shared/domain/repository.ts';
import { ok, type Result } from '#shared/lib/fault.ts';
import type { SessionRow } from '#store/store.ts';
import { sparesOf, worktreeRoots } from '#agents/dispatcher/workspace.ts';
import type { Services } from './services.ts';

/** Sessions looked at, newest first. */
const MAX_SESSIONS = 5000;
const USAGE_MS = 60_000;

/** The worktrees that are on disk, one line a folder, named after the latest session that worked in it. */
export async function listWorktrees(services: Services): Promise<Result<WorktreeUse[]>> {
  const { host } = services;
  const latest = latestByFolder(services);
  if (latest.length === 0) return ok([]);
  const usage = await host.call('workspace.usage', { paths: latest.map((session) => session.cwd) }, { timeoutMs: USAGE_MS });
  if (!usage.ok) return usage;
  const gone = await goneRepositories(services, latest);
  return ok(
    latest.flatMap((session, at) => {
      const bytes = usage.value.bytes[at] ?? null;
      if (bytes === null) return []; // the folder is gone
      const why = whyKept(services, session.cwd);
      const { id, repositoryId, title, cwd, branch } = session;
      return [{ sessionId: id, repositoryId, title, cwd, branch, bytes, removable: why === '', why, ...(gone.has(repositoryId) ? { orphan: true } : {}) }];
    }),
  );
}

/** What the worktrees that the host keeps ready for the next start use, by repository. */
export async function listSpares({ store, dataDir, host }: Services): Promise<Result<SpareUse[]>> {
  const places = store.repositories.list().flatMap((each) => sparesOf(each, dataDir).map((path) => ({ repositoryId: each.id, path })));
  const usage = await host.call('workspace.usage', { paths: places.map(({ path }) => path) }, { timeoutMs: USAGE_MS });
  if (!usage.ok) return usage;
  return ok(places.flatMap(({ repositoryId }, at) => (usage.value.bytes[at] ? [{ repositoryId, bytes: usage.value.bytes[at] }] : [])));
}

/** Removes what may go, and the worktrees kept ready in the same repositories: whoever cleans up wants the space. @returns what was removed, and what was kept and why */
export async function cleanWorktrees(
  services: Services,
  sessionIds: readonly string[],
  how: { readonly branches: boolean; readonly orphans: boolean },
): Promise<Result<{ removed: { sessionId: string; cwd: string; orphan: boolean }[]; kept: { sessionId: string; why: string }[] }>> {
  const { store, host, dataDir } = services;
  const removed: { sessionId: string; cwd: string; orphan: boolean }[] = [];
  const kept: { sessionId: string; why: string }[] = [];
  const cleaned = new Map<string, { repository: Repository; orphan: boolean }>();
  for (const sessionId of new Set(sessionIds)) {
    const session = store.sessions.get(sessionId);
    const repository = session && store.repositories.get(session.repositoryId);
    const why = !session || !repository || session.branch === null ? 'It has no worktree of its own.' : whyKept(services, session.cwd);
    if (!session || !repository || why !== '') {
      kept.push({ sessionId, why });
      continue;
    }
    const orphan = how.orphans && (await goneRepositories(services, [session])).size > 0;
    cleaned.set(repository.id, { repository, orphan });
    const gone = await host.call('workspace.remove', {
      repository: repository.path,
      cwd: session.cwd,
      branch: how.branches ? session.branch : null,
      ...(orphan ? { orphanRoots: worktreeRoots(repository, dataDir) } : {}),
    });
    if (gone.ok) removed.push({ sessionId, cwd: session.cwd, orphan });
    else kept.push({ sessionId, why: gone.fault.message });
  }
  // One that cannot go now is counted still, and goes with the next.
  for (const { repository, orphan } of cleaned.values()) {
    const where = { repository: repository.path, branch: null, ...(orphan ? { orphanRoots: worktreeRoots(repository, dataDir) } : {}) };
    for (const cwd of sparesOf(repository, dataDir)) await host.call('workspace.remove', { ...where, cwd });
  }
  return ok({ removed, kept });
}

/** Repositories whose folder is not there any more. */
async function goneRepositories({ store, host }: Services, sessions: readonly SessionRow[]): Promise<Set<string>> {
  const ids = [...new Set(sessions.map((session) => session.repositoryId))];
  const looks = await Promise.all(
    ids.map(async (id) => {
      const repository = store.repositories.get(id);
      const facts = repository && (await host.call('workspace.inspect', { path: repository.path }, { timeoutMs: USAGE_MS }));
      return facts?.ok === false && facts.fault.code === 'FOLDER_MISSING' ? [id] : [];
    }),
  );
  return new Set(looks.flat());
}

function latestByFolder({ store }: Services): SessionRow[] {
  const byFolder = new Map<string, SessionRow>();
  for (const archived of [false, true]) {
    for (const session of store.sessions.list({ archived, limit: MAX_SESSIONS }).sessions) {
      const known = byFolder.get(session.cwd);
      if (session.branch !== null && session.place !== null && (!known || known.createdAt < session.createdAt)) byFolder.set(session.cwd, session);
    }
  }
  return [...byFolder.values()];
}

/** Why a folder must stay; empty when it may go. */
function whyKept({ store }: Services, cwd: string): string {
  const running = store.sessions.inStatus(['queued', 'starting', 'running', 'waiting']).some((each) => each.cwd === cwd);
  if (running) return 'A session works in it.';
  const undecided = store.changes.list(true, 1000).some((change) => change.cwd === cwd);
  return undecided ? 'Its change waits for a decision.' : '';
}
