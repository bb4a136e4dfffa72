import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildPlan, dependentsOf, orderOf, type GraphNode } from '#agents/plan/graph.ts';

const node = (id: string, ...dependsOn: string[]): GraphNode => ({ id, title: `step ${id}`, body: '', dependsOn });
const codeOf = (nodes: GraphNode[]): string => {
  const order = orderOf(nodes);
  return order.ok ? 'ok' : order.fault.code;
};

test('a task becomes one node, its further steps a chain', () => {
  const plan = buildPlan(
    {
      title: 'A',
      text: 'do a',
      acceptance: 'it works',
      then: [
        { title: 'B', text: 'do b' },
        { title: 'C', text: 'do c' },
      ],
    },
    1,
  );
  expect(plan.map((each) => each.title)).toEqual(['A', 'B', 'C']);
  expect(plan[0]?.body).toContain('it works');
  expect(plan.map((each) => each.dependsOn)).toEqual([[], [plan[0]?.id], [plan[1]?.id]]);
  expect(orderOf(plan).ok).toBe(true);
});

test('graphs that can never end are refused by name', () => {
  expect(codeOf([])).toBe('PLAN_EMPTY');
  expect(codeOf([node('a'), node('a')])).toBe('PLAN_NODE_TWICE');
  expect(codeOf([node('a', 'a')])).toBe('PLAN_DEPENDS_ON_ITSELF');
  expect(codeOf([node('a', 'x')])).toBe('PLAN_DEPENDENCY_UNKNOWN');
  const cycle = orderOf([node('start'), node('a', 'start', 'c'), node('b', 'a'), node('c', 'b'), node('end', 'c')]);
  expect(cycle.ok).toBe(false);
  if (!cycle.ok) {
    expect(cycle.fault.code).toBe('PLAN_CYCLE');
    for (const id of ['a', 'b', 'c']) expect(cycle.fault.message).toContain(`step ${id}`);
    expect(cycle.fault.message).not.toContain('step start');
    expect(cycle.fault.message).not.toContain('step end');
  }
});

/** Edges from later to earlier nodes only: never a cycle. */
const acyclic = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc
      .array(fc.array(fc.nat({ max: 11 }), { maxLength: 4 }), { minLength: size, maxLength: size })
      .map((lists) => lists.map((list, at) => node(`n${at}`, ...new Set(list.filter((to) => to < at).map((to) => `n${to}`))))),
  );

test('an acyclic graph is put in an order that respects every edge', () => {
  fc.assert(
    fc.property(acyclic, (nodes) => {
      const order = orderOf(fc.sample(fc.shuffledSubarray(nodes, { minLength: nodes.length }), 1)[0] ?? nodes);
      expect(order.ok).toBe(true);
      if (!order.ok) return;
      const at = new Map(order.value.map((each, index) => [each.id, index]));
      expect(order.value).toHaveLength(nodes.length);
      for (const each of nodes) for (const before of each.dependsOn) expect(at.get(before) ?? 99).toBeLessThan(at.get(each.id) ?? -1);
    }),
  );
});

test('one edge back makes it a cycle whose named steps really wait for each other', () => {
  fc.assert(
    fc.property(acyclic, (nodes) => {
      const last = nodes.at(-1);
      const behind = last && nodes.find((each) => dependentsOf(nodes, each.id).includes(last.id));
      fc.pre(last !== undefined && behind !== undefined);
      const looped = nodes.map((each) => (each.id === behind?.id ? { ...each, dependsOn: [...each.dependsOn, last?.id ?? ''] } : each));
      const order = orderOf(looped);
      expect(order.ok).toBe(false);
      if (order.ok) return;
      expect(order.fault.code).toBe('PLAN_CYCLE');
      const named =
        /: (.*)\.$/
          .exec(order.fault.message)?.[1]
          ?.split(' → ')
          .map((title) => title.replace('step ', '')) ?? [];
      expect(named.length).toBeGreaterThan(2);
      expect(named[0]).toBe(named.at(-1));
      for (const [at, id] of named.slice(0, -1).entries()) expect(looped.find((each) => each.id === id)?.dependsOn).toContain(named[at + 1]);
    }),
  );
});
