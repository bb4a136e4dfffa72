/** One inbox of permission requests over all sessions, and the rules that answer them. */
import { z } from 'zod';
import { Permission, PermissionAnswer, PermissionRule } from '../domain/session.ts';
import { act, Done, Id, None, read } from './base.ts';

export const permissions = {
  list: read
    .input(z.object({ waiting: z.boolean().default(true), limit: z.number().int().min(1).max(1000).default(200) }))
    .output(z.object({ permissions: z.array(Permission) })),
  /** Fails with PERMISSION_CLOSED when it was answered or withdrawn meanwhile. */
  answer: act.input(z.object({ id: Id, answer: PermissionAnswer })).output(Permission),
  rules: read.input(None).output(z.object({ rules: z.array(PermissionRule) })),
  removeRule: act.input(z.object({ id: Id })).output(Done),
};
