/** Each figure is what anyone gets who counts the stored rows again by hand, whatever was decided when. */
import path from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Store } from '#store/index.ts';
import { definitions, figureOf } from '#store/insight/figures.ts';
import { Sql } from '#store/sql.ts';
import { addChange, addSession, numbered, scratchFolder, scratchStore, usage } from '#test/support/store.ts';

const NOW = new Date(2026, 5, 15, 12, 0, 0).getTime();
const DAY = 86_400_000;
const age = fc.integer({ min: 1, max: 9 * DAY });
const aChange = fc.record({
  age,
  status: fc.constantFrom('merged', 'kept', 'rejected', 'waiting'),
  rounds: fc.nat(2),
  usd: fc.option(fc.integer({ min: 0, max: 900 }), { nil: null }),
});
const aRequest = fc.record({ age, waited: fc.nat(100_000), by: fc.constantFrom('ada', 'grace', 'agent', 'rule Edit', null), allowed: fc.boolean() });

test('merged, first pass, cost and waiting, counted again from the rows', () => {
  fc.assert(
    fc.property(fc.array(aChange, { maxLength: 15 }), fc.array(aRequest, { maxLength: 15 }), (changes, requests) => {
      const dir = scratchFolder();
      const store = scratchStore({ dir });
      changes.forEach((change, index) => decide(store, `chg_${index}`, change));
      const { sessionId } = addSession(store);
      requests.forEach(({ age: past, waited, by, allowed }, index) => {
        const request = { id: `per_${index}`, sessionId, requestId: `r${index}`, epoch: 'e', tool: 'Bash', title: 'Run', input: '{}', reason: null, rules: [] };
        store.permissions.insert({ ...request, askedAt: NOW - past - waited });
        store.permissions.close(request.id, by === null ? 'expired' : allowed ? 'allowed' : 'denied', by, null, NOW - past);
      });

      const db = new Database(path.join(dir, 'acc.db'), { readonly: true });
      const sql = new Sql(db);
      const shown = new Map(definitions.map((definition) => [definition.id, figureOf(definition, sql, { repositoryId: null }, NOW)]));
      db.close();

      const rows = store.changes.list(false, 100);
      const midnight = new Date(2026, 5, 15).getTime();
      const within = (at: number | null, length: number): boolean => at !== null && at >= NOW - length && at < NOW;
      const merged = rows.filter((row) => row.status === 'merged');
      expect(shown.get('merged')?.value).toBe(merged.filter((row) => (row.decidedAt ?? 0) >= midnight).length);
      const week = rows.filter((row) => row.status !== 'waiting' && within(row.decidedAt, 7 * DAY));
      const atOnce = week.filter((row) => row.status !== 'rejected' && row.rounds === 0).length;
      expect(shown.get('first-pass')).toMatchObject({ value: week.length === 0 ? null : atOnce / week.length, n: week.length });
      const costs = merged.filter((row) => within(row.decidedAt, 7 * DAY)).flatMap((row) => store.sessions.get(row.sessionId)?.costUsd ?? []);
      const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
      if (costs.length === 0) expect(shown.get('cost-per-change')?.value).toBeNull();
      else expect(shown.get('cost-per-change')?.value).toBeCloseTo(mean, 9);
      const waits = store.permissions
        .list(100)
        .filter((row) => row.answeredBy === 'ada' || row.answeredBy === 'grace')
        .filter((row) => within(row.answeredAt, DAY))
        .map((row) => (row.answeredAt ?? 0) - row.askedAt)
        .toSorted((a, b) => a - b);
      const middle = ((waits[Math.floor((waits.length - 1) / 2)] ?? 0) + (waits[Math.floor(waits.length / 2)] ?? 0)) / 2;
      expect(shown.get('blocked')).toMatchObject({ value: waits.length === 0 ? null : middle, n: waits.length });
      store.close();
    }),
    { numRuns: 25 },
  );
});

function decide(store: Store, id: string, change: { age: number; status: string; rounds: number; usd: number | null }): void {
  const seed = addSession(store);
  store.events.append(seed.sessionId, numbered('e', [usage(1, change.usd)]));
  addChange(store, seed, { id, rounds: change.rounds });
  if (change.status === 'merged' || change.status === 'kept' || change.status === 'rejected')
    store.changes.move(id, change.status, { decidedAt: NOW - change.age });
}
