/** The diff a node produced, the checks that ran on it, and what a person decided. */
import { z } from 'zod';
import { MergeMethod } from './repository.ts';
import { ChangeStatus } from './status.ts';

export const ChangedFile = z.object({
  path: z.string(),
  /** Set when the file was renamed. */
  oldPath: z.string().nullable(),
  status: z.enum(['added', 'modified', 'deleted', 'renamed', 'mode']),
  added: z.number().int().nonnegative(),
  deleted: z.number().int().nonnegative(),
  binary: z.boolean(),
});
export type ChangedFile = z.infer<typeof ChangedFile>;

/** Both sides of one file as text. A side is null when the file does not exist there, is binary or is too large. */
export const FileSides = z.object({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  binary: z.boolean(),
  tooLarge: z.boolean(),
});
export type FileSides = z.infer<typeof FileSides>;

export const CheckRun = z.object({
  id: z.string(),
  changeId: z.string(),
  name: z.string(),
  command: z.array(z.string()),
  status: z.enum(['running', 'passed', 'failed', 'timeout', 'cancelled', 'error']),
  exitCode: z.number().int().nullable(),
  output: z.string(),
  cut: z.number().int().nonnegative(),
  /** The snapshot it ran on: a check of an older snapshot says nothing of the newer one. */
  snapshot: z.string(),
  startedAt: z.number().int(),
  endedAt: z.number().int().nullable(),
});
export type CheckRun = z.infer<typeof CheckRun>;

export const Change = z.object({
  id: z.string(),
  taskId: z.string(),
  sessionId: z.string(),
  repositoryId: z.string(),
  title: z.string(),
  status: ChangeStatus,
  mode: z.enum(['worktree', 'existing', 'in-place']),
  cwd: z.string(),
  branch: z.string().nullable(),
  targetBranch: z.string().nullable(),
  /** Commit (or tree, outside git) the work began from, and the tree that was reviewed. */
  base: z.string(),
  snapshot: z.string(),
  files: z.array(ChangedFile),
  added: z.number().int(),
  deleted: z.number().int(),
  /** The agent's own last words. */
  summary: z.string(),
  /** How often a person asked for changes: 0 when accepted at first pass. */
  rounds: z.number().int().nonnegative(),
  mergedSha: z.string().nullable(),
  mergeMethod: MergeMethod.nullable(),
  conflicts: z.array(z.string()),
  /** Folders left out of it because they are git repositories of their own. */
  skipped: z.array(z.string()).default([]),
  note: z.string(),
  viewed: z.array(z.string()),
  createdAt: z.number().int(),
  decidedAt: z.number().int().nullable(),
  rev: z.number().int(),
});
export type Change = z.infer<typeof Change>;
