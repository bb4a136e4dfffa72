/** Reads whatever a call threw as a fault a person can act on. */
import type { Fault } from '#shared/lib/fault.ts';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The page's own faults, thrown by the transport. */
export class CallFault extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.name = 'CallFault';
    this.fault = fault;
  }
}

/**
 * The fault behind an error of a call. The core sends code, message and, in `data`, why and fix; a dropped connection and a
 * refused input get words of their own.
 */
export function faultFrom(error: unknown): Fault {
  if (error instanceof CallFault) return error.fault;
  if (!isRecord(error)) return { code: 'INTERNAL', message: 'Something in the app failed.', why: String(error) };
  const data = isRecord(error['data']) ? error['data'] : {};
  const code = text(data['code']) ?? text(error['code']) ?? 'INTERNAL';
  const message = text(data['message']) ?? text(error['message']) ?? 'Something in the app failed.';
  if (code === 'BAD_REQUEST' || code === 'INPUT_INVALID') return { code, message: 'The core did not accept this input.', why: issues(data) ?? message };
  if (code === 'FORBIDDEN' && text(data['fix']) === undefined) {
    return { code, message: 'Your role may look but not act.', fix: 'Open the link an operator gave you, or ask for the operator role.' };
  }
  const why = text(data['why']);
  const fix = text(data['fix']);
  return { code, message, ...(why === undefined ? {} : { why }), ...(fix === undefined ? {} : { fix }) };
}

function issues(data: Record<string, unknown>): string | undefined {
  const list = data['issues'];
  if (!Array.isArray(list)) return undefined;
  const lines = list
    .filter(isRecord)
    .map((issue) => `${Array.isArray(issue['path']) ? issue['path'].join('.') : ''}: ${text(issue['message']) ?? 'not valid'}`);
  return lines.length > 0 ? lines.slice(0, 3).join('; ') : undefined;
}
