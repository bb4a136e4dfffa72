/**
 * What a rule does with each look at its metric. Pure.
 *
 *                    ┌──────────── enough, not beyond ───────────┐
 *   ok ◄─────────────┴─► no-data        (too few values: told apart from both)
 *    │ enough, beyond      │ enough, beyond
 *    └────────►  firing ◄──┘                      fire (once)
 *                  │ ├─ still firing after escalateAfterMs ──► escalate (once)
 *                  │ └─ acknowledged by a person ──► acknowledged          (no longer escalates)
 *                  │                                      │
 *                  └── enough, back beyond hysteresis ◄───┘  end
 *                                  ▼
 *                               cooling ── cooldownMs over ──► ok | no-data | firing
 *
 * Too few values neither fire nor end anything: firing stays firing, acknowledged stays acknowledged. A clock that is set back moves every
 * time that is waited for back with it, so nothing waits longer than it was meant to.
 */
import type { AlertRule, AlertState } from '#shared/domain/alert.ts';
import type { RuleState } from '#store/alerting.ts';

/** What a query said of the rule's window; null value: not enough data. */
export type Look = { readonly value: number | null; readonly n: number };
export type Deed = 'fire' | 'escalate' | 'end' | null;
type Limits = Pick<AlertRule, 'op' | 'threshold' | 'hysteresis' | 'minimumSample' | 'cooldownMs' | 'escalateAfterMs'>;

export const fresh = (now: number): RuleState => ({ state: 'ok', since: now, seenAt: now, until: null, escalateAt: null, alertId: null });

/**
 * @param now milliseconds since the epoch
 * @returns the state after this look, and what has to be done because of it; `alertId` is the caller's to set when it fires
 */
export function step(rule: Limits, before: RuleState, look: Look, now: number): { state: RuleState; deed: Deed } {
  const state = { ...shifted(before, now), seenAt: now };
  const value = look.value !== null && look.n >= rule.minimumSample ? look.value : null;
  if (state.state === 'firing' || state.state === 'acknowledged') {
    if (value !== null && isBack(rule, value)) {
      return { state: { ...into(state, 'cooling', now), until: now + rule.cooldownMs, escalateAt: null, alertId: null }, deed: 'end' };
    }
    if (state.state === 'firing' && state.escalateAt !== null && now >= state.escalateAt) return { state: { ...state, escalateAt: null }, deed: 'escalate' };
    return { state, deed: null };
  }
  if (state.state === 'cooling' && now < (state.until ?? 0)) return { state, deed: null };
  if (value === null) return { state: { ...into(state, 'no-data', now), until: null }, deed: null };
  if (!isBeyond(rule, value)) return { state: { ...into(state, 'ok', now), until: null }, deed: null };
  const escalateAt = rule.escalateAfterMs === null ? null : now + rule.escalateAfterMs;
  return { state: { ...into(state, 'firing', now), until: null, escalateAt }, deed: 'fire' };
}

/** A person has seen it: told no further. Null when it does not fire. */
export function acknowledged(before: RuleState, now: number): RuleState | null {
  return before.state === 'firing' ? { ...into(before, 'acknowledged', now), escalateAt: null } : null;
}

export const isBeyond = ({ op, threshold }: Limits, value: number): boolean => (op === 'above' ? value > threshold : value < threshold);

/** Back on the good side by the hysteresis; without one, at the threshold itself. */
const isBack = ({ op, threshold, hysteresis }: Limits, value: number): boolean =>
  op === 'above' ? value <= threshold - hysteresis : value >= threshold + hysteresis;

const into = (state: RuleState, to: AlertState, now: number): RuleState => (state.state === to ? state : { ...state, state: to, since: now });

/** The clock was set back: what is waited for is as far away as it was. */
function shifted(state: RuleState, now: number): RuleState {
  const back = state.seenAt - now;
  if (back <= 0) return state;
  const moved = (at: number | null): number | null => (at === null ? null : at - back);
  return { ...state, since: Math.min(state.since, now), until: moved(state.until), escalateAt: moved(state.escalateAt) };
}
