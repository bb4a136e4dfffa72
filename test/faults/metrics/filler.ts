/**
 * Runs on a disk of its own that is too small: stores samples until it is full, makes room, goes on, and at last counts what is there.
 * One JSON line for each of the three moments. Argument: a folder on that disk.
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openMetrics, type Metrics } from '#metrics/index.ts';
import { Query } from '#shared/domain/query.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { noLog } from '#shared/lib/log.ts';

const NOW = 1_770_000_000_000;
const [disk = ''] = process.argv.slice(2);
const ballast = path.join(disk, 'ballast');
writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024));
const open = async (): Promise<Metrics> => unwrap(await openMetrics({ dir: path.join(disk, 'data'), log: noLog, now: () => NOW }));

const first = await open();
let stored = 0;
/** Appends until something refuses, at most so many batches. @returns the code of the refusal */
async function fill(batches: number): Promise<string> {
  for (let batch = 0; batch < batches; batch++) {
    const samples = Array.from({ length: 250 }, (_, i) => ({
      metric: 'level',
      tags: { host: `h${i % 3}` },
      at: NOW - 500_000_000 + (stored + i) * 1000,
      value: Math.sqrt(stored + i),
    }));
    const got = await first.append(samples, { cursor: stored + 250 });
    if (!got.ok) return got.fault.code;
    stored += 250;
  }
  return 'none';
}
const say = (value: object): void => console.log(JSON.stringify(value));

say({ code: await fill(100_000), stored });
rmSync(ballast);
say({ code: await fill(20), stored });
await first.close();
const again = await open();
const { total } = unwrap(await again.query(Query.parse({ metric: 'level', aggregate: 'count', range: { kind: 'last', ms: 86_400_000 * 7 } })));
say({ n: total.n, cursor: unwrap(await again.cursor()), stored });
await again.close();
