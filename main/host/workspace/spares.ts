/**
 * When spare worktrees are made: after a start has made or taken a worktree, once no start came for a moment. Beside each waits a git
 * that is started already, since the start of a program is most of what marking a session's start takes.
 *
 *   wish ──► waiting for quiet (each start begins the wait anew) ──► making, one after the other ──► ready ──take──► the session's
 */
import { ok, type Result } from '#shared/lib/fault.ts';
import { git } from './git.ts';
import { START_REFS } from './keep.ts';
import { makeSpare, type SpareWish } from './spare-make.ts';
import { takeSpare } from './spare-take.ts';
import { spareAt, type WorktreeSpec } from './spare.ts';
import { changeWorktreesOf } from './worktrees.ts';

/** Quiet after a start before a spare is made, in milliseconds: an agent's own start, which needs the processor, is over by then. */
const QUIET_MS = 1000;
/** How long a git waits beside a spare, in milliseconds: it must not hold the disk of a repository that nobody works in. */
const WAIT_MS = 600_000;

export type Spares = {
  /** Makes the spare the worktree of `spec`. @returns its base; null when it has to be made the usual way */
  take(spec: WorktreeSpec, signal: AbortSignal): Promise<string | null>;
  /** A worktree of `spec` was made from `commit`: the next start will likely want one like it. */
  wish(spec: WorktreeSpec, commit: string): void;
  /** Ends what runs; spares that are ready stay for the next host. */
  close(): Promise<void>;
};

/** A git that waits for its input. */
type Marker = { readonly give: (input: string) => void; readonly done: Promise<Result<unknown>> };

export function createSpares(quietMs = QUIET_MS): Spares {
  const wishes = new Map<string, SpareWish>();
  const markers = new Map<string, Marker>();
  /** Folders where no spare can be had: not tried again. */
  const refused = new Set<string>();
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let making: Promise<void> = Promise.resolve();

  const waitForQuiet = (): void => {
    clearTimeout(timer);
    if (wishes.size > 0 && !closing.signal.aborted) timer = setTimeout(() => (making = making.then(makeAll)), quietMs).unref();
  };
  const makeAll = async (): Promise<void> => {
    for (const [folder, wish] of wishes) {
      if (closing.signal.aborted) return;
      wishes.delete(folder);
      const made = await makeSpare(wish, closing.signal);
      if (made === 'never') refused.add(folder);
      if (made === 'ready' && !markers.has(folder)) startMarker(wish);
    }
  };
  const startMarker = ({ repository, folder }: SpareWish): void => {
    const input = Promise.withResolvers<string>();
    const done = git({ cwd: repository }, START_REFS, { input: input.promise, timeoutMs: WAIT_MS, signal: closing.signal });
    const marker: Marker = { give: input.resolve, done };
    markers.set(folder, marker);
    void done.then(() => {
      if (markers.get(folder) === marker) markers.delete(folder);
    });
  };
  const mark = (spec: WorktreeSpec, folder: string, input: string, signal: AbortSignal): Promise<Result<unknown>> => {
    const marker = markers.get(folder);
    if (!marker) return git({ cwd: spec.repository }, START_REFS, { input, signal });
    markers.delete(folder);
    marker.give(input);
    return marker.done;
  };

  return {
    async take(spec, signal) {
      waitForQuiet();
      const folder = spec.spare;
      const at = folder === undefined ? null : spareAt(folder);
      if (folder === undefined || at === null) return null;
      const taken = await changeWorktreesOf(at.common, async () => ok(await takeSpare(spec, folder, (input) => mark(spec, folder, input, signal), signal)));
      return taken.ok ? taken.value : null;
    },
    wish(spec, commit) {
      if (spec.spare !== undefined && !refused.has(spec.spare)) wishes.set(spec.spare, { repository: spec.repository, folder: spec.spare, commit });
      waitForQuiet();
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      await making;
      await Promise.all([...markers.values()].map(({ done }) => done));
    },
  };
}
