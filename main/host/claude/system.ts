/** Messages of type `system`, and rate limits, as events. */
import type { SessionEvent, SessionEventOf } from '#shared/domain/session-event.ts';
import { clip } from './clip.ts';
import { complaintOf } from './complaints.ts';
import { RateLimitEvent, systemMessages, type Envelope } from './messages.ts';
import { unknownEvent } from './speech.ts';

const PROVIDER = 'anthropic';
const MAX_SUMMARY = 4000;

/** Chatter with a meaning this app has from elsewhere. */
const QUIET = new Set(['status', 'session_state_changed', 'task_updated', 'background_tasks_changed', 'thinking_tokens', 'turn_duration', 'files_persisted']);

type Limit = SessionEventOf<'rate_limit'>;

export class SystemMessages {
  readonly #now: () => number;
  readonly #titles = new Map<string, string>();
  #limit: Limit['status'] = 'ok';

  /** @param now the host's clock, milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Everything of type `system` but `init`, which the translator reads itself. */
  take(message: Envelope, raw: string): SessionEvent[] {
    const subtype = message.subtype ?? '';
    if (QUIET.has(subtype)) return [];
    return this.#known(subtype, message) ?? [unknownEvent(`system/${subtype}`, raw)];
  }

  /** @returns null for a subtype or a shape that is not known */
  #known(subtype: string, message: Envelope): SessionEvent[] | null {
    switch (subtype) {
      case 'api_retry': {
        const retry = systemMessages.api_retry.safeParse(message).data;
        return retry ? this.#retry(retry) : null;
      }
      case 'task_started': {
        const task = systemMessages.task_started.safeParse(message).data;
        if (!task) return null;
        // Commands in the background are tasks of the CLI too, but no agents.
        if (typeof message['task_type'] === 'string' && !message['task_type'].includes('agent')) return [];
        this.#titles.set(task.task_id, task.description);
        return [this.#subagent(task, 'running', null)];
      }
      case 'task_progress': {
        const task = systemMessages.task_progress.safeParse(message).data;
        if (!task) return null;
        return this.#titles.has(task.task_id) ? [this.#subagent(task, 'running', task.description)] : [];
      }
      case 'task_notification': {
        const task = systemMessages.task_notification.safeParse(message).data;
        if (!task) return null;
        if (!this.#titles.has(task.task_id)) return [];
        const status = task.status === 'completed' ? 'done' : task.status === 'failed' ? 'failed' : 'stopped';
        const event = this.#subagent(task, status, task.summary ?? null);
        this.#titles.delete(task.task_id);
        return [event];
      }
      case 'compact_boundary': {
        const compacted = systemMessages.compact_boundary.safeParse(message).data?.compact_metadata;
        if (!compacted) return null;
        const size =
          compacted.pre_tokens === undefined
            ? ''
            : ` (${compacted.pre_tokens} tokens before${compacted.post_tokens === undefined ? '' : `, ${compacted.post_tokens} after`})`;
        return [{ kind: 'notice', level: 'info', code: 'CONTEXT_COMPACTED', text: `The agent summarized its conversation to make room${size}.` }];
      }
      case 'informational': {
        const info = systemMessages.informational.safeParse(message).data;
        return info
          ? [{ kind: 'notice', level: info.level === 'warning' ? 'warn' : 'info', code: 'AGENT_NOTICE', text: clip(info.content, MAX_SUMMARY).text }]
          : null;
      }
      case 'local_command_output': {
        const output = systemMessages.local_command_output.safeParse(message).data;
        return output ? [{ kind: 'notice', level: 'info', code: 'AGENT_NOTICE', text: clip(output.content).text }] : null;
      }
      case 'permission_denied': {
        const denied = systemMessages.permission_denied.safeParse(message).data;
        return denied
          ? [
              {
                kind: 'notice',
                level: 'warn',
                code: 'PERMISSION_DENIED_BY_AGENT',
                text: `${denied.tool_name} was denied without asking${denied.message ? `: ${denied.message}` : '.'}`,
              },
            ]
          : null;
      }
      default:
        return null;
    }
  }

  #subagent(
    task: { task_id: string; tool_use_id?: string | null | undefined },
    status: SessionEventOf<'subagent'>['status'],
    summary: string | null,
  ): SessionEvent {
    return {
      kind: 'subagent',
      taskId: task.task_id,
      callId: task.tool_use_id ?? null,
      status,
      title: this.#titles.get(task.task_id) ?? '',
      summary: summary === null ? null : clip(summary, MAX_SUMMARY).text,
    };
  }

  #retry(retry: ReturnType<typeof systemMessages.api_retry.parse>): SessionEvent[] {
    const seconds = (retry.retry_delay_ms / 1000).toFixed(1);
    const text = `The model's API answered ${retry.error_status ?? 'nothing'}${retry.error ? ` (${retry.error})` : ''}: attempt ${retry.attempt} of ${retry.max_retries ?? '?'} again in ${seconds} s.`;
    if (retry.error_status === 429 || retry.error === 'rate_limit' || retry.error_status === 529 || retry.error === 'overloaded') {
      this.#limit = 'limited';
      return [{ kind: 'rate_limit', provider: PROVIDER, status: 'limited', resetsAt: Math.round(this.#now() + retry.retry_delay_ms), text }];
    }
    if (retry.error === 'authentication_failed') {
      const { code, message, fix } = complaintOf(retry.error, text);
      return [{ kind: 'notice', level: 'warn', code, text: message, why: text, ...(fix === undefined ? {} : { fix }) }];
    }
    return [{ kind: 'notice', level: 'warn', code: 'API_RETRY', text }];
  }

  /** The limits of a subscription, told by the API. */
  rateLimit(message: Envelope, raw: string): SessionEvent[] {
    const info = RateLimitEvent.safeParse(message).data?.rate_limit_info;
    if (!info) return [unknownEvent('rate_limit_event', raw)];
    const status = info.status === 'rejected' ? 'limited' : info.status === 'allowed_warning' ? 'warning' : 'ok';
    this.#limit = status;
    const window = info.rateLimitType?.replaceAll('_', ' ') ?? 'account';
    const share = info.utilization === undefined ? '' : `, ${Math.round(info.utilization * 100)} % used`;
    const words = { ok: 'within its limit', warning: 'near its limit', limited: 'at its limit' };
    // The API counts in seconds.
    return [
      {
        kind: 'rate_limit',
        provider: PROVIDER,
        status,
        resetsAt: info.resetsAt === undefined ? null : Math.round(info.resetsAt * 1000),
        text: `The ${window} window is ${words[status]}${share}.`,
      },
    ];
  }

  /** The model answered: a limit that was met by waiting is over. */
  answered(): SessionEvent[] {
    if (this.#limit !== 'limited') return [];
    this.#limit = 'ok';
    return [{ kind: 'rate_limit', provider: PROVIDER, status: 'ok', resetsAt: null, text: 'The model answers again.' }];
  }
}
