/** The store's rules that no caller can get around: races lose cleanly, the audit log only grows, long sessions open at once. */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { sessionTransitions, SessionStatus } from '#shared/domain/status.ts';
import { newId } from '#shared/lib/id.ts';
import { addSession, numbered, scratchStore, text } from '#test/support/store.ts';

test('of acts that race for a session each wins only from a state that leads there, and the loser is told', () => {
  const move = fc.record({
    to: fc.constantFrom(...SessionStatus.options),
    believed: fc.option(fc.subarray([...SessionStatus.options], { minLength: 1 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(move, { minLength: 1, maxLength: 60 }), (moves) => {
      const store = scratchStore();
      const { sessionId } = addSession(store);
      let status: SessionStatus = 'queued';
      for (const { to, believed } of moves) {
        const rev = store.rev();
        const may = sessionTransitions[status].includes(to) && (believed === undefined || believed.includes(status));
        const moved = store.sessions.move(sessionId, to, { statusText: `to ${to}` }, believed);
        expect(moved?.status ?? null).toBe(may ? to : null);
        if (may) status = to;
        expect(store.sessions.get(sessionId)?.status).toBe(status);
        expect(store.sessions.since(rev).length).toBe(may ? 1 : 0);
      }
      store.close();
    }),
    { numRuns: 25 },
  );
});

test('a permission request is answered once', () => {
  const store = scratchStore();
  const { sessionId } = addSession(store);
  const request = { id: newId('per'), sessionId, requestId: 'r', epoch: 'e', tool: 'Bash', title: 'Run', input: '{}', reason: null, rules: [], askedAt: 1 };
  const row = store.permissions.insert(request);
  expect(store.permissions.insert({ ...request, id: newId('per') }).id).toBe(row.id);
  expect(store.permissions.close(row.id, 'allowed', 'ada', null, 2)).toMatchObject({ status: 'allowed', answeredBy: 'ada' });
  expect(store.permissions.close(row.id, 'denied', 'grace', 'no', 3)).toBeNull();
  expect(store.permissions.get(row.id)).toMatchObject({ status: 'allowed', answeredBy: 'ada', note: null });
  expect(store.permissions.waiting()).toEqual([]);
});

test('a decision can be neither changed nor removed, not even past the store', () => {
  const store = scratchStore();
  store.decisions.append({ id: 'dec_1', at: 1, actor: 'ada', action: 'reject', targetKind: 'change', targetId: 'chg_1', detail: '', undoes: null });
  const other = new Database(store.path);
  onTestFinished(() => void other.close());
  expect(() => other.exec("update decisions set actor = 'eve'")).toThrow('append-only');
  expect(() => other.exec('delete from decisions')).toThrow('append-only');
  expect(() => other.exec("insert or replace into decisions select seq, id, at, 'eve', action, target_kind, target_id, detail, undoes from decisions")).toThrow(
    'append-only',
  );
  expect(store.decisions.list({ limit: 10 })).toMatchObject([{ actor: 'ada' }]);
});

test('a window anywhere in a session of 50,000 events opens within 20 ms', () => {
  const store = scratchStore();
  const { sessionId } = addSession(store);
  const line = 'a line as agents write them, about this long, with some words. '.repeat(4);
  for (let first = 1; first <= 50_000; first += 500)
    store.events.append(
      sessionId,
      numbered(
        'e',
        Array.from({ length: 500 }, () => text(line)),
        first,
      ),
    );
  const times = [0, 10_000, 25_000, 49_800].flatMap((from) =>
    Array.from({ length: 9 }, () => {
      const began = performance.now();
      expect(store.events.items(sessionId, from, 200).items).toHaveLength(200);
      return performance.now() - began;
    }),
  );
  // The middle of many, so that a busy machine does not decide; it is about 1 ms on a free one.
  expect(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]).toBeLessThan(20);
});
