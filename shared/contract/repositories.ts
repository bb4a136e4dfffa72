/** Repositories, their settings, and the worktrees that sessions left behind. */
import { z } from 'zod';
import { Repository, RepositoryFacts, RepositorySettings } from '../domain/repository.ts';
import { act, Done, Id, None, read } from './base.ts';

export const WorktreeUse = z.object({
  sessionId: z.string(),
  repositoryId: z.string(),
  hostId: z.string(),
  title: z.string(),
  cwd: z.string(),
  branch: z.string().nullable(),
  bytes: z.number().nullable(),
  /** False while a session runs in it or its change waits for a decision. */ removable: z.boolean(),
  why: z.string(),
  /** True when its repository is gone: what was only here cannot be brought back. */
  orphan: z.boolean().optional(),
});
export type WorktreeUse = z.infer<typeof WorktreeUse>;

/** A worktree that is kept ready for the next start. */
export const SpareUse = z.object({ repositoryId: z.string(), bytes: z.number() });
export type SpareUse = z.infer<typeof SpareUse>;

export const repositories = {
  /** Looks at a folder without registering it. */
  inspect: read.input(z.object({ path: z.string().min(1).max(4096) })).output(RepositoryFacts),
  add: act
    .input(z.object({ path: z.string().min(1).max(4096), name: z.string().max(200).optional(), settings: RepositorySettings.partial().optional() }))
    .output(Repository),
  save: act.input(z.object({ id: Id, name: z.string().min(1).max(200), settings: RepositorySettings })).output(Repository),
  /** Takes it off the list; nothing on disk changes. */
  archive: act.input(z.object({ id: Id, archived: z.boolean() })).output(Done),
  facts: read.input(z.object({ id: Id })).output(RepositoryFacts),
  worktrees: read.input(None).output(z.object({ worktrees: z.array(WorktreeUse), spares: z.array(SpareUse), totalBytes: z.number() })),
  /**
   * Removes the worktrees of the named sessions; the branch goes too when `branches` is set. Those whose repository is gone go only
   * with `orphans`: no branch holds what was made in them. Answers what was kept and why.
   */
  cleanWorktrees: act
    .input(z.object({ sessionIds: z.array(Id).min(1).max(1000), branches: z.boolean().default(false), orphans: z.boolean().default(false) }))
    .output(z.object({ removed: z.array(z.string()), kept: z.array(z.object({ sessionId: z.string(), why: z.string() })) })),
};
