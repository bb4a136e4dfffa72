/**
 * Permission requests of an ACP agent: asked, answered by a rule or a person, or withdrawn when the turn ends.
 *
 *   asked ──► allowed | denied      (a person or a rule)
 *     └─────► withdrawn             (interrupt, end of the turn or of the agent)
 */
import type { PermissionOption, PermissionOptionKind, RequestPermissionResponse } from '@agentclientprotocol/sdk';
import { allowingRule } from '#shared/domain/rules.ts';
import type { SessionEvent } from '#shared/domain/session-event.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { PermissionReply } from '../driver.ts';
import { actOf, type AskedCall } from './acts.ts';

export type PermissionRequest = {
  readonly call: AskedCall & { readonly callId: string; readonly title: string };
  readonly options: readonly PermissionOption[];
};

export type Permissions = {
  ask(request: PermissionRequest): Promise<RequestPermissionResponse>;
  answer(reply: PermissionReply): Result<void>;
  /** Withdraws what waits; the agent is told that it was cancelled. @param ended because the run ends: the next one may ask again */
  withdraw(ended: boolean): void;
};

type Waiting = { readonly options: readonly PermissionOption[]; readonly settle: (response: RequestPermissionResponse) => void };

/** Longest input shown with a request, in characters. */
const MAX_INPUT = 20_000;
const CANCELLED: RequestPermissionResponse = { outcome: { outcome: 'cancelled' } };

/**
 * @param cwd folder that relative paths of rules are meant from
 * @param allow rules that hold from the start; those remembered with an answer are added for this run
 */
export function createPermissions(run: string, cwd: string, allow: readonly string[], emit: (event: SessionEvent) => void): Permissions {
  const waiting = new Map<string, Waiting>();
  const allowed = [...allow];
  let count = 0;
  return {
    ask({ call, options }) {
      const { tool, input: named, rules } = actOf(call, cwd);
      const input = JSON.stringify(named, null, 2);
      if (allowingRule(allowed, { tool, input, cwd }) !== null) return Promise.resolve(choose(options, ['allow_once', 'allow_always']));
      const requestId = `${run}:p${++count}`;
      return new Promise((settle) => {
        waiting.set(requestId, { options, settle });
        emit({
          kind: 'permission_asked',
          requestId,
          callId: call.callId,
          tool,
          title: call.title,
          input: input.slice(0, MAX_INPUT),
          reason: null,
          rules: [...rules],
        });
      });
    },
    answer({ requestId, allow, note, remember }) {
      const request = waiting.get(requestId);
      if (!request) return fail('PERMISSION_CLOSED', 'This permission request is closed already.', { why: 'It was answered, or the agent withdrew it.' });
      waiting.delete(requestId);
      allowed.push(...remember);
      // "Always" stays with us: our rules can be seen and taken back, the agent's memory cannot.
      request.settle(choose(request.options, allow ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always']));
      emit({ kind: 'permission_closed', requestId, outcome: allow ? 'allowed' : 'denied', note: note === '' ? null : note });
      return ok(undefined);
    },
    withdraw(ended) {
      for (const [requestId, { settle }] of waiting) {
        settle(CANCELLED);
        emit({ kind: 'permission_closed', requestId, outcome: 'withdrawn', note: null, ...(ended ? { ended } : {}) });
      }
      waiting.clear();
    },
  };
}

function choose(options: readonly PermissionOption[], wanted: readonly PermissionOptionKind[]): RequestPermissionResponse {
  for (const kind of wanted) {
    const option = options.find((one) => one.kind === kind);
    if (option) return { outcome: { outcome: 'selected', optionId: option.optionId } };
  }
  return CANCELLED;
}
