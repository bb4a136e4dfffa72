/** Lines this app writes to the CLI's stdin: control requests, answers, messages of a person. */
import type { Rule } from './rules.ts';

const line = (message: object): string => `${JSON.stringify(message)}\n`;

/** First line of every run: without it the CLI does not send permission requests to stdin's owner. */
export const initialize = (id: string): string => line({ type: 'control_request', request_id: id, request: { subtype: 'initialize' } });
export const interrupt = (id: string): string => line({ type: 'control_request', request_id: id, request: { subtype: 'interrupt' } });

export const userMessage = (text: string): string =>
  line({ type: 'user', session_id: '', parent_tool_use_id: null, message: { role: 'user', content: [{ type: 'text', text }] } });

/** @param remember rules that hold until the process ends */
export function allow(id: string, input: Readonly<Record<string, unknown>>, remember: readonly Rule[]): string {
  const updatedPermissions = remember.length === 0 ? undefined : [{ type: 'addRules', behavior: 'allow', destination: 'session', rules: remember }];
  return answered(id, { behavior: 'allow', updatedInput: input, updatedPermissions });
}

/** @param message goes back to the agent as the result of its call */
export const deny = (id: string, message: string): string => answered(id, { behavior: 'deny', message });

/** For control requests this app does not know: the CLI must not wait for an answer that never comes. */
export const refuse = (id: string, subtype: string): string =>
  line({ type: 'control_response', response: { subtype: 'error', request_id: id, error: `${subtype} is not supported here` } });

const answered = (id: string, response: object): string => line({ type: 'control_response', response: { subtype: 'success', request_id: id, response } });
