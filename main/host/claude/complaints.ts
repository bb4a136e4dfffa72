/** What Claude Code says when it cannot go on, as codes with a way out. Used for notices, for the end of a turn and for the exit. */
import type { Fault } from '#shared/lib/fault.ts';

type Complaint = { readonly code: string; readonly fix: string };

const LOGIN: Complaint = {
  code: 'AGENT_NOT_LOGGED_IN',
  fix: 'Run `claude` in a terminal and log in, or give this agent a key in its environment; then resume the session.',
};

/** By the `error` word of the CLI's messages. */
const BY_WORD: Readonly<Record<string, Complaint>> = {
  authentication_failed: LOGIN,
  oauth_org_not_allowed: LOGIN,
  account_on_hold: LOGIN,
  verification_required: LOGIN,
  cloud_credential_error: LOGIN,
  billing_error: { code: 'AGENT_NO_CREDIT', fix: 'Check the plan and the credit of the account that the agent uses.' },
  rate_limit: { code: 'AGENT_RATE_LIMITED', fix: 'Wait until the limit is over, then resume the session.' },
  overloaded: { code: 'AGENT_OVERLOADED', fix: 'Wait some minutes, then resume the session.' },
  model_not_found: { code: 'AGENT_MODEL_UNKNOWN', fix: 'Choose a model that this account can use.' },
  max_output_tokens: { code: 'AGENT_ANSWER_TOO_LONG', fix: 'Ask for smaller steps.' },
};

/** @param word the CLI's `error` word @param said what it told the person, in its own words */
export function complaintOf(word: string | undefined, said: string): Fault {
  const known = (word === undefined ? undefined : BY_WORD[word]) ?? (/not logged in|please run \/login/i.test(said) ? LOGIN : undefined);
  if (known === LOGIN) return { code: LOGIN.code, message: 'Claude Code is not logged in.', why: said, fix: LOGIN.fix };
  if (known !== undefined) return { code: known.code, message: said, fix: known.fix };
  return { code: 'AGENT_API_ERROR', message: said, fix: 'Resume the session to try again; if it stays, look at the status of the model provider.' };
}

/** What a process that ended by itself left on stderr or in its last result. */
export function exitFault(code: number | null, signal: string | null, lastWords: string): Fault {
  if (/no conversation found with session id/i.test(lastWords)) {
    return {
      code: 'AGENT_SESSION_LOST',
      message: 'Claude Code does not have the conversation this session would go on with.',
      why: lastWords,
      fix: 'Start the task again; its worktree is still there.',
    };
  }
  if (/not logged in|please run \/login|invalid api key/i.test(lastWords)) return complaintOf('authentication_failed', lastWords);
  const how = signal === null ? `with exit code ${code ?? 'unknown'}` : `by signal ${signal}`;
  return {
    code: 'AGENT_EXITED',
    message: `Claude Code ended by itself ${how}.`,
    ...(lastWords === '' ? {} : { why: lastWords }),
    fix: 'Resume the session to go on where it was.',
  };
}
