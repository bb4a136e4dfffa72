/**
 * What the Claude Code CLI prints with `--output-format stream-json`, as far as this app reads it (seen in 2.1.330). Unknown
 * fields pass; a message whose known fields have another shape is kept as `unknown` by the translator.
 */
import { z } from 'zod';

const count = z.number().int().nonnegative().catch(0);

/** Usage as the Messages API gives it. */
export const ApiUsage = z.looseObject({
  input_tokens: count.optional(),
  output_tokens: count.optional(),
  cache_read_input_tokens: count.nullish(),
  cache_creation_input_tokens: count.nullish(),
});
export type ApiUsage = z.infer<typeof ApiUsage>;

export const Block = z.looseObject({ type: z.string() });
export const TextBlock = z.looseObject({ type: z.literal('text'), text: z.string() });
export const ThinkingBlock = z.looseObject({ type: z.literal('thinking'), thinking: z.string() });
export const ToolUseBlock = z.looseObject({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()) });
export const ToolResultBlock = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]).nullish(),
  is_error: z.boolean().nullish(),
});

const parent = z.string().nullish();

export const Assistant = z.looseObject({
  type: z.literal('assistant'),
  message: z.looseObject({ id: z.string(), model: z.string().optional(), content: z.array(Block), usage: ApiUsage.optional() }),
  parent_tool_use_id: parent,
  /** Set when the CLI speaks for the API: `authentication_failed`, `rate_limit`, `unknown` … */
  error: z.string().optional(),
});
export type Assistant = z.infer<typeof Assistant>;

export const User = z.looseObject({
  type: z.literal('user'),
  message: z.looseObject({ content: z.union([z.string(), z.array(Block)]) }),
  parent_tool_use_id: parent,
  tool_use_result: z.unknown().optional(),
});
export type User = z.infer<typeof User>;

/** What a file tool tells about the file before it wrote; absent for other tools. */
export const FileResult = z.looseObject({ filePath: z.string(), originalFile: z.string().nullable(), content: z.string() });

export const StreamEvent = z.looseObject({
  type: z.literal('stream_event'),
  parent_tool_use_id: parent,
  event: z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('message_start'), message: z.looseObject({ id: z.string(), usage: ApiUsage.optional() }) }),
    z.looseObject({
      type: z.literal('content_block_start'),
      index: z.number().int(),
      content_block: z.looseObject({ type: z.string(), id: z.string().optional() }),
    }),
    z.looseObject({
      type: z.literal('content_block_delta'),
      index: z.number().int(),
      delta: z.looseObject({ type: z.string(), text: z.string().optional(), thinking: z.string().optional(), partial_json: z.string().optional() }),
    }),
    z.looseObject({ type: z.literal('content_block_stop'), index: z.number().int() }),
    z.looseObject({ type: z.literal('message_delta'), usage: ApiUsage.optional() }),
    z.looseObject({ type: z.literal('message_stop') }),
  ]),
});
export type StreamEvent = z.infer<typeof StreamEvent>;

export const ModelUsage = z.record(
  z.string(),
  z.looseObject({
    inputTokens: count,
    outputTokens: count,
    cacheReadInputTokens: count,
    cacheCreationInputTokens: count,
    costUSD: z.number().nonnegative().optional(),
    contextWindow: z.number().int().nonnegative().optional(),
  }),
);
export type ModelUsage = z.infer<typeof ModelUsage>;

export const ResultMessage = z.looseObject({
  type: z.literal('result'),
  subtype: z.string(),
  is_error: z.boolean().catch(false),
  num_turns: count,
  result: z.string().optional(),
  errors: z.array(z.string()).optional(),
  stop_reason: z.string().nullish(),
  terminal_reason: z.string().nullish(),
  api_error_status: z.number().nullish(),
  total_cost_usd: z.number().nonnegative().optional(),
  modelUsage: ModelUsage.optional(),
  model_usage_since_last_result: ModelUsage.optional(),
});
export type ResultMessage = z.infer<typeof ResultMessage>;

export const RateLimitEvent = z.looseObject({
  type: z.literal('rate_limit_event'),
  rate_limit_info: z.looseObject({
    status: z.string(),
    resetsAt: z.number().optional(),
    rateLimitType: z.string().optional(),
    utilization: z.number().optional(),
  }),
});

const task = { task_id: z.string(), tool_use_id: z.string().nullish() };

/** Messages of type `system`, by subtype. */
export const systemMessages = {
  init: z.looseObject({ session_id: z.string(), cwd: z.string().optional(), model: z.string().optional(), claude_code_version: z.string().optional() }),
  session_state_changed: z.looseObject({ state: z.string() }),
  api_retry: z.looseObject({
    attempt: z.number().int(),
    max_retries: z.number().int().optional(),
    retry_delay_ms: z.number(),
    error_status: z.number().nullish(),
    error: z.string().optional(),
  }),
  task_started: z.looseObject({ ...task, description: z.string() }),
  task_progress: z.looseObject({ ...task, description: z.string() }),
  task_notification: z.looseObject({ ...task, status: z.string(), summary: z.string().optional() }),
  compact_boundary: z.looseObject({ compact_metadata: z.looseObject({ pre_tokens: count.optional(), post_tokens: count.optional() }) }),
  informational: z.looseObject({ content: z.string(), level: z.string().optional() }),
  local_command_output: z.looseObject({ content: z.string() }),
  permission_denied: z.looseObject({ tool_name: z.string(), message: z.string().optional() }),
} as const;

export const PermissionUpdate = z.looseObject({
  type: z.string(),
  behavior: z.string().optional(),
  mode: z.string().optional(),
  rules: z.array(z.looseObject({ toolName: z.string(), ruleContent: z.string().nullish() })).optional(),
});
export type PermissionUpdate = z.infer<typeof PermissionUpdate>;

export const CanUseTool = z.looseObject({
  subtype: z.literal('can_use_tool'),
  tool_name: z.string(),
  input: z.record(z.string(), z.unknown()),
  title: z.string().optional(),
  permission_suggestions: z.array(PermissionUpdate).nullish(),
  decision_reason: z.string().nullish(),
  blocked_path: z.string().nullish(),
  tool_use_id: z.string().nullish(),
});
export type CanUseTool = z.infer<typeof CanUseTool>;

export const ControlRequest = z.looseObject({ type: z.literal('control_request'), request_id: z.string(), request: z.looseObject({ subtype: z.string() }) });
export const ControlCancel = z.looseObject({ type: z.literal('control_cancel_request'), request_id: z.string() });
export const ControlResponse = z.looseObject({
  type: z.literal('control_response'),
  response: z.looseObject({ subtype: z.string(), request_id: z.string(), error: z.string().optional() }),
});

/** Any line that is JSON of an object with a type. */
export const Envelope = z.looseObject({ type: z.string(), subtype: z.string().optional() });
export type Envelope = z.infer<typeof Envelope>;
