/** Faults of ACP agents, said to a person. */
import { RequestError, type AuthMethod } from '@agentclientprotocol/sdk';
import type { Fault } from '#shared/lib/fault.ts';

/** JSON-RPC code by which an agent says that a person has to log in first. */
const AUTH_REQUIRED = -32_000;

export const noAnswer = (label: string, step: string, seconds: number): Fault => ({
  code: 'ACP_NO_ANSWER',
  message: `${label} did not answer ${step} within ${seconds} seconds.`,
  why: 'The program hangs, waits for a login, or does not speak ACP over stdio.',
  fix: `Start ${label} once in a terminal; check that its command in Settings, Agents turns on its ACP mode.`,
});

export const endedEarly = (label: string, how: string, lastLine: string, when: string): Fault => ({
  code: 'AGENT_EXITED',
  message: `${label} ended ${when} (${how}).`,
  ...(lastLine === '' ? {} : { why: lastLine }),
  fix: `Start ${label} once in a terminal in the same folder to see what is wrong.`,
});

export const notReading = (label: string): Fault => ({
  code: 'AGENT_NOT_RESPONDING',
  message: `${label} stopped reading what is sent to it.`,
  why: 'The program hangs.',
  fix: 'Resume the session, or start it again.',
});

/** Reads what an agent answered to a request that it did not carry out. */
export function refusal(label: string, error: unknown, auth: readonly AuthMethod[]): Fault {
  if (error instanceof RequestError && error.code === AUTH_REQUIRED) {
    return {
      code: 'ACP_LOGIN_NEEDED',
      message: `${label} needs a login.`,
      why: error.message,
      fix: `Log in with ${label} in a terminal${auth.length > 0 ? ` (${auth.map((method) => method.name).join(', ')})` : ''}, then start the session again.`,
    };
  }
  return {
    code: 'ACP_REFUSED',
    message: `${label} refused a request.`,
    why: error instanceof Error ? error.message : String(error),
    fix: 'Read its output above; try again, or start a new session.',
  };
}
