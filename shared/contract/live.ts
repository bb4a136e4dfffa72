/**
 * One stream keeps every view fresh. Each row the views show carries the revision of its last change; the stream sends the rows
 * whose revision is above the client's cursor, a few times a second at most, latest wins. A client that comes back with its
 * cursor gets exactly what it missed, however long it was away, and nothing has to be queued for it.
 */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Alert } from '../domain/alert.ts';
import { Change } from '../domain/change.ts';
import { Repository } from '../domain/repository.ts';
import { Permission, Session, Task } from '../domain/session.ts';
import { read } from './base.ts';
import { Health } from './system.ts';

export const LiveDelta = z.object({
  /** Cursor to come back with. */
  rev: z.number().int().nonnegative(),
  /** True on the first delta when the cursor was unknown to this store: forget everything, this is the whole. */
  reset: z.boolean(),
  repositories: z.array(Repository).optional(),
  tasks: z.array(Task).optional(),
  /** Archived rows are sent once more with `archivedAt` set, so that a client drops them. */
  sessions: z.array(Session).optional(),
  permissions: z.array(Permission).optional(),
  /** Without the file lists of decided changes. */
  changes: z.array(Change).optional(),
  /** Alerts that fired, changed, were told or ended; at first those that fire and those that ended in the last day. */
  alerts: z.array(Alert).optional(),
  health: Health.optional(),
  /** When the core sent this, milliseconds since the epoch: what "live, 38 ms behind" is measured from. */
  sentAt: z.number(),
});
export type LiveDelta = z.infer<typeof LiveDelta>;

export const live = {
  watch: read.input(z.object({ since: z.number().int().nonnegative().default(0) })).output(eventIterator(LiveDelta)),
};
