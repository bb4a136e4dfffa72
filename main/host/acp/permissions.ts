/**
 * Permission requests of an ACP agent: asked, answered by a rule or a person, or withdrawn when the turn ends.
 *
 *   asked ──► allowed | denied      (a person or a rule)
 *     └─────► withdrawn             (interrupt, end of the turn or of the agent)
 */
import type { PermissionOption, PermissionOptionKind, RequestPermissionResponse } from '@agentclientprotocol/sdk';
import type { SessionEvent, ToolKind } from '#shared/domain/session-event.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { PermissionReply } from '../driver.ts';

export type PermissionRequest = {
  readonly call: { readonly callId: string; readonly tool: string; readonly kind: ToolKind; readonly title: string; readonly input: string };
  readonly options: readonly PermissionOption[];
};

export type Permissions = {
  ask(request: PermissionRequest): Promise<RequestPermissionResponse>;
  answer(reply: PermissionReply): Result<void>;
  /** Withdraws what waits; the agent is told that it was cancelled. */
  withdraw(): void;
};

type Waiting = { readonly options: readonly PermissionOption[]; readonly settle: (response: RequestPermissionResponse) => void };

const CANCELLED: RequestPermissionResponse = { outcome: { outcome: 'cancelled' } };

/** @param allow rules that hold from the start; those remembered with an answer are added for this run */
export function createPermissions(run: string, allow: readonly string[], emit: (event: SessionEvent) => void): Permissions {
  const waiting = new Map<string, Waiting>();
  const rules = new Set(allow);
  let count = 0;
  return {
    ask({ call, options }) {
      const offered = rulesFor(call);
      if (offered.some((rule) => rules.has(rule))) return Promise.resolve(choose(options, ['allow_once', 'allow_always']));
      const requestId = `${run}:p${++count}`;
      return new Promise((settle) => {
        waiting.set(requestId, { options, settle });
        const { callId, tool, title, input } = call;
        emit({ kind: 'permission_asked', requestId, callId, tool, title, input: input.slice(0, 20_000), reason: null, rules: offered });
      });
    },
    answer({ requestId, allow: allowed, note, remember }) {
      const request = waiting.get(requestId);
      if (!request) return fail('PERMISSION_CLOSED', 'This permission request is closed already.', { why: 'It was answered, or the agent withdrew it.' });
      waiting.delete(requestId);
      for (const rule of remember) rules.add(rule);
      // "Always" stays with us: our rules can be seen and taken back, the agent's memory cannot.
      request.settle(choose(request.options, allowed ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always']));
      emit({ kind: 'permission_closed', requestId, outcome: allowed ? 'allowed' : 'denied', note: note === '' ? null : note });
      return ok(undefined);
    },
    withdraw() {
      for (const [requestId, { settle }] of waiting) {
        settle(CANCELLED);
        emit({ kind: 'permission_closed', requestId, outcome: 'withdrawn', note: null });
      }
      waiting.clear();
    },
  };
}

/** The rules that would allow this act, narrowest first: this very act, then every act of its kind. */
const rulesFor = ({ kind, title }: PermissionRequest['call']): string[] => [`acp:${kind}(${title.slice(0, 500)})`, `acp:${kind}`];

function choose(options: readonly PermissionOption[], wanted: readonly PermissionOptionKind[]): RequestPermissionResponse {
  for (const kind of wanted) {
    const option = options.find((one) => one.kind === kind);
    if (option) return { outcome: { outcome: 'selected', optionId: option.optionId } };
  }
  return CANCELLED;
}
