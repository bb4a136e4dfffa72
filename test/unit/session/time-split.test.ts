/** Where the time went: the parts are counted once and add up to the time a turn ran. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elapse, foldTime, noTime } from '#renderer/session/model/time-split.ts';

const fold = (events: readonly [number, unknown][]) => events.reduce((state, [at, event]) => foldTime(state, event, at), noTime);

test('model, tools and waiting of one turn', () => {
  const state = fold([
    [0, { kind: 'started' }],
    [100, { kind: 'tool_call', callId: 'a' }],
    [150, { kind: 'tool_call', callId: 'b' }],
    [300, { kind: 'tool_result', callId: 'a', status: 'ok' }],
    [400, { kind: 'tool_result', callId: 'b', status: 'ok' }],
    [450, { kind: 'permission_asked', requestId: 'p' }],
    [950, { kind: 'permission_closed', requestId: 'p' }],
    [1000, { kind: 'turn_ended' }],
    [9000, { kind: 'exited' }],
  ]);
  expect(state.split).toEqual({ modelMs: 200, toolsMs: 300, waitingMs: 500 });
  expect(elapse(state, 20_000)).toEqual(state.split);
});

test('whatever the events, parts are never negative and never more than the time that passed', () => {
  const event = fc.oneof(
    fc.constantFrom({ kind: 'started' }, { kind: 'exited' }, { kind: 'turn_ended' }, { kind: 'message' }, { kind: 'text' }),
    fc.record({ kind: fc.constant('tool_call'), callId: fc.constantFrom('a', 'b') }),
    fc.record({ kind: fc.constant('tool_result'), callId: fc.constantFrom('a', 'b'), status: fc.constantFrom('running', 'ok') }),
    fc.record({ kind: fc.constantFrom('permission_asked', 'permission_closed'), requestId: fc.constantFrom('p', 'q') }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(10_000), event)), (events) => {
      const { modelMs, toolsMs, waitingMs } = fold(events).split;
      const clocks = events.map(([at]) => at);
      expect(Math.min(modelMs, toolsMs, waitingMs)).toBeGreaterThanOrEqual(0);
      expect(modelMs + toolsMs + waitingMs).toBeLessThanOrEqual(clocks.length > 0 ? Math.max(...clocks) - (clocks[0] ?? 0) : 0);
    }),
  );
});
