/**
 * Expected failures are values. A fault names what happened with a stable code, says it to a person, and says what to do.
 * Codes are words of the product: scripts and tests match on them, so a released code never changes its meaning.
 */
import { z } from 'zod';

export const Fault = z.object({
  /** Stable, upper snake case, e.g. `AGENT_NOT_FOUND`. */
  code: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  /** What happened, one sentence for a person. */
  message: z.string(),
  /** Why it happened, when that is known. */
  why: z.string().optional(),
  /** The next thing a person can do about it. */
  fix: z.string().optional(),
});
export type Fault = z.infer<typeof Fault>;

/** A value or the fault that stands in its place. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

/** Builds the failing side of a result. */
export function fail(code: string, message: string, more: { why?: string; fix?: string } = {}): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: { code, message, ...more } };
}

/** A fault on the throw path: for code whose caller cannot act on it, such as a contract handler. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault, options?: ErrorOptions) {
    super(fault.message, options);
    this.name = 'FaultError';
    this.fault = fault;
  }
}

/** The value of a result. @throws {FaultError} when it is a fault */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new FaultError(result.fault);
}

/** Reads any thrown thing as a fault, keeping the code of a FaultError. */
export function faultOf(error: unknown, code = 'INTERNAL', message = 'Something in the app failed.'): Fault {
  if (error instanceof FaultError) return error.fault;
  return { code, message, why: error instanceof Error ? error.message : String(error) };
}
