/** Sessions: list, open, follow, steer. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { ChangedFile } from '../domain/change.ts';
import { NewTask, Session, Task } from '../domain/session.ts';
import { LivePart, SessionGauge } from '../domain/session-event.ts';
import { SessionStatus } from '../domain/status.ts';
import { TranscriptItem } from '../domain/transcript.ts';
import { act, Done, Id, read } from './base.ts';

/** One line of a transcript in its place: `index` counts from 0 without gaps, `rev` is the number of the last event that changed it. */
export const IndexedItem = z.object({ index: z.number().int().nonnegative(), rev: z.number().int().positive(), at: z.number().int(), item: TranscriptItem });
export type IndexedItem = z.infer<typeof IndexedItem>;

export const SessionFeed = z.object({
  /** Number of events of this session stored so far: the cursor to come back with. */
  rev: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  /** Items added or changed since the cursor, oldest first; at most 500 at once, more follow. */
  items: z.array(IndexedItem),
  /** Blocks being written now, each whole at first and then appended to; an empty text ends a block. */
  parts: z.array(LivePart),
  gauge: SessionGauge.nullable(),
  sentAt: z.number(),
});
export type SessionFeed = z.infer<typeof SessionFeed>;

export const tasks = {
  /** Stores the task with its plan and queues the first attempt. `key` makes a repeat of the same call harmless. */
  create: act.input(NewTask.extend({ key: z.string().max(100).optional() })).output(z.object({ task: Task, sessionId: z.string() })),
  get: read.input(z.object({ id: Id })).output(Task),
  pause: act.input(z.object({ id: Id })).output(Task),
  resume: act.input(z.object({ id: Id })).output(Task),
  cancel: act.input(z.object({ id: Id })).output(Task),
};

export const sessions = {
  list: read
    .input(
      z.object({
        status: z.array(SessionStatus).optional(),
        repositoryId: Id.optional(),
        archived: z.boolean().default(false),
        limit: z.number().int().min(1).max(1000).default(200),
        before: z.number().int().optional(),
      }),
    )
    .output(z.object({ sessions: z.array(Session), more: z.boolean() })),
  get: read.input(z.object({ id: Id })).output(z.object({ session: Session, task: Task })),
  /** A window of the transcript. */
  items: read
    .input(z.object({ id: Id, from: z.number().int().nonnegative(), count: z.number().int().min(1).max(500) }))
    .output(z.object({ total: z.number().int(), items: z.array(IndexedItem) })),
  /** Follows one session from a cursor; without one it begins at now. */
  watch: read.input(z.object({ id: Id, since: z.number().int().nonnegative().optional() })).output(eventIterator(SessionFeed)),
  /** Files that differ from the session's beginning as they are on disk now, also while it works. */
  files: read.input(z.object({ id: Id })).output(z.object({ files: z.array(ChangedFile) })),
  send: act.input(z.object({ id: Id, text: z.string().min(1).max(100_000) })).output(Done),
  interrupt: act.input(z.object({ id: Id })).output(Done),
  stop: act.input(z.object({ id: Id })).output(Session),
  /** Goes on after an end: the agent's own session is resumed; `text` is the next message, or the agent is told to go on. */
  resume: act.input(z.object({ id: Id, text: z.string().max(100_000).default('') })).output(Session),
  archive: act.input(z.object({ ids: z.array(Id).min(1).max(1000), archived: z.boolean() })).output(Done),
  /** The events as stored, one JSON text each: what `--json` prints and export writes. */
  events: read
    .input(z.object({ id: Id, after: z.number().int().nonnegative().default(0), limit: z.number().int().min(1).max(5000).default(1000) }))
    .output(z.object({ events: z.array(z.object({ seq: z.number().int(), at: z.number().int(), event: z.unknown() })) })),
};
