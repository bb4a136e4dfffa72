/**
 * What a point of telemetry measures here. Figures of Claude Code sessions count where those of the app's own sessions do, with the tag
 * `source=otlp`; metrics nobody knows keep their names behind `otlp.`. Pure.
 */
import type { MetricKind, Sample, Tags } from '#shared/domain/metric.ts';
import type { TelemetryPoint } from '#shared/domain/telemetry.ts';

export type OutsideSample = Sample & { readonly kind?: MetricKind };

type Rule = {
  readonly metric: string;
  /** Tag here by attribute there. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Values by another name, per tag here. */
  readonly words?: Readonly<Record<string, string>>;
  readonly factor?: number;
  /** A further metric that counts one for each value. */
  readonly each?: string;
};

const RULES: Readonly<Record<string, Rule | null>> = {
  'claude_code.token.usage': { metric: 'tokens', tags: { kind: 'type' }, words: { cacheRead: 'cache_read', cacheCreation: 'cache_write' } },
  'claude_code.cost.usage': { metric: 'cost_usd' },
  'claude_code.session.count': { metric: 'session_started' },
  'claude_code.lines_of_code.count': { metric: 'lines_changed', tags: { kind: 'type' } },
  'claude_code.commit.count': { metric: 'commits' },
  'claude_code.pull_request.count': { metric: 'pull_requests' },
  'claude_code.active_time.total': { metric: 'outside_active_ms', tags: { kind: 'type' }, factor: 1000 },
  'claude_code.code_edit_tool.decision': { metric: 'edit_decision', tags: { tool: 'tool_name', outcome: 'decision' } },
  'claude_code.api_request.duration_ms': { metric: 'api_request_ms' },
  'claude_code.api_request.cost_usd': { metric: 'api_request_usd' },
  'claude_code.api_error': { metric: 'api_error', tags: { code: 'status_code' } },
  'claude_code.tool_result.duration_ms': {
    metric: 'tool_ms',
    tags: { tool: 'tool_name', outcome: 'success' },
    words: { true: 'ok', false: 'failed' },
    each: 'tool_call',
  },
  'claude_code.user_prompt.length': { metric: 'prompt_chars' },
  // The same tokens and decisions as above, told a second time.
  'claude_code.api_request.input_tokens': null,
  'claude_code.api_request.output_tokens': null,
  'claude_code.api_request.cache_read_tokens': null,
  'claude_code.api_request.cache_creation_tokens': null,
  'claude_code.api_error.duration_ms': null,
  'claude_code.tool_decision': null,
};

const KIND: Readonly<Record<TelemetryPoint['kind'], MetricKind>> = { delta: 'counter', total: 'counter', gauge: 'gauge', values: 'distribution' };

/**
 * @param values what the point is worth: the increment of a counter, the value of a gauge, each of a distribution
 * @param host id of the agent host it came to, as in what the app measures itself
 */
export function outsideSamples(point: TelemetryPoint, values: readonly number[], host: string): OutsideSample[] {
  const rule = Object.hasOwn(RULES, point.metric) ? RULES[point.metric] : undefined;
  if (rule === null) return [];
  const { at } = point;
  if (rule === undefined) {
    const tags: Tags = { ...point.tags, source: 'otlp', host };
    return values.map((value) => ({ metric: `otlp.${point.metric}`.slice(0, 100), tags, at, value, kind: KIND[point.kind] }));
  }
  const whose: Tags = { source: 'otlp', agent: 'Claude Code', host };
  for (const name of ['model', 'person']) if (point.tags[name]) whose[name] = point.tags[name];
  const tags: Tags = { ...whose };
  for (const [here, there] of Object.entries(rule.tags ?? {})) {
    const value = point.tags[there];
    if (value !== undefined) tags[here] = rule.words?.[value] ?? value;
  }
  const { each } = rule;
  return values.flatMap((value) => {
    const sample = { metric: rule.metric, tags, at, value: value * (rule.factor ?? 1) };
    return each === undefined ? [sample] : [sample, { metric: each, tags, at, value: 1 }];
  });
}
