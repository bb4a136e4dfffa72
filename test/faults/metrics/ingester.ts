/**
 * The process that is killed: reads an outbox of numbered samples in order, as the drain does, and says on stdout, after each batch, the
 * cursor that was acknowledged. Arguments: data folder, the time it takes for now.
 */
import { writeSync } from 'node:fs';
import { openMetrics } from '#metrics/index.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { noLog } from '#shared/lib/log.ts';
import { outboxAt } from './outbox.ts';

const [dir = '', now = '0'] = process.argv.slice(2);
const metrics = unwrap(await openMetrics({ dir, log: noLog, now: () => Number(now) }));
let cursor = unwrap(await metrics.cursor());
for (;;) {
  const size = 1 + (cursor % 997);
  const samples = Array.from({ length: size }, (_, i) => outboxAt(cursor + 1 + i, Number(now)));
  cursor = unwrap(await metrics.append(samples, { cursor: cursor + size })).cursor;
  writeSync(1, `${cursor}\n`);
}
