/** The contract, ready to be implemented: every procedure behind the guard. */
import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { Log } from '#shared/lib/log.ts';
import type { CallContext } from './context.ts';
import { guard, type OnCall } from './guard.ts';

export const createOs = (log: Log, onCall: OnCall) => implement(contract).$context<CallContext>().use(guard(log, onCall));
export type Os = ReturnType<typeof createOs>;
