/** Reads how a turn ended from the CLI's `result`. An API failure arrives as subtype `success` with `is_error`. */
import type { SessionEventOf } from '#shared/domain/session-event.ts';
import { clip } from './clip.ts';
import type { ResultMessage } from './messages.ts';

type TurnCode = SessionEventOf<'turn_ended'>['code'];

const STOPPED = new Set(['aborted_streaming', 'aborted_tools']);

/** @param interrupted a person asked for it since the turn began */
export function turnEnd(result: ResultMessage, interrupted: boolean): SessionEventOf<'turn_ended'> {
  const code = codeOf(result, interrupted);
  const said = result.result ?? '';
  const text = code === 'interrupted' ? '' : said === '' ? (result.errors ?? []).join('\n') : said;
  return { kind: 'turn_ended', ok: code === 'done', code, text: clip(text).text };
}

function codeOf(result: ResultMessage, interrupted: boolean): TurnCode {
  if (result.subtype === 'error_max_turns') return 'max_turns';
  if (result.subtype === 'error_max_budget_usd') return 'max_usd';
  const ok = result.subtype === 'success' && !result.is_error;
  if (!ok) return interrupted || STOPPED.has(result.terminal_reason ?? '') ? 'interrupted' : 'error';
  return result.stop_reason === 'refusal' ? 'refused' : 'done';
}
