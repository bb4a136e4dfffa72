/** What the writer writes as its n-th event: the test can say of each stored event whether it is the right one. */
import type { SessionEvent } from '#shared/domain/session-event.ts';

export function eventAt(n: number): SessionEvent {
  if (n % 5 === 2) return { kind: 'tool_call', callId: `c${n}`, tool: 'Bash', toolKind: 'run', title: `Run ${n}`, input: '{}', edits: [] };
  if (n % 5 === 3) return { kind: 'tool_result', callId: `c${n - 1}`, status: 'ok', output: `word${n} done`, edits: [] };
  if (n % 5 === 4) {
    const usage = {
      inputTokens: n,
      outputTokens: n,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      costUsd: n / 1024,
      turns: 1,
      contextTokens: null,
      contextWindow: null,
    };
    return { kind: 'usage', usage };
  }
  return { kind: 'text', blockId: `b${n}`, text: `word${n} and more` };
}
