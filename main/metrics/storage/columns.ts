/** A batch of samples as columns: what crosses to the writing thread without being copied. Each series is named once. */
import { z } from 'zod';
import type { MetricKind, Sample } from '#shared/domain/metric.ts';

/** A sample whose kind the catalogue does not know can bring it along. */
export type Point = Sample & { readonly kind?: MetricKind };

export const KINDS = ['counter', 'gauge', 'distribution'] as const;

export const Doubles = z.custom<Float64Array>((value) => value instanceof Float64Array);

export const Columns = z.object({
  /** Metric, a line feed, tags as JSON with sorted names. */
  keys: z.array(z.string()),
  /** For each key its place in `KINDS`. */
  kinds: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  /** For each sample the place of its key. */
  series: z.custom<Uint32Array>((value) => value instanceof Uint32Array),
  at: Doubles,
  value: Doubles,
});
export type Columns = z.infer<typeof Columns>;

/** Names are remembered between batches up to this many. */
const REMEMBERED = 20_000;
const names = new Map<string, string>();

/**
 * @param kindOf what the catalogue says of a metric; null when it knows none
 */
export function columnsOf(samples: readonly Point[], kindOf: (metric: string) => MetricKind | null): Columns {
  const keys: string[] = [];
  const kinds: number[] = [];
  const known = new Map<string, number>();
  const series = new Uint32Array(samples.length);
  const at = new Float64Array(samples.length);
  const value = new Float64Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i];
    if (!sample) continue;
    const quick = quickKey(sample);
    let place = known.get(quick);
    if (place === undefined) {
      place = keys.length;
      known.set(quick, place);
      keys.push(keyOf(sample, quick));
      kinds.push(KINDS.indexOf(sample.kind ?? kindOf(sample.metric) ?? 'gauge'));
    }
    series[i] = place;
    at[i] = sample.at;
    value[i] = sample.value;
  }
  return { keys, kinds: Uint8Array.from(kinds), series, at, value };
}

/** What may go over to another thread instead of being copied. */
export const buffersOf = ({ kinds, series, at, value }: Columns): ArrayBuffer[] =>
  [kinds, series, at, value].flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));

/** Tells series apart fast; the same tags in another order have another one. Lengths keep a value from passing for a tag. */
function quickKey({ metric, tags }: Sample): string {
  let key = metric;
  for (const name in tags) {
    const value = tags[name] ?? '';
    key += `\n${name}\n${value.length}\n${value}`;
  }
  return key;
}

function keyOf({ metric, tags }: Sample, quick: string): string {
  const remembered = names.get(quick);
  if (remembered !== undefined) return remembered;
  const sorted = Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const key = `${metric}\n${JSON.stringify(Object.fromEntries(sorted))}`;
  if (names.size >= REMEMBERED) names.clear();
  names.set(quick, key);
  return key;
}
