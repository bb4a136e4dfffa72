/**
 * The process that is killed: writes events as fast as it can and says on stdout, after each batch, the last number that was stored.
 * Arguments: data folder, session, epoch.
 */
import { writeSync } from 'node:fs';
import { openStore } from '#store/index.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { eventAt } from './written.ts';

const [dir = '', sessionId = '', epoch = ''] = process.argv.slice(2);
const store = unwrap(openStore({ dir }));
store.runs.begin(sessionId, epoch, 1, 'local');
let last = 0;
const batch = (): void => {
  const size = 1 + (last % 23);
  store.events.append(
    sessionId,
    Array.from({ length: size }, (_, index) => ({ epoch, seq: last + index + 1, at: last + index, event: eventAt(last + index + 1) })),
  );
  last += size;
  writeSync(1, `${last}\n`);
  // A turn of the loop between batches, so that the search index is written meanwhile too.
  if (last % 5 === 0) setTimeout(batch, 1);
  else setImmediate(batch);
};
batch();
