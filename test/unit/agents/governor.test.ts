import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitsLeft, overBudget } from '#agents/governor/budget.ts';
import { pick, type GovernorLimits, type LiveSession, type QueuedSession } from '#agents/governor/pick.ts';
import { isSlowed, strike } from '#agents/governor/slowdown.ts';

const free: GovernorLimits = { global: 0, perRepository: 0, perAgent: {}, wip: {}, slowed: {} };
const queued = (id: string, repositoryId: string, queuedAt: number, more: Partial<QueuedSession> = {}): QueuedSession => ({
  id,
  repositoryId,
  queuedAt,
  lane: 'claude-code',
  kind: 'claude-code',
  folder: `/w/${id}`,
  hold: null,
  ...more,
});

test('repositories take turns, and inside one the oldest comes first', () => {
  const queue = [queued('a3', 'a', 3), queued('a1', 'a', 1), queued('a2', 'a', 2), queued('b4', 'b', 4)];
  const first = pick(queue, [], { ...free, global: 3 }, []);
  expect(first.start).toEqual(['a1', 'b4', 'a2']);
  expect(first.waiting.get('a3')?.code).toBe('LIMIT_GLOBAL');
  expect(pick([queued('a5', 'a', 5), queued('b6', 'b', 6)], [], { ...free, global: 1 }, ['b', 'a']).start).toEqual(['b6']);
});

test('each limit says its own reason and holds back nobody else', () => {
  const live: LiveSession[] = [{ repositoryId: 'a', lane: 'claude-code', kind: 'claude-code', folder: '/w/x' }];
  const one = (limits: Partial<GovernorLimits>, session = queued('s', 'a', 1)): string | undefined =>
    pick([session], live, { ...free, ...limits }, []).waiting.get('s')?.code;
  expect(one({ perRepository: 1 })).toBe('LIMIT_REPOSITORY');
  expect(one({ wip: { a: { limit: 2, inReview: 1 } } })).toBe('LIMIT_WIP');
  expect(one({ perAgent: { 'claude-code': 1 } })).toBe('LIMIT_AGENT');
  expect(one({ slowed: { 'claude-code': { max: 1, text: 'slow' } } })).toBe('PROVIDER_SLOWED');
  expect(one({}, queued('s', 'a', 1, { folder: '/w/x' }))).toBe('FOLDER_BUSY');
  expect(one({}, queued('s', 'a', 1, { hold: { code: 'BUDGET_DAY', text: '' } }))).toBe('BUDGET_DAY');
  const behind = [queued('held', 'a', 1, { hold: { code: 'PAUSED', text: '' } }), queued('next', 'a', 2)];
  expect(pick(behind, live, free, []).start).toEqual(['next']);
});

const arrivals = fc.array(
  fc.record({ repositoryId: fc.constantFrom('a', 'b', 'c'), kind: fc.constantFrom('claude-code', 'command'), at: fc.nat({ max: 20 }) }),
  { minLength: 1, maxLength: 40 },
);
const limits = fc.record({
  global: fc.nat({ max: 4 }),
  perRepository: fc.nat({ max: 3 }),
  perAgent: fc.record({ 'claude-code': fc.nat({ max: 2 }), command: fc.nat({ max: 2 }) }),
});

test('never above a limit, and while sessions end nobody waits for ever', () => {
  fc.assert(
    fc.property(arrivals, limits, (list, some) => {
      const bounds: GovernorLimits = { ...free, ...some };
      let waiting = list.map((each, index) => queued(`s${index}`, each.repositoryId, each.at, { kind: each.kind, lane: each.kind }));
      const live: QueuedSession[] = [];
      let served: readonly string[] = [];
      for (let round = 0; waiting.length > 0; round++) {
        expect(round).toBeLessThanOrEqual(list.length);
        const picked = pick(waiting, live, bounds, served);
        served = picked.served;
        live.push(...waiting.filter((each) => picked.start.includes(each.id)));
        waiting = waiting.filter((each) => !picked.start.includes(each.id));
        expect([...picked.waiting.keys()].toSorted()).toEqual(waiting.map((each) => each.id).toSorted());
        if (bounds.global > 0) expect(live.length).toBeLessThanOrEqual(bounds.global);
        for (const id of ['a', 'b', 'c'])
          if (bounds.perRepository > 0) expect(live.filter((each) => each.repositoryId === id).length).toBeLessThanOrEqual(bounds.perRepository);
        for (const kind of ['claude-code', 'command']) {
          const most = bounds.perAgent[kind] ?? 0;
          if (most > 0) expect(live.filter((each) => each.kind === kind).length).toBeLessThanOrEqual(most);
        }
        live.shift();
      }
    }),
  );
});

