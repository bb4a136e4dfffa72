/** What each stored fact measures. Pure: history is measured by the same function, and any figure can be told again from the facts. */
import type { Tags } from '#shared/domain/metric.ts';
import type { Fact, FactContext, Measure } from '#store/ledger/fact.ts';
import { withoutAddress } from './private.ts';

type Made = { metric: string; tags: Tags; value: number };
type Whose = keyof FactContext;

/** Longest value of a tag, in characters. */
const MAX_TAG = 100;
const WHO: readonly Whose[] = ['agent', 'model', 'repository', 'host', 'person'];
const WHERE: readonly Whose[] = ['agent', 'repository'];
const STARTED_BY_RULE = 'rule ';

export const samplesOf: Measure = (fact, context) => {
  const made: Made[] = [];
  const own = (names: readonly Whose[]): Tags => tagsOf(names.map((name) => [name, context[name]]));
  const add = (metric: string, value: number, tags: Tags): void => void made.push({ metric, tags, value });
  const count = (metric: string, of: Readonly<Record<string, string>>, whose: readonly Whose[] = WHO): void =>
    add(metric, 1, { ...own(whose), ...tagsOf(Object.entries(of)) });

  switch (fact.kind) {
    case 'usage':
      for (const [kind, value] of [
        ['input', fact.input],
        ['output', fact.output],
        ['cache_read', fact.cacheRead],
        ['cache_write', fact.cacheWrite],
      ] as const) {
        if (value > 0) add('tokens', value, { ...own(WHO), kind });
      }
      if (fact.usd > 0) add('cost_usd', fact.usd, own(WHO));
      if (fact.turns > 0) add('turns', fact.turns, own(WHO));
      break;
    case 'tool_ended':
      count('tool_call', { tool: fact.tool, outcome: fact.outcome }, WHERE);
      add(
        'tool_ms',
        fact.ms,
        tagsOf([
          ['tool', fact.tool],
          ['agent', context.agent],
        ]),
      );
      break;
    case 'turn_ended':
      if (fact.ms !== null) add('turn_ms', fact.ms, { ...own(WHO), outcome: fact.outcome });
      break;
    case 'notice':
      count('session_error', { code: fact.code }, WHERE);
      break;
    case 'rate_limited':
      count('rate_limited', { provider: fact.provider }, ['agent', 'host']);
      break;
    case 'session_started':
      count('session_started', {});
      add('queue_ms', fact.queuedMs, own(WHO));
      break;
    case 'session_ended':
      count('session_ended', { outcome: fact.outcome });
      add('session_ms', fact.ms, { ...own(WHO), outcome: fact.outcome });
      break;
    case 'time':
      if (fact.activeMs > 0) add('session_active_ms', fact.activeMs, own(WHO));
      if (fact.blockedMs > 0) add('session_blocked_ms', fact.blockedMs, own(WHO));
      break;
    case 'permission_closed':
      add('permission_wait_ms', fact.ms, {
        ...own(WHERE),
        ...tagsOf([
          ['tool', fact.tool],
          ['outcome', fact.outcome],
          ['by', kindOf(fact.by)],
        ]),
      });
      break;
    case 'node_ended':
      count('node_ended', { outcome: fact.outcome, handoff: yes(fact.handoff) });
      break;
    case 'attempt_started':
      count('attempt_started', { number: fact.number > 4 ? 'more' : String(fact.number) });
      break;
    case 'attempt_ended':
      count('attempt_ended', { outcome: fact.outcome });
      break;
    case 'change_opened':
      count('change_opened', {});
      break;
    case 'change_decided':
      count('change_decided', { verdict: fact.verdict, first_pass: yes(fact.rounds === 0) });
      add('change_wait_ms', fact.ms, { ...own(WHO), verdict: fact.verdict });
      break;
    case 'change_undone':
      count('change_undone', { verdict: fact.verdict, first_pass: yes(fact.rounds === 0) });
      break;
    case 'change_returned':
      count('change_returned', {});
      break;
    case 'check_ended':
      count('gate_result', { check: fact.check, outcome: fact.outcome }, WHERE);
      add(
        'check_ms',
        fact.ms,
        tagsOf([
          ['check', fact.check],
          ['repository', context.repository],
        ]),
      );
      break;
    case 'decision':
      // An intent is the first half of an act; its outcome is the decision.
      if (!fact.action.endsWith('.intent'))
        add(
          'decision',
          1,
          tagsOf([
            ['action', fact.action],
            ['person', fact.actor],
            ['repository', context.repository],
          ]),
        );
      break;
  }
  return made;
};

const yes = (is: boolean): string => (is ? 'yes' : 'no');

/** Who answered a request; `nobody` when it was not answered. */
function kindOf(by: Extract<Fact, { kind: 'permission_closed' }>['by']): string {
  if (by === null) return 'nobody';
  if (by === 'agent') return 'agent';
  return by.startsWith(STARTED_BY_RULE) ? 'rule' : 'person';
}

/** What is not known is no tag. */
function tagsOf(entries: Iterable<readonly [string, string]>): Tags {
  const tags: Tags = {};
  for (const [name, value] of entries) if (value !== '') tags[name] = withoutAddress(value).slice(0, MAX_TAG);
  return tags;
}
