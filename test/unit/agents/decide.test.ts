import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, decide, type Outcome, type PlanView } from '#agents/plan/decide.ts';
import { nodeTransitions, planTransitions } from '#shared/domain/status.ts';

const retry = { attempts: 3, backoffSeconds: 5 };
const chain = (...statuses: PlanView['nodes'][number]['status'][]): PlanView => ({
  status: 'active',
  nodes: statuses.map((status, at) => ({ id: `n${at}`, status, dependsOn: at === 0 ? [] : [`n${at - 1}`], attempts: 1 })),
});

test('a step that is done frees the next; the last one ends the plan and gives the change to review', () => {
  const first = decide(chain('active', 'blocked', 'blocked'), { nodeId: 'n0', outcome: 'done', retryable: true }, retry, 0);
  expect(first).toEqual({
    attempt: 'succeeded',
    nodes: [
      { id: 'n0', to: 'done' },
      { id: 'n1', to: 'ready' },
    ],
    plan: [],
    collect: false,
  });
  const last = decide(chain('done', 'active'), { nodeId: 'n1', outcome: 'done', retryable: true }, retry, 0);
  expect(last).toMatchObject({ plan: ['done'], collect: true });
});

test('a failure is tried again after a wait that doubles, then fails the plan and cancels what waits', () => {
  const plan = chain('active', 'blocked');
  expect(decide(plan, { nodeId: 'n0', outcome: 'failed', retryable: true }, retry, 1000)).toMatchObject({
    nodes: [{ id: 'n0', to: 'ready', notBefore: 6000 }],
    plan: [],
    collect: false,
  });
  const tired = { ...plan, nodes: plan.nodes.map((node) => ({ ...node, attempts: 3 })) };
  expect(decide(tired, { nodeId: 'n0', outcome: 'failed', retryable: true }, retry, 0)).toEqual({
    attempt: 'failed',
    nodes: [
      { id: 'n0', to: 'failed' },
      { id: 'n1', to: 'cancelled' },
    ],
    plan: ['failed'],
    collect: true,
  });
  expect(decide(plan, { nodeId: 'n0', outcome: 'failed', retryable: false }, retry, 0).plan).toEqual(['failed']);
  expect([1, 2, 3].map((attempts) => backoffMs(retry, attempts))).toEqual([5000, 10_000, 20_000]);
  expect(backoffMs(retry, 60)).toBe(3_600_000);
});

test('a person who stops cancels; a pause holds the step; a paused plan still comes to its end', () => {
  expect(decide(chain('active', 'blocked'), { nodeId: 'n0', outcome: 'stopped', retryable: false }, retry, 0)).toMatchObject({
    plan: ['cancelled'],
    collect: false,
  });
  const paused: PlanView = { ...chain('active'), status: 'paused' };
  expect(decide(paused, { nodeId: 'n0', outcome: 'held', retryable: false }, retry, 0)).toMatchObject({
    attempt: 'queued',
    nodes: [{ id: 'n0', to: 'paused' }],
  });
  expect(decide(paused, { nodeId: 'n0', outcome: 'done', retryable: false }, retry, 0).plan).toEqual(['active', 'done']);
});

test('every decision only makes moves the tables allow, whatever the plan', () => {
  const status = fc.constantFrom('blocked' as const, 'ready' as const, 'paused' as const, 'done' as const, 'failed' as const, 'cancelled' as const);
  fc.assert(
    fc.property(
      fc.array(status, { maxLength: 6 }),
      fc.constantFrom<Outcome>('done', 'failed', 'limited', 'interrupted', 'stopped', 'held'),
      fc.constantFrom('active' as const, 'paused' as const, 'cancelled' as const, 'done' as const, 'failed' as const),
      fc.boolean(),
      (others, outcome, planStatus, retryable) => {
        const plan: PlanView = { ...chain('active', ...others), status: planStatus };
        const decision = decide(plan, { nodeId: 'n0', outcome, retryable }, retry, 0);
        for (const move of decision.nodes) {
          const from = plan.nodes.find((node) => node.id === move.id)?.status ?? 'done';
          expect(from === move.to || nodeTransitions[from].includes(move.to)).toBe(true);
        }
        let at = plan.status;
        for (const to of decision.plan) {
          expect(planTransitions[at]).toContain(to);
          at = to;
        }
      },
    ),
  );
});
