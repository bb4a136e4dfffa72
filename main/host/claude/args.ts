/** Command line and environment of one Claude Code process. */
import type { DriverStart } from '../driver.ts';
import { OWN_SESSION } from '../otlp/attributes.ts';
import { MARKER } from '../process/row.ts';

/** @param sessionId a new UUID when nothing is resumed; the CLI takes it as its own */
export function programOf(start: Pick<DriverStart, 'agent' | 'program' | 'resume' | 'limits' | 'allow'>, sessionId: string): string[] {
  const { limits } = start;
  return [
    ...start.program,
    '-p',
    '--output-format',
    'stream-json',
    '--input-format',
    'stream-json',
    '--verbose',
    '--include-partial-messages',
    '--permission-prompt-tool=stdio',
    // With `=`, since a value that began with a dash would be read as an option.
    start.resume === null ? `--session-id=${sessionId}` : `--resume=${start.resume}`,
    ...(start.agent.model === '' ? [] : [`--model=${start.agent.model}`]),
    ...(limits.maxTurns === undefined ? [] : [`--max-turns=${limits.maxTurns}`]),
    ...(limits.maxUsd === undefined ? [] : [`--max-budget-usd=${limits.maxUsd}`]),
    ...start.allow.map((rule) => `--allowedTools=${rule}`),
  ];
}

/** Marks of a Claude Code this app may itself run under; a child that saw them would think it is nested. */
const OWN = /^(CLAUDECODE|CLAUDE_CODE_(ENTRYPOINT|SESSION_ID|SSE_PORT|CHILD_SESSION)|CLAUDE_AGENT_SDK_VERSION)$/;

export function envOf(env: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !OWN.test(name))),
    // Asks for `session_state_changed`: its `idle` is the authoritative end of a turn.
    CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS: '1',
    // Subagents' text and thinking too, not only their tool calls. A variable, since an older CLI stops at an option it does not know.
    CLAUDE_CODE_FORWARD_SUBAGENT_TEXT: '1',
    // The prompt is on disk before the model is asked: without it a process killed in its first second leaves nothing to resume.
    CLAUDE_CODE_EAGER_FLUSH: '1',
    // What this session says is measured already. Where the user's settings export it all the same, our receiver knows it by the attribute.
    CLAUDE_CODE_ENABLE_TELEMETRY: '0',
    OTEL_RESOURCE_ATTRIBUTES: `${OWN_SESSION}=${env[MARKER] ?? ''}`,
  };
}
