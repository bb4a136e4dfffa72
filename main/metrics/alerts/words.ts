/** What an alert says, in the words and numbers of the screen. Pure. */
import type { AlertRule } from '#shared/domain/alert.ts';
import type { Unit } from '#shared/domain/metric.ts';
import { formatCount, formatExact } from '#shared/lib/format.ts';
import { tellValue, unitOfAsked } from '#shared/lib/units.ts';
import type { Look } from './state.ts';

/** A metric as a sentence names it. */
export type Named = { readonly title: string; readonly unit: Unit };

/** A value of what the rule asks of the metric: a rate of tokens is no number of tokens. */
const valueOf = ({ unit }: Named, { aggregate }: AlertRule, value: number): string => tellValue(unitOfAsked(unit, aggregate), value);

/** A window in its largest whole unit: `15 min`. */
export function windowOf(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const;
  for (const [word, size] of units) if (ms >= size && ms % size === 0) return `${ms / size} ${word}`;
  return `${Math.round(ms / 1000)} s`;
}

const whichOf = (rule: AlertRule): string =>
  rule.where.length === 0
    ? ''
    : ` where ${rule.where.map(({ tag, op, values }) => `${tag} ${op === 'is' ? 'is' : 'is not'} ${values.join(' or ')}`).join(' and ')}`;

const aggregateOf = (rule: AlertRule): string => (rule.aggregate === undefined ? '' : ` (${rule.aggregate})`);

/** `Errors (sum) was 12 in the last 15 min, above the limit of 10 (n = 12).` */
export function firedSentence(rule: AlertRule, metric: Named, look: Look & { readonly value: number }): string {
  const what = `${metric.title}${aggregateOf(rule)}${whichOf(rule)}`;
  return `${what} was ${valueOf(metric, rule, look.value)} in the last ${windowOf(rule.windowMs)}, ${rule.op} the limit of ${valueOf(metric, rule, rule.threshold)} (n = ${formatCount(look.n)}).`;
}

export function endedSentence(rule: AlertRule, metric: Named, look: Look & { readonly value: number }): string {
  return `${metric.title} is back at ${valueOf(metric, rule, look.value)} (limit ${valueOf(metric, rule, rule.threshold)}, n = ${formatCount(look.n)}).`;
}

export const escalatedSentence = (sentence: string, since: number): string => `Nobody has acknowledged this since ${formatExact(since)}. ${sentence}`;

/** What a test says where there is no value to tell: nothing is invented. */
export function testSentence(rule: AlertRule, metric: Named, look: Look): string {
  const now =
    look.value === null
      ? `there is not enough data now (n = ${formatCount(look.n)})`
      : `it is ${valueOf(metric, rule, look.value)} now (n = ${formatCount(look.n)})`;
  return `This is a test. The rule tells when ${metric.title}${aggregateOf(rule)}${whichOf(rule)} is ${rule.op} ${valueOf(metric, rule, rule.threshold)} over ${windowOf(rule.windowMs)}; ${now}.`;
}
