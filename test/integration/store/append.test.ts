/** However a run's events are cut into batches, repeated and interrupted by restarts: what is stored is what one fold over them gives. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NumberedEvent, SessionEvent } from '#shared/domain/session-event.ts';
import { foldItem, itemKey, type TranscriptItem } from '#shared/domain/transcript.ts';
import { addSession, scratchFolder, scratchStore, text, toolCall, toolResult, usage } from '#test/support/store.ts';

const call = fc.constantFrom('c1', 'c2', 'c3');
const anEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.string({ maxLength: 20 }).map((value) => text(value)),
  call.map((id) => toolCall(id)),
  fc.tuple(call, fc.string({ maxLength: 10 })).map(([id, output]) => toolResult(id, output)),
  fc.nat(1000).map((tokens) => usage(tokens, tokens / 1000, tokens % 7)),
  fc.constant<SessionEvent>({ kind: 'plan', entries: [{ text: 'step', status: 'active' }] }),
  call.map((requestId): SessionEvent => ({
    kind: 'permission_asked',
    requestId,
    callId: null,
    tool: 'Bash',
    title: 'Run',
    input: '{}',
    reason: null,
    rules: [],
  })),
  call.map((requestId): SessionEvent => ({ kind: 'permission_closed', requestId, outcome: 'allowed', note: null })),
);
/** Two runs, and the batches they arrive in: each begins at or before what came already. */
const history = fc.record({
  runs: fc.tuple(fc.array(anEvent, { minLength: 1, maxLength: 30 }), fc.array(anEvent, { maxLength: 30 })),
  batches: fc.array(fc.record({ back: fc.nat(8), forward: fc.nat(12), restart: fc.boolean() }), { minLength: 1, maxLength: 12 }),
});

/** The reference: one pass over everything, nothing kept but the items. */
function foldAll(runs: readonly NumberedEvent[][]): { index: number; rev: number; item: TranscriptItem }[] {
  const items: { key: string; rev: number; item: TranscriptItem }[] = [];
  let seq = 0;
  runs.forEach((run, number) => {
    for (const { event, at } of run) {
      seq++;
      const name = itemKey(event, seq);
      if (name === null) continue;
      const key = name === 'plan' ? name : `${number}/${name}`;
      const known = items.find((candidate) => candidate.key === key);
      const item = foldItem(known?.item ?? null, event, at);
      if (item === null) continue;
      if (known) Object.assign(known, { rev: seq, item });
      else items.push({ key, rev: seq, item });
    }
  });
  return items.map(({ rev, item }, index) => ({ index, rev, item }));
}

test('batches, repeats, splits and restarts end in the same transcript, totals and search state', () => {
  fc.assert(
    fc.property(history, ({ runs, batches }) => {
      const dir = scratchFolder();
      let store = scratchStore({ dir });
      const { sessionId, taskId } = addSession(store);
      const told = runs.map((run, number) => run.map((event, index): NumberedEvent => ({ epoch: `e${number}`, seq: index + 1, at: 1000 + index, event })));
      for (const run of told) {
        let stored = 0;
        const send = (from: number, to: number): void => {
          const fresh = store.events.append(sessionId, run.slice(from, to));
          expect(fresh.map(({ event }) => event.seq)).toEqual(run.slice(Math.max(stored, from), to).map((event) => event.seq));
          stored = Math.max(stored, to);
        };
        for (const { back, forward, restart } of batches) {
          send(Math.max(0, stored - back), Math.min(run.length, stored + forward));
          if (!restart) continue;
          store.close();
          store = scratchStore({ dir });
        }
        send(stored, run.length);
      }
      const { total, items } = store.events.items(sessionId, 0, 500);
      const wanted = foldAll(told);
      expect(items.map(({ index, rev, item }) => ({ index, rev, item }))).toEqual(JSON.parse(JSON.stringify(wanted)));
      expect(total).toBe(wanted.length);
      expect(store.events.page(sessionId, 0, 500).map((event) => event.event)).toEqual(JSON.parse(JSON.stringify(told.flat().map(({ event }) => event))));
      const last = told.map((run) => run.findLast(({ event }) => event.kind === 'usage')?.event).filter((event) => event?.kind === 'usage');
      const sum = (pick: 'outputTokens' | 'turns'): number => last.reduce((all, event) => all + event.usage[pick], 0);
      const session = store.sessions.get(sessionId);
      expect(session).toMatchObject({ events: told.flat().length, items: wanted.length, outputTokens: sum('outputTokens'), turns: sum('turns') });
      expect(store.sessions.spentOnTask(taskId)).toBeCloseTo(
        last.reduce((all, event) => all + (event.usage.costUsd ?? 0), 0),
        9,
      );
      store.close();
    }),
    { numRuns: 40 },
  );
});
