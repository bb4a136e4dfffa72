/** The late part of the contract, ready to be implemented: every procedure behind the guard. */
import { implement } from '@orpc/server';
import { late } from '#shared/contract/late.ts';
import type { Log } from '#shared/lib/log.ts';
import type { CallContext } from './context.ts';
import { guard, type OnCall } from './guard.ts';

export const createLateOs = (log: Log, onCall: OnCall) => implement(late).$context<CallContext>().use(guard(log, onCall));
export type LateOs = ReturnType<typeof createLateOs>;
