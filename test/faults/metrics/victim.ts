/** A process of alerts to be killed: `node victim.ts DIR`. A value goes up and down several times a second; rules and channels are in the store. */
import { createAlerts } from '#metrics/alerts/index.ts';
import type { Answer } from '#shared/domain/query.ts';
import { ok, unwrap } from '#shared/lib/fault.ts';
import { noLog } from '#shared/lib/log.ts';
import { openStore } from '#store/index.ts';

const dataDir = process.argv[2] ?? '';
/** Half a period of the value, in milliseconds. */
const HALF = 120;

const store = unwrap(openStore({ dir: dataDir }));
const alerts = createAlerts({
  store,
  dataDir,
  hasDesktop: false,
  log: noLog,
  now: Date.now,
  named: () => null,
  query: () => {
    const total = { value: Math.floor(Date.now() / HALF) % 2 === 0 ? 12 : 0, n: 5, minimum: 1 };
    return Promise.resolve(ok<Answer>({ unit: 'count', from: 0, to: 1, stepMs: 1, total, series: [], dropped: 0, resolution: 'raw', tookMs: 0 }));
  },
});
process.stdout.write('ready\n');
for (;;) {
  await alerts.round();
  await new Promise((resolve) => setTimeout(resolve, 15));
}
