/** The review queue: read a change, run its checks, decide. */
import { z } from 'zod';
import { Change, CheckRun, FileSides } from '../domain/change.ts';
import { MergeMethod } from '../domain/repository.ts';
import { act, Done, Id, read } from './base.ts';

export const review = {
  list: read
    .input(z.object({ waiting: z.boolean().default(true), limit: z.number().int().min(1).max(1000).default(200) }))
    .output(z.object({ changes: z.array(Change) })),
  get: read.input(z.object({ id: Id })).output(z.object({ change: Change, checks: z.array(CheckRun) })),
  file: read.input(z.object({ id: Id, path: z.string().max(4096) })).output(FileSides),
  patch: read.input(z.object({ id: Id })).output(z.object({ patch: z.string(), cut: z.boolean() })),
  /** Takes the files as they are now as the thing to review. */
  refresh: act.input(z.object({ id: Id })).output(Change),
  runChecks: act.input(z.object({ id: Id, names: z.array(z.string()).optional() })).output(z.object({ checks: z.array(CheckRun) })),
  cancelCheck: act.input(z.object({ id: Id, checkId: Id })).output(Done),
  viewed: act.input(z.object({ id: Id, path: z.string(), viewed: z.boolean() })).output(Done),
  /** Merges, or keeps the files of an in-place change. Answers with status `conflicted` and the files when it cannot. */
  approve: act
    .input(z.object({ id: Id, method: MergeMethod.optional(), target: z.string().max(500).optional(), message: z.string().max(10_000).optional() }))
    .output(Change),
  askForChanges: act.input(z.object({ id: Id, note: z.string().min(1).max(100_000) })).output(Change),
  reject: act.input(z.object({ id: Id, note: z.string().max(10_000).default('') })).output(Change),
  /** Takes the last decision back: an approved merge moves the branch back if nothing came after it. */
  undo: act.input(z.object({ id: Id })).output(Change),
  /** After rejecting in-place work: puts the folder's files back as they were before the session. */
  restoreFiles: act.input(z.object({ id: Id })).output(Done),
};
