/**
 * What stands in front of every procedure: the caller's role, a time limit, and errors in the words of the contract: a stable code, a
 * sentence, why, what to do. Stacks stay in the log.
 */
import { ORPCError, os } from '@orpc/server';
import { ValidationError } from '@orpc/contract';
import type { ProcedureMeta } from '#shared/contract/base.ts';
import { FaultError, type Fault } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import type { CallContext } from './context.ts';

const LIMIT_MS = 60_000;
/** Acts that make trees of large repositories, or wait for one that does. */
const SLOW_LIMIT_MS = 400_000;
const SLOW = new Set(['review', 'repositories']);

/** Told of every call: its path, how long it took in milliseconds, and the code it failed with. Of a stream, the time until it began. */
export type OnCall = (procedure: string, ms: number, code: string | null) => void;

export const guard = (log: Log, onCall: OnCall) =>
  os
    .$meta<ProcedureMeta>({ role: 'operator' })
    .$context<CallContext>()
    .middleware(async ({ context, procedure, path, next }) => {
      const began = performance.now();
      const done = (code: string | null): void => onCall(path.join('.'), performance.now() - began, code);
      if (procedure['~orpc'].meta.role === 'operator' && context.role !== 'operator') {
        throw errorOf({ code: 'FORBIDDEN', message: 'A viewer may look but not act.', fix: 'Open the app with an operator link.' });
      }
      try {
        const answer = await within(SLOW.has(path[0] ?? '') ? SLOW_LIMIT_MS : LIMIT_MS, Promise.resolve(next()));
        done(null);
        return answer;
      } catch (error) {
        const told = readable(error, path.join('.'), log);
        done(told instanceof ORPCError ? String(told.code) : 'INTERNAL');
        throw told;
      }
    });

/** A fault as the error a client gets: `code`, `message`, `data.why`, `data.fix`. */
export function errorOf({ code, message, why, fix }: Fault): ORPCError<string, { why?: string | undefined; fix?: string | undefined }> {
  return new ORPCError(code, { status: statusOf(code), message, data: { why, fix } });
}

/** Any thrown thing as an error a client may see. */
export function readable(error: unknown, path: string, log: Log): Error {
  if (error instanceof FaultError) return errorOf(error.fault);
  if (error instanceof ORPCError) {
    if (error.cause instanceof ValidationError) return wrongShape(error.code === 'BAD_REQUEST', error.cause, path, log);
    return error;
  }
  log('error', `${path} failed`, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  return errorOf({ code: 'INTERNAL', message: 'Something in the app failed.', why: error instanceof Error ? error.message : String(error) });
}

function wrongShape(input: boolean, error: ValidationError, path: string, log: Log): Error {
  const first = error.issues[0];
  const where = (first?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  const why = `${where === '' ? 'input' : where}: ${first?.message ?? 'is not valid'}`;
  if (input) return errorOf({ code: 'BAD_REQUEST', message: `The call ${path} has wrong input.`, why, fix: `Correct ${where === '' ? 'the input' : where}.` });
  log('error', `${path} answered with a wrong shape`, { why });
  return errorOf({ code: 'INTERNAL', message: 'Something in the app failed.', why: `The answer of ${path} was not of the agreed shape.` });
}

/** HTTP's words for the few codes that have one; every other expected failure is a 409: the state of things does not allow it. */
function statusOf(code: string): number {
  if (code === 'BAD_REQUEST') return 400;
  if (code === 'FORBIDDEN') return 403;
  if (code.endsWith('_NOT_FOUND') || code.endsWith('_UNKNOWN')) return 404;
  if (code === 'INTERNAL' || code === 'TIMEOUT' || code.startsWith('STORE_') || code.startsWith('HOST_')) return 503;
  return 409;
}

function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          errorOf({
            code: 'TIMEOUT',
            message: `The call took longer than ${limitMs / 1000} s.`,
            fix: 'Look at the state before you try again: it may still be carried out.',
          }),
        ),
      limitMs,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
