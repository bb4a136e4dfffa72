/**
 * How a session ends: from what the core wanted (the intent, kept as the live session's status code, so that it survives a crash),
 * what the agent last said, and how its process went. Pure.
 */
import type { SessionEventOf } from '#shared/domain/session-event.ts';
import type { SessionStatus } from '#shared/domain/status.ts';
import type { SessionRow } from '#store/store.ts';
import type { Outcome } from '../plan/decide.ts';
import { isResumable } from './prompt.ts';

/** Why a live session is being ended. */
export type Intent = 'STOPPING' | 'PAUSING' | 'QUITTING' | LimitCode;
export type LimitCode = 'BUDGET_TASK' | 'BUDGET_DAY' | 'MAX_MINUTES' | 'MAX_TURNS';
const LIMITS: ReadonlySet<string> = new Set<LimitCode>(['BUDGET_TASK', 'BUDGET_DAY', 'MAX_MINUTES', 'MAX_TURNS']);

export type Exit = Pick<SessionEventOf<'exited'>, 'reason' | 'exitCode' | 'signal' | 'fault'>;
export type LastTurn = Pick<SessionEventOf<'turn_ended'>, 'ok' | 'code' | 'text'> | null;
export type Ending = {
  readonly status: SessionStatus;
  readonly code: string;
  readonly text: string;
  readonly outcome: Outcome;
  readonly retryable: boolean;
  /** True when the app itself takes the session up again: it counts against the limit of automatic resumes. */
  readonly automatic: boolean;
};

const end = (status: SessionStatus, outcome: Outcome, code = '', text = '', more: { retryable?: boolean; automatic?: boolean } = {}): Ending => ({
  status,
  outcome,
  code,
  text,
  retryable: more.retryable ?? false,
  automatic: more.automatic ?? false,
});

/** The code of an ending whose next run begins the agent's conversation anew. */
export const CONVERSATION_LOST = 'CONVERSATION_LOST';

/**
 * @param mayResume false when this session was resumed by itself too often in a short time
 * @param mayRestart false when its conversation was begun anew before
 */
export function endingOf(
  session: Pick<SessionRow, 'statusCode' | 'statusText' | 'agent'>,
  exit: Exit,
  turn: LastTurn,
  mayResume: boolean,
  mayRestart = false,
): Ending {
  const intent = session.statusCode;
  if (LIMITS.has(intent)) return end('limited', 'limited', intent, session.statusText);
  if (intent === 'STOPPING') return end('stopped', 'stopped', 'STOPPED', 'Stopped by a person.');
  if (exit.reason === 'spawn_failed') return failed(exit, false);
  if (exit.fault?.code === 'AGENT_SESSION_LOST' && exit.reason === 'failed' && mayRestart) {
    return end('queued', 'held', CONVERSATION_LOST, 'Its conversation is gone; the task begins again with the files as they are.', { automatic: true });
  }
  const cut = exit.reason === 'host_lost' || exit.reason === 'stopped';
  // The work was done when its process was cut off: nothing is to be repeated.
  if (turn?.ok && (cut || exit.reason === 'completed')) return end('finished', 'done');
  if (exit.reason === 'limit' || turn?.code === 'max_turns' || turn?.code === 'max_usd') return limited(turn);
  if (cut && (intent === 'PAUSING' || intent === 'QUITTING')) {
    if (!isResumable(session))
      return end('interrupted', 'interrupted', 'CLOSED', 'The app was closed while this command ran. A command cannot go on in the middle.');
    return intent === 'PAUSING' ? end('queued', 'held', 'PAUSED', 'Paused.') : end('queued', 'held', 'CLOSED', 'Goes on when the app runs again.');
  }
  if (exit.reason === 'host_lost') return lost(session, mayResume);
  if (exit.reason === 'stopped' || turn?.code === 'interrupted') return end('stopped', 'stopped', 'STOPPED', 'Stopped.');
  if (turn?.code === 'refused') return end('failed', 'failed', 'AGENT_REFUSED', turn.text || 'The agent refused the task.');
  if (turn && !turn.ok) return end('failed', 'failed', 'AGENT_ERROR', turn.text || 'The agent ended with an error.', { retryable: true });
  if (exit.reason === 'completed') return end('finished', 'done');
  return failed(exit, true);
}

function lost(session: Pick<SessionRow, 'agent'>, mayResume: boolean): Ending {
  if (!isResumable(session)) {
    return end(
      'interrupted',
      'interrupted',
      'RUN_LOST',
      'Its process ended without a word, with the app or the agent host. A command is not started twice by itself.',
    );
  }
  if (!mayResume) return end('interrupted', 'interrupted', 'RESUME_LOOP', 'It was lost again after two automatic resumes within ten minutes.');
  return end('queued', 'held', 'RESUMING', 'Its process was lost; it goes on where it stopped.', { automatic: true });
}

function limited(turn: LastTurn): Ending {
  if (turn?.code === 'max_usd') return end('limited', 'limited', 'BUDGET_TASK', turn.text || 'The money of the task is used up.');
  return end('limited', 'limited', 'MAX_TURNS', turn?.text || 'The number of turns of the task is used up.');
}

function failed(exit: Exit, retryable: boolean): Ending {
  const how = exit.signal ? `ended by ${exit.signal}` : exit.exitCode === null ? 'ended' : `ended with exit code ${exit.exitCode}`;
  const said = exit.fault ? [exit.fault.message, exit.fault.fix].filter(Boolean).join(' ') : `The agent's process ${how}.`;
  return end('failed', 'failed', exit.fault?.code ?? 'AGENT_EXIT', said, { retryable });
}
