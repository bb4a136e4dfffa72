/** Intake: what a session left in its folder becomes a change, or a new look at the change that is there. */
import type { ChangedFile } from '#shared/domain/change.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import type { ChangeRow, SessionRow } from '#store/store.ts';
import { UNDECIDED, won, type Desk } from './desk.ts';

/** Longest summary kept with a change, in characters. */
const MAX_SUMMARY = 20_000;

type Look = {
  readonly base: string;
  readonly snapshot: string;
  readonly files: ChangedFile[];
  readonly skipped: string[];
  readonly added: number;
  readonly deleted: number;
};

export async function collect(desk: Desk, sessionId: string): Promise<Result<ChangeRow | null>> {
  const { store } = desk.deps;
  const session = store.sessions.get(sessionId);
  if (!session) return fail('SESSION_UNKNOWN', 'There is no such session.', { why: sessionId });
  if (session.place === null || session.base === null) return ok(null); // it never had a folder to change
  const known = store.changes.bySession(sessionId);
  // Work that goes on after a decision is a change of its own. In place it begins where the kept one ended.
  const earlier = known && !UNDECIDED.includes(known.status) && known.status !== 'changes_asked' ? known : null;
  const base = earlier?.status === 'kept' ? earlier.snapshot : session.base;
  const seen = await look(desk, session, base);
  if (!seen.ok) return seen;
  if (earlier?.snapshot === seen.value.snapshot) return ok(null);
  if (known && !earlier) return lookAgain(desk, known, seen.value);
  if (seen.value.files.length > 0) return insert(desk, session, seen.value);
  if (session.statusCode === '') store.sessions.patch(sessionId, { statusCode: 'NO_CHANGE', statusText: nothingChanged(seen.value.skipped) });
  return ok(null);
}

/** Work inside a repository of its own cannot be shown: then nothing is claimed about it. */
const nothingChanged = (skipped: readonly string[]): string =>
  skipped.length === 0
    ? 'Nothing had to change.'
    : `Nothing changed but what may be in ${skipped.join(', ')}, left out as ${skipped.length === 1 ? 'a git repository of its own' : 'git repositories of their own'}.`;

/** Takes the files as they are now as the thing to review. */
export async function refresh(desk: Desk, change: ChangeRow): Promise<Result<ChangeRow>> {
  const seen = await look(desk, { id: change.sessionId, place: change.place }, change.base);
  return seen.ok ? lookAgain(desk, change, seen.value) : seen;
}

async function look(desk: Desk, session: Pick<SessionRow, 'id' | 'place'>, base: string): Promise<Result<Look>> {
  if (session.place === null) return fail('FOLDER_MISSING', 'The session has no folder.');
  const host = desk.deps.host(session.id);
  const snapshot = await host.call('workspace.snapshot', session.place, { timeoutMs: 330_000 });
  if (!snapshot.ok) return snapshot;
  const listed = await host.call('workspace.files', { ...session.place, base, snapshot: snapshot.value.tree }, { timeoutMs: 120_000 });
  if (!listed.ok) return listed;
  const { files } = listed.value;
  const sum = (side: 'added' | 'deleted'): number => files.reduce((total, file) => total + file[side], 0);
  return ok({ base, snapshot: snapshot.value.tree, files, skipped: snapshot.value.skipped ?? [], added: sum('added'), deleted: sum('deleted') });
}

/** The same change with other files: what a person has seen stays seen unless it changed. */
async function lookAgain(desk: Desk, change: ChangeRow, seen: Look): Promise<Result<ChangeRow>> {
  const { store } = desk.deps;
  let viewed = change.viewed;
  if (viewed.length > 0 && seen.snapshot !== change.snapshot) {
    const between = await desk.deps.host(change.sessionId).call('workspace.files', { ...change.place, base: change.snapshot, snapshot: seen.snapshot });
    const moved = new Set(between.ok ? between.value.files.flatMap((file) => [file.path, file.oldPath ?? file.path]) : viewed);
    viewed = viewed.filter((path) => !moved.has(path));
  }
  const summary = store.events.lastText(change.sessionId).slice(0, MAX_SUMMARY) || change.summary;
  const patch = { snapshot: seen.snapshot, files: seen.files, skipped: seen.skipped, added: seen.added, deleted: seen.deleted, viewed, summary };
  return ok(
    store.transaction(() =>
      change.status === 'waiting'
        ? won(store.changes.patch(change.id, patch))
        : won(store.changes.move(change.id, 'waiting', { ...patch, conflicts: [] }, [change.status])),
    ),
  );
}

async function insert(desk: Desk, session: SessionRow, seen: Look): Promise<Result<ChangeRow>> {
  const { store, now } = desk.deps;
  const task = store.tasks.get(session.taskId);
  if (!task || session.place === null) return fail('SESSION_UNKNOWN', 'The session has no task.', { why: session.id });
  const { place } = session;
  const mode = task.isolation.mode;
  const targetBranch = task.isolation.mode === 'worktree' ? await targetOf(desk, session, place.repository, task.isolation.base) : null;
  const at = now();
  return ok(
    store.transaction(() => {
      const change = store.changes.insert({
        ...seen,
        id: newId('chg', at),
        taskId: task.id,
        sessionId: session.id,
        repositoryId: session.repositoryId,
        title: session.title,
        status: 'waiting',
        mode,
        cwd: place.cwd,
        place,
        branch: session.branch,
        targetBranch,
        summary: store.events.lastText(session.id).slice(0, MAX_SUMMARY),
        rounds: 0,
        mergedSha: null,
        mergedBefore: null,
        mergeMethod: null,
        conflicts: [],
        note: '',
        viewed: [],
        createdAt: at,
        decidedAt: null,
      });
      store.sessions.patch(session.id, { changeId: change.id });
      return change;
    }),
  );
}

/** The branch the work came from when it began from one, else the one that is checked out in the repository; a person may choose another. */
async function targetOf(desk: Desk, session: SessionRow, repository: string, base: string): Promise<string | null> {
  const facts = await desk.deps.host(session.id).call('workspace.inspect', { path: repository });
  if (!facts.ok) return null;
  return facts.value.branches.includes(base) ? base : facts.value.head.branch;
}
