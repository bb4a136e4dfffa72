/** What only the telemetry of sessions outside the app tells; what it shares with the ledger has its entries there, with the tag `source=otlp`. */
import type { Entry } from './entry.ts';

const WHO = ['source', 'agent', 'model', 'host', 'person'];

const outside = (kind: Entry['kind'], unit: Entry['unit'], name: string, title: string, source: string, tags: readonly string[] = []): Entry => ({
  name,
  title,
  unit,
  kind,
  source: `telemetry of sessions outside the app: ${source}`,
  tags: [...tags, ...WHO],
  minimum: 1,
  better: null,
  ledger: false,
});

export const outsideEntries: readonly Entry[] = [
  outside('counter', 'count', 'lines_changed', 'Lines changed', 'claude_code.lines_of_code.count', ['kind']),
  outside('counter', 'count', 'commits', 'Commits', 'claude_code.commit.count'),
  outside('counter', 'count', 'pull_requests', 'Pull requests', 'claude_code.pull_request.count'),
  outside('counter', 'ms', 'outside_active_ms', 'Time in use', 'claude_code.active_time.total', ['kind']),
  outside('counter', 'count', 'edit_decision', 'Decisions on edits', 'claude_code.code_edit_tool.decision', ['tool', 'outcome']),
  outside('distribution', 'ms', 'api_request_ms', 'Model requests', 'duration of claude_code.api_request'),
  outside('distribution', 'usd', 'api_request_usd', 'Cost of a model request', 'cost of claude_code.api_request; the sum of all is in cost_usd already'),
  outside('counter', 'count', 'api_error', 'Errors of model requests', 'claude_code.api_error', ['code']),
  outside('distribution', 'count', 'prompt_chars', 'Length of prompts', 'characters of claude_code.user_prompt; never the text'),
];
