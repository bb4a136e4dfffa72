/** Prometheus' text format, version 0.0.4. */

export type Sample = {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  /** `_bucket`, `_sum`, `_count` of a histogram or summary. */ readonly suffix?: string;
};
export type Metric = {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly samples: readonly Sample[];
};

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function exposition(metrics: readonly Metric[]): string {
  const lines: string[] = [];
  for (const { name, help, type, samples } of metrics) {
    lines.push(`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`);
    for (const sample of samples) lines.push(`${name}${sample.suffix ?? ''}${labelsOf(sample.labels ?? {})} ${number(sample.value)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A histogram's samples. @param counts how many lie in each bucket alone, by its upper bound */
export function histogram(bounds: readonly number[], { counts, sum, n }: { counts: readonly number[]; sum: number; n: number }): Sample[] {
  let below = 0;
  const buckets = bounds.map((bound, index): Sample => {
    below += counts[index] ?? 0;
    return { suffix: '_bucket', labels: { le: number(bound) }, value: below };
  });
  return [...buckets, { suffix: '_bucket', labels: { le: '+Inf' }, value: n }, { suffix: '_sum', value: sum }, { suffix: '_count', value: n }];
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

const number = (value: number): string => (value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value));
