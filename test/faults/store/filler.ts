/**
 * Runs on a disk of its own that is too small: writes until it is full, says what it saw, makes room, waits until the store is well
 * by itself, writes again. One JSON line for each of the two moments. Argument: a folder on that disk.
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type Store } from '#store/index.ts';
import { faultOf, unwrap } from '#shared/lib/fault.ts';
import { addSession } from '#test/support/store-rows.ts';

const [disk = ''] = process.argv.slice(2);
const ballast = path.join(disk, 'ballast');
writeFileSync(ballast, Buffer.alloc(1024 * 1024));
const dir = path.join(disk, 'data');
const store = unwrap(openStore({ dir }));
const { sessionId } = addSession(store);

/** Appends until something refuses. @returns how many were acknowledged, and the code of the refusal */
function fill(on: Store, first: number, most: number): { stored: number; code: string } {
  let stored = 0;
  try {
    for (; stored < most; stored++)
      on.events.append(sessionId, [{ epoch: 'e', seq: first + stored, at: 1, event: { kind: 'text', blockId: 'b', text: 'x'.repeat(2000) } }]);
    return { stored, code: 'none' };
  } catch (error) {
    return { stored, code: faultOf(error).code };
  }
}
const say = (value: object): void => console.log(JSON.stringify(value));

const full = fill(store, 1, 100_000);
say({ ...full, state: store.state().state, events: store.events.size(sessionId).events, read: store.events.page(sessionId, 0, 100_000).length });
rmSync(ballast);
const until = Date.now() + 30_000;
while (store.state().state !== 'ok' && Date.now() < until) await sleep(50);
const after = fill(store, full.stored + 1, 20);
say({ ...after, state: store.state().state });
store.close();
const again = unwrap(openStore({ dir }));
say({ events: again.events.size(sessionId).events });
again.close();
