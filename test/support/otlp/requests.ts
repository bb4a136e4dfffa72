/** OTLP requests for tests: one shape, written as JSON or, by an encoder of its own, as Protocol Buffers. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;
type Json = Readonly<Record<string, unknown>>;

const nano = (ms: number): string => `${ms}000000`;

export const attributes = (of: Attributes): Json[] =>
  Object.entries(of).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : typeof value === 'boolean' ? { boolValue: value } : { doubleValue: value },
  }));

export const point = (value: number | string, at: number, of: Attributes = {}, start = at - 1000): Json => ({
  attributes: attributes(of),
  startTimeUnixNano: nano(start),
  timeUnixNano: nano(at),
  asDouble: value,
});

export const sum = (name: string, points: readonly Json[], temporality = 1, isMonotonic = true): Json => ({
  name,
  sum: { dataPoints: points, aggregationTemporality: temporality, isMonotonic },
});
export const gauge = (name: string, points: readonly Json[]): Json => ({ name, gauge: { dataPoints: points } });

export const metricsRequest = (metrics: readonly Json[], resource: Attributes = { 'service.name': 'claude-code' }): Json => ({
  resourceMetrics: [
    { resource: { attributes: attributes(resource) }, scopeMetrics: [{ scope: { name: 'com.anthropic.claude_code', version: '2' }, metrics }] },
  ],
});

export const record = (name: string, at: number, of: Attributes): Json => ({
  timeUnixNano: nano(at),
  body: { stringValue: `claude_code.${name}` },
  attributes: attributes({ 'event.name': name, ...of }),
});
export const logsRequest = (records: readonly Json[], resource: Attributes = { 'service.name': 'claude-code' }): Json => ({
  resourceLogs: [{ resource: { attributes: attributes(resource) }, scopeLogs: [{ scope: { name: 'events' }, logRecords: records }] }],
});
