/** Builds the graph of a plan from a task and refuses graphs that could never end. Pure. */
import type { NewTask } from '#shared/domain/session.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';

export type GraphNode = { readonly id: string; readonly title: string; readonly body: string; readonly dependsOn: readonly string[] };

/** The plan of a task: one node, or a chain in which each further step waits for the one before. */
export function buildPlan(task: Pick<NewTask, 'title' | 'text' | 'acceptance' | 'then'>, now: number): GraphNode[] {
  const acceptance = task.acceptance.trim();
  const first = { title: task.title, text: acceptance === '' ? task.text : `${task.text}\n\nIt is done when:\n${acceptance}` };
  const nodes: GraphNode[] = [];
  for (const step of [first, ...task.then]) {
    const before = nodes.at(-1);
    nodes.push({ id: newId('nod', now), title: step.title, body: step.text, dependsOn: before ? [before.id] : [] });
  }
  return nodes;
}

/**
 * Checks a dependency graph.
 * @returns the nodes in an order in which each comes after what it depends on; PLAN_EMPTY, PLAN_NODE_TWICE, PLAN_DEPENDS_ON_ITSELF,
 * PLAN_DEPENDENCY_UNKNOWN or PLAN_CYCLE, whose message names the nodes of one cycle in order
 */
export function orderOf<N extends GraphNode>(nodes: readonly N[]): Result<N[]> {
  if (nodes.length === 0) return fail('PLAN_EMPTY', 'The plan has no steps.');
  const byId = new Map(nodes.map((node) => [node.id, node]));
  if (byId.size < nodes.length) return fail('PLAN_NODE_TWICE', 'Two steps of the plan have the same id.');
  for (const node of nodes) {
    if (node.dependsOn.includes(node.id)) return fail('PLAN_DEPENDS_ON_ITSELF', `The step "${node.title}" depends on itself.`);
    const unknown = node.dependsOn.find((id) => !byId.has(id));
    if (unknown !== undefined) return fail('PLAN_DEPENDENCY_UNKNOWN', `The step "${node.title}" depends on "${unknown}", which is not in the plan.`);
  }
  const order: N[] = [];
  const placed = new Set<string>();
  for (let rest = [...nodes]; rest.length > 0;) {
    const free = rest.filter((node) => node.dependsOn.every((id) => placed.has(id)));
    if (free.length === 0)
      return fail('PLAN_CYCLE', `The steps wait for each other: ${cycleIn(rest, byId).join(' → ')}.`, { fix: 'Remove one of these dependencies.' });
    for (const node of free) placed.add(node.id);
    order.push(...free);
    rest = rest.filter((node) => !placed.has(node.id));
  }
  return ok(order);
}

/** Each of `rest` waits for another of `rest`, so following any one of them must come round. */
function cycleIn<N extends GraphNode>(rest: readonly N[], byId: ReadonlyMap<string, N>): string[] {
  const stuck = new Set(rest.map((node) => node.id));
  const path: N[] = [];
  for (let node = rest[0]; node !== undefined;) {
    const seen = path.indexOf(node);
    if (seen >= 0) return [...path.slice(seen), node].map((each) => each.title);
    path.push(node);
    const next: string | undefined = node.dependsOn.find((id) => stuck.has(id));
    node = next === undefined ? undefined : byId.get(next);
  }
  return path.map((each) => each.title);
}

/** Everything that waits for `id`, directly or through others. */
export function dependentsOf(nodes: readonly { readonly id: string; readonly dependsOn: readonly string[] }[], id: string): string[] {
  const found = new Set([id]);
  for (let grew = true; grew;) {
    grew = false;
    for (const node of nodes) {
      if (found.has(node.id) || !node.dependsOn.some((each) => found.has(each))) continue;
      found.add(node.id);
      grew = true;
    }
  }
  found.delete(id);
  return [...found];
}
