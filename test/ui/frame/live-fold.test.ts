/** The page's rows follow the stream: newest revision wins, repeats change nothing, a reset forgets, archived rows leave. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LiveDelta } from '#shared/contract/live.ts';
import type { Repository } from '#shared/domain/repository.ts';
import { RepositorySettings } from '#shared/domain/repository.ts';
import { fold, nothing, type LiveState } from '#renderer/lib/live-fold.ts';

const settings = RepositorySettings.parse({});
const repository = (id: string, rev: number, archived = false): Repository => ({
  id,
  rev,
  path: `/src/${id}`,
  name: `${id}@${rev}`,
  vcs: 'git',
  settings,
  present: true,
  addedAt: 1,
  archivedAt: archived ? 2 : null,
});
const delta = (rev: number, repositories: Repository[], reset = false): LiveDelta => ({ rev, reset, repositories, sentAt: 1000 });
const rows = (state: LiveState): [string, number][] =>
  [...state.repositories.values()].map((row): [string, number] => [row.id, row.rev]).toSorted(([a], [b]) => a.localeCompare(b));

test('the first delta makes the page ready and says how far behind it is', () => {
  const state = fold(nothing, delta(3, [repository('a', 3)], true), 1038);
  expect(state).toMatchObject({ ready: true, rev: 3, behindMs: 38 });
  expect(rows(state)).toEqual([['a', 3]]);
});

test('an older row never replaces a newer one, and an archived row leaves', () => {
  const state = fold(fold(nothing, delta(5, [repository('a', 5), repository('b', 4)]), 0), delta(6, [repository('a', 2), repository('b', 6, true)]), 0);
  expect(rows(state)).toEqual([['a', 5]]);
});

test('a reset forgets what this store never had', () => {
  const state = fold(fold(nothing, delta(9, [repository('old', 9)]), 0), delta(1, [repository('new', 1)], true), 0);
  expect(rows(state)).toEqual([['new', 1]]);
});

test('rows that did not change keep their map, so that views which show them do not render', () => {
  const before = fold(nothing, delta(1, [repository('a', 1)]), 0);
  const after = fold(before, { rev: 2, reset: false, sentAt: 0 }, 0);
  expect(after.repositories).toBe(before.repositories);
  expect(after.sessions).toBe(before.sessions);
});

test('however deltas are repeated after a drop, the page ends with the newest of each row', () => {
  const history = fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c'), gap: fc.integer({ min: 1, max: 3 }) }), { maxLength: 30 });
  fc.assert(
    fc.property(history, fc.array(fc.nat(29), { maxLength: 6 }), (steps, drops) => {
      let rev = 0;
      const deltas = steps.map(({ id, gap }) => delta((rev += gap), [repository(id, rev)]));
      const straight = deltas.reduce((state, one) => fold(state, one, 0), nothing);
      const broken = deltas.flatMap((one, i) => (drops.includes(i) ? [one, ...deltas.slice(Math.max(0, i - 3), i + 1)] : [one]));
      expect(rows(broken.reduce((state, one) => fold(state, one, 0), nothing))).toEqual(rows(straight));
    }),
  );
});
