/**
 * What the events of a Claude Code session tell in figures. Only what this table names is read; prompts, inputs and outputs of tools never
 * are. Records of other programs are taken and left out.
 */
import { isOwn, plain, type Plain } from './attributes.ts';
import type { LogRecord, LogsRequest } from './schema.ts';
import { seriesKey, Tally, timeOf, type Translating } from './tally.ts';

type Read = { readonly numbers: Readonly<Record<string, string>>; readonly tags: readonly string[]; /** Each record counts one. */ readonly counted?: true };

const PREFIX = 'claude_code.';
const EVENTS: Readonly<Record<string, Read>> = {
  api_request: {
    numbers: {
      duration_ms: 'duration_ms',
      cost_usd: 'cost_usd',
      input_tokens: 'input_tokens',
      output_tokens: 'output_tokens',
      cache_read_tokens: 'cache_read_tokens',
      cache_creation_tokens: 'cache_creation_tokens',
    },
    tags: ['model'],
  },
  api_error: { numbers: { duration_ms: 'duration_ms' }, tags: ['model', 'status_code'], counted: true },
  tool_result: { numbers: { duration_ms: 'duration_ms' }, tags: ['tool_name', 'success'] },
  tool_decision: { numbers: {}, tags: ['tool_name', 'decision', 'source'], counted: true },
  user_prompt: { numbers: { prompt_length: 'length' }, tags: [] },
};

export function logPoints(request: LogsRequest, translating: Translating): Tally {
  const tally = new Tally();
  for (const { resource, scopeLogs } of request.resourceLogs) {
    const of = plain(resource.attributes);
    if (isOwn(of)) continue;
    for (const { logRecords } of scopeLogs) for (const record of logRecords) take(record, of, translating, tally);
  }
  return tally;
}

function take(record: LogRecord, resource: Plain, { now, privacy, series }: Translating, tally: Tally): void {
  const attributes = plain(record.attributes);
  const name = (record.eventName || attributes.get('event.name') || record.body.stringValue || '').replace(PREFIX, '');
  const read = Object.hasOwn(EVENTS, name) ? EVENTS[name] : undefined;
  if (!read) return;
  const time = timeOf(record.timeUnixNano === '0' ? record.observedTimeUnixNano : record.timeUnixNano, now);
  if ('reason' in time) return tally.refuse(time.reason);
  const base = { ...privacy.labels(resource, attributes, read.tags), at: time.at };
  if (!series.admit(seriesKey(name, base.session, base.tags), now)) return tally.refuse('too many series');
  const metric = `${PREFIX}${name}`;
  if (read.counted) tally.points.push({ ...base, metric, kind: 'delta', value: 1 });
  for (const [attribute, suffix] of Object.entries(read.numbers)) {
    const text = attributes.get(attribute);
    if (text === undefined || text.trim() === '') continue;
    const value = Number(text);
    if (Number.isFinite(value) && value >= 0) tally.points.push({ ...base, metric: `${metric}.${suffix}`, kind: 'values', values: [value] });
    else tally.refuse('not a number');
  }
}
