/**
 * Program: what logical sessions cost a center. Connects to the host at the port given, takes events of some sessions so that everything is
 * loaded and compiled, then of a thousand more over the same connection; all of them stay open. Says what each adds in KiB: of resident
 * memory or of what lives in the heap, the larger.
 */
import { benchPool, hostRow, target } from './pooled.ts';
import { ready } from './program.ts';
import { until } from './until.ts';

const FIRST = 200;
const MORE = 1000;
const COLLECTIONS = 5;
/** The last event of each is not due for an hour: the sessions are open all the time. */
const STREAM = { bytes: 200, perSecond: 1, count: 3600 };

let events = 0;
const seen = new Set<string>();
const pool = benchPool('probe', {
  events(_hostId, sessionId, batch) {
    events += batch.length;
    seen.add(sessionId);
  },
});
const port = Number(process.argv[2]);
pool.put(hostRow('h', { maxSockets: 1 }), () => target(port));
const link = pool.of('h');

async function open(streams: number): Promise<void> {
  const wanted = seen.size + streams;
  const asked = await link.call('probe.stream', { ...STREAM, streams });
  if (!asked.ok) throw new Error(asked.fault.message);
  await until('every session to speak', () => seen.size === wanted);
  const after = events + 4 * seen.size;
  await until('each to speak again', () => events > after);
}

/** Resident memory, and what lives in the heap: pages that were there already can hide the one, not the other. */
function memory(): { resident: number; alive: number } {
  for (let i = 0; i < COLLECTIONS; i++) globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, alive: heapUsed + external };
}

await open(FIRST);
const before = memory();
await open(MORE);
const after = memory();
ready(Math.max(after.resident - before.resident, after.alive - before.alive) / MORE / 1024);
await pool.close();
