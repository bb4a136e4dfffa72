/** A folder the lead registered, what git says of it, and the settings its worktrees need to be useful. */
import { z } from 'zod';

export const CheckSpec = z.object({
  name: z.string().min(1).max(80),
  /** Program and arguments, run in the worktree without a shell. */
  command: z.array(z.string().min(1).max(32_768)).min(1).max(256),
  timeoutSeconds: z.number().int().min(1).max(86_400).default(600),
});
export type CheckSpec = z.infer<typeof CheckSpec>;

export const MergeMethod = z.enum(['merge', 'squash', 'rebase']);
export type MergeMethod = z.infer<typeof MergeMethod>;

export const RepositorySettings = z.object({
  /** Folder that holds this repository's worktrees; empty means the app's data folder. Stable, so that a resume finds its files. */
  worktreeRoot: z.string().max(4096).default(''),
  /** Run once in a fresh worktree before the agent starts. */
  setupCommand: z.array(z.string().max(32_768)).max(256).default([]),
  setupTimeoutSeconds: z.number().int().min(1).max(86_400).default(600),
  /** Paths inside the repository to copy (`.env`) or to link (`node_modules`) into each worktree. */
  copyPaths: z.array(z.string().min(1).max(4096)).max(200).default([]),
  linkPaths: z.array(z.string().min(1).max(4096)).max(200).default([]),
  checks: z.array(CheckSpec).max(50).default([]),
  /** Branches nothing is merged into from here; glob patterns as in `release/*`. */
  protectedBranches: z.array(z.string().min(1).max(300)).max(100).default([]),
  mergeMethod: MergeMethod.default('squash'),
  /** Sessions of this repository that may run or wait for review at once; 0 means no limit. */
  wipLimit: z.number().int().min(0).max(1000).default(0),
  /** Where else this repository is, beside this machine: sessions may go to these agent hosts too. */
  hosts: z
    .array(z.object({ hostId: z.string().min(1).max(100), path: z.string().min(1).max(4096) }))
    .max(100)
    .default([]),
  /** False keeps its sessions off this machine; counts only when `hosts` names another place. */
  onThisMachine: z.boolean().default(true),
});
export type RepositorySettings = z.infer<typeof RepositorySettings>;

/** What the host found at a path. */
export const RepositoryFacts = z.object({
  path: z.string(),
  vcs: z.enum(['git', 'none']),
  /** Top of the work tree; the path itself outside git. */
  root: z.string(),
  hasCommits: z.boolean(),
  head: z.object({ branch: z.string().nullable(), sha: z.string().nullable() }),
  branches: z.array(z.string()),
  dirtyFiles: z.number().int().nonnegative(),
  submodules: z.boolean(),
});
export type RepositoryFacts = z.infer<typeof RepositoryFacts>;

export const Repository = z.object({
  id: z.string(),
  path: z.string(),
  name: z.string(),
  vcs: z.enum(['git', 'none']),
  settings: RepositorySettings,
  /** False when the folder could not be found at the last look. */
  present: z.boolean(),
  addedAt: z.number().int(),
  archivedAt: z.number().int().nullable(),
  rev: z.number().int(),
});
export type Repository = z.infer<typeof Repository>;
