/** What the connections to a host did in a minute, as samples. */
import type { ConnectionMinute } from '#shared/domain/connection.ts';
import { Sketch } from '#shared/lib/sketch.ts';
import type { Analytics } from './analytics.ts';

/** Values taken of a minute's answers: their quantiles, evenly. */
const VALUES = 60;

export function recordMinute(
  analytics: Pick<Analytics, 'record'>,
  host: string,
  { attempted, ready, lost, answered, failed, latency }: ConnectionMinute,
): void {
  const count = (metric: string, n: number, tags: Record<string, string>): void => {
    if (n > 0) analytics.record(metric, n, { host, ...tags });
  };
  count('connection_open', ready, { outcome: 'ready' });
  count('connection_open', Math.max(0, attempted - ready), { outcome: 'failed' });
  count('connection_lost', lost, {});
  count('host_call', answered, { outcome: 'answered' });
  count('host_call', failed, { outcome: 'failed' });
  const sketch = Sketch.fromJSON(latency);
  const values = Math.min(VALUES, Math.floor(sketch.count));
  for (let i = 0; i < values; i++) {
    const ms = sketch.quantile((i + 0.5) / values);
    if (ms !== null) analytics.record('connection_latency_ms', ms, { host });
  }
}