test('a repository that floods the queue does not keep another waiting for more than one turn', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), (flood) => {
      const queue = [...Array.from({ length: flood }, (_, index) => queued(`a${index}`, 'a', index)), queued('late', 'b', 1000)];
      const first = pick(queue, [], { ...free, global: 1 }, []);
      const rest = queue.filter((each) => !first.start.includes(each.id));
      const second = pick(rest, [], { ...free, global: 1 }, first.served);
      expect([...first.start, ...second.start]).toContain('late');
    }),
  );
});

test('a provider that says too much gets half, for longer each time, and comes back', () => {
  const limit = { provider: 'anthropic', resetsAt: null, text: '' };
  const first = strike(undefined, limit, 8, 1000);
  expect(first).toMatchObject({ max: 4, until: 31_000 });
  expect(strike(first, limit, 7, 1500)).toMatchObject({ max: 4, strikes: 1 });
  const second = strike(first, limit, 4, 20_000);
  expect(second).toMatchObject({ max: 2, until: 80_000 });
  expect(isSlowed(second, 79_999)).toBe(true);
  expect(isSlowed(second, 80_000)).toBe(false);
  expect(strike(second, limit, 1, 2_000_000)).toMatchObject({ strikes: 1, max: 1, until: 2_030_000 });
  expect(strike(undefined, { ...limit, resetsAt: 500_000 }, 2, 1000).until).toBe(500_000);
  let last = strike(undefined, limit, 8, 0);
  for (let at = 10_000; at < 200_000; at += 10_000) last = strike(last, limit, 8, at);
  expect(last.until).toBe(190_000 + 600_000);
  expect(last.max).toBe(1);
});

test('money: the task is named before the day, commands cost nothing, the agent is told what is left', () => {
  const agent = { kind: 'claude-code' as const };
  expect(overBudget(agent, { limits: { maxUsd: 1 }, taskUsd: 1, todayUsd: 9, perDayUsd: 5 })?.code).toBe('BUDGET_TASK');
  expect(overBudget(agent, { limits: {}, taskUsd: 1, todayUsd: 5, perDayUsd: 5 })?.code).toBe('BUDGET_DAY');
  expect(overBudget(agent, { limits: { maxUsd: 2 }, taskUsd: 1, todayUsd: 4, perDayUsd: 5 })).toBeNull();
  expect(overBudget({ kind: 'command' }, { limits: { maxUsd: 1 }, taskUsd: 9, todayUsd: 9, perDayUsd: 1 })).toBeNull();
  expect(limitsLeft({ maxUsd: 3, maxTurns: 4 }, { taskUsd: 2, turns: 1 })).toEqual({ maxUsd: 1, maxTurns: 3 });
  expect(limitsLeft({ maxTurns: 4 }, { taskUsd: 2, turns: 9 })).toEqual({ maxTurns: 1 });
  expect(limitsLeft({}, { taskUsd: 2, turns: 9 })).toEqual({});
});

test('the last word is asked once for each session that nothing else holds, and a no holds back nobody else', () => {
  const asked: string[] = [];
  const queue = [queued('a1', 'a', 1), queued('a2', 'a', 2), queued('a3', 'a', 3), queued('held', 'a', 0, { hold: { code: 'PAUSED', text: '' } })];
  const picked = pick(queue, [], { ...free, global: 1 }, [], (id) => {
    asked.push(id);
    return id === 'a1' ? { code: 'HOST_NONE', text: 'none' } : null;
  });
  expect(asked).toEqual(['a1', 'a2']);
  expect(picked.start).toEqual(['a2']);
  expect([...picked.waiting].map(([id, reason]) => [id, reason.code]).toSorted(([a = ''], [b = '']) => a.localeCompare(b))).toEqual([
    ['a1', 'HOST_NONE'],
    ['a3', 'LIMIT_GLOBAL'],
    ['held', 'PAUSED'],
  ]);
});
