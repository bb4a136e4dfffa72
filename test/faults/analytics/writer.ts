/**
 * A store with its analytics in a process of its own, to be killed: writes usage into a session's ledger and drains it, then ends itself by
 * SIGKILL at the named moment.
 *
 *   node writer.ts FOLDER MOMENT ROUNDS AGE_DAYS      MOMENT: ledger | points | never
 */
import { openMetrics } from '#metrics/index.ts';
import { catalogue } from '#metrics/catalogue/index.ts';
import { Drainer } from '#metrics/ingest/drainer.ts';
import { samplesOf } from '#metrics/ingest/samples.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { noLog } from '#shared/lib/log.ts';
import { openStore } from '#store/index.ts';
import { addSession } from '#test/support/store-rows.ts';

const [dir = '', moment = '', rounds = '', days = ''] = process.argv.slice(2);
const die = (): void => void process.kill(process.pid, 'SIGKILL');
const store = unwrap(openStore({ dir, measure: samplesOf }));
const metrics = unwrap(await openMetrics({ dir, log: noLog, catalogue }));
let stored = 0;
const drainer = new Drainer({
  ledger: store.ledger,
  metrics,
  log: noLog,
  now: Date.now,
  onStored: (points) => {
    stored += points.length;
    // The points and how far they reach are stored; the rows are still there.
    if (moment === 'points' && stored > Number(rounds)) die();
  },
});
// Others may have been killed before on this folder: each writes a run of its own.
const sessionId = store.sessions.list({ limit: 1 }).sessions[0]?.id ?? addSession(store).sessionId;
const epoch = `run-${process.pid}`;
const at = Date.now() - Number(days) * 86_400_000;
const empty = { costUsd: null, turns: 0, contextTokens: null, contextWindow: null, cacheReadTokens: 0, cacheWriteTokens: 0 };
store.runs.begin(sessionId, epoch, at, 'local');
for (let n = 1; ; n++) {
  const usage = { ...empty, inputTokens: n, outputTokens: 2 * n };
  store.events.append(sessionId, [{ epoch, seq: n, at: at + n, event: { kind: 'usage', usage } }]);
  if (moment === 'ledger' && n >= Number(rounds)) die();
  if (moment === 'never' && n === 1) process.stdout.write('ready\n');
  if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  if (moment === 'points' && n >= 3 * Number(rounds)) {
    await drainer.caughtUp();
    break;
  }
}
