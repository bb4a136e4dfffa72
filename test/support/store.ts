/** A store in a scratch folder that is gone after the test, and the rows most tests need. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore, type Store } from '#store/index.ts';
import type { Measure } from '#store/ledger/fact.ts';
import { unwrap } from '#shared/lib/fault.ts';

export * from './store-rows.ts';

/** A folder that is gone after the test. */
export function scratchFolder(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'acc-store-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A store that is closed after the test, if the test did not close it. */
export function scratchStore(options: { dir?: string; now?: () => number; measure?: Measure } = {}): Store {
  const dir = options.dir ?? scratchFolder();
  const store = unwrap(openStore({ ...options, dir }));
  onTestFinished(() => store.close());
  return store;
}
