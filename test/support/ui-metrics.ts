/** Samples in the analytics' own store before the core opens it, written by the store itself: days of work that a test need not wait for. */
import { catalogue } from '#metrics/catalogue/index.ts';
import { openMetrics, type Point } from '#metrics/index.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { randomFrom } from './random.ts';

const MINUTE = 60_000;
const BATCH = 5000;

/** Writes samples into the store of a data folder. @throws when it cannot */
export async function writeSamples(dataDir: string, samples: readonly Point[]): Promise<void> {
  const metrics = unwrap(await openMetrics({ dir: dataDir, log: () => undefined, catalogue }));
  for (let at = 0; at < samples.length; at += BATCH) unwrap(await metrics.append(samples.slice(at, at + BATCH)));
  await metrics.close();
}

/** Two days of two agents at work, up to now: tokens, money, tool calls, turns, ends. Every run of a seed is the same. */
export function daysOfWork(now: number, days = 2, seed = 7): Point[] {
  const random = randomFrom(seed);
  const points: Point[] = [];
  const agents = [
    { agent: 'claude-code', model: 'sonnet', repository: 'api' },
    { agent: 'codex', model: 'gpt', repository: 'web' },
  ];
  for (let at = now - days * 1440 * MINUTE; at < now; at += 5 * MINUTE) {
    const hour = new Date(at).getHours();
    const busy = 0.35 + 0.65 * Math.max(0, Math.sin(((hour - 5) / 24) * 2 * Math.PI));
    for (const [n, who] of agents.entries()) {
      const load = busy * (1 + 0.4 * n) * (0.7 + 0.6 * random.next());
      const tags = { ...who, host: 'local', person: '' };
      points.push({ metric: 'tokens', tags: { ...tags, kind: 'output', source: 'app' }, at, value: Math.round(900 * load) });
      points.push({ metric: 'tokens', tags: { ...tags, kind: 'input', source: 'app' }, at, value: Math.round(2600 * load) });
      points.push({ metric: 'tokens', tags: { ...tags, kind: 'cache_read', source: 'app' }, at, value: Math.round(21_000 * load) });
      points.push({ metric: 'cost_usd', tags: { ...tags, source: 'app' }, at, value: 0.021 * load });
      points.push({
        metric: 'turn_ms',
        tags: { ...tags, outcome: 'done' },
        at,
        value: Math.round(9000 * (0.5 + random.next() + (random.next() > 0.97 ? 6 : 0))),
      });
      points.push({
        metric: 'tool_call',
        tags: {
          agent: who.agent,
          repository: who.repository,
          tool: random.pick(['Edit', 'Read', 'Bash', 'Grep']),
          outcome: random.next() > 0.06 ? 'ok' : 'failed',
        },
        at,
        value: 1,
      });
      points.push({ metric: 'sessions_live', tags: { state: n === 0 ? 'running' : 'waiting' }, at, value: Math.round(4 * load) });
      if (random.next() > 0.8) points.push({ metric: 'session_ended', tags: { ...tags, outcome: random.next() > 0.15 ? 'finished' : 'failed' }, at, value: 1 });
      if (random.next() > 0.85) points.push({ metric: 'node_ended', tags: { ...tags, outcome: 'done', handoff: 'no' }, at, value: 1 });
    }
  }
  return points;
}
