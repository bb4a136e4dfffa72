/**
 * Looks at the metric of every enabled rule, about every ten seconds, and keeps what follows from it before anything is told.
 *
 *   idle ──a rule is enabled──► looking (one round at a time, a few rules at once) ──none is enabled──► idle
 */
import type { Alert, AlertRule } from '#shared/domain/alert.ts';
import type { Answer, Query } from '#shared/domain/query.ts';
import { faultOf, type Result } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import type { KeptAlert, RuleState } from '#store/alerting.ts';
import { withNotices } from './notices.ts';
import { fresh, step, type Look } from './state.ts';
import { toldByKeeping, type Teller, type TellerParts } from './teller.ts';
import { endedSentence, escalatedSentence, firedSentence, type Named } from './words.ts';

export type EvaluatorParts = TellerParts & {
  readonly query: (query: Query) => Promise<Result<Answer>>;
  /** Title and unit of a metric; null when the catalogue does not know it. */
  readonly named: (metric: string) => Named | null;
};

export const ROUND_MS = 10_000;
/** A long window changes slowly: it is looked at this many times while it passes once, at least every five minutes. */
const LOOKS_PER_WINDOW = 60;
const SLOWEST_MS = 300_000;
const AT_ONCE = 4;

export class Evaluator {
  readonly #parts: EvaluatorParts;
  readonly #teller: Teller;
  readonly #states = new Map<string, RuleState>();
  readonly #looks = new Map<string, Look & { readonly at: number }>();
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> | null = null;
  #isClosed = false;

  constructor(parts: EvaluatorParts, teller: Teller) {
    this.#parts = parts;
    this.#teller = teller;
  }

  /** Begins to look, if a rule wants it. */
  wake(): void {
    if (this.#isClosed || this.#timer || !this.#parts.store.alertRules.list().some(({ enabled }) => enabled)) return;
    this.#timer = setInterval(() => void this.round(), ROUND_MS).unref();
    void this.round();
  }

  /** Looks at every rule whose turn it is; a round that still runs is waited for instead. */
  round(): Promise<void> {
    return (this.#round ??= this.#lookAtAll().finally(() => (this.#round = null)));
  }

  stateOf(ruleId: string): RuleState | null {
    return this.#states.get(ruleId) ?? this.#parts.store.alerts.state(ruleId);
  }
  /** The last look; null before the first. */
  lookOf(ruleId: string): Look | null {
    return this.#looks.get(ruleId) ?? null;
  }
  /** A person changed the state that is kept of a rule: it is read anew. */
  reread(ruleId: string): void {
    this.#states.delete(ruleId);
  }
  /** A rule is gone, or about something else now. */
  forget(ruleId: string): void {
    this.#states.delete(ruleId);
    this.#looks.delete(ruleId);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#round;
  }

  async look(rule: AlertRule): Promise<Result<Look>> {
    const { metric, aggregate, where, windowMs } = rule;
    const query: Query = { metric, where, by: [], range: { kind: 'last', ms: windowMs }, points: 0, limit: 1, ...(aggregate ? { aggregate } : {}) };
    const answered = await this.#parts.query(query);
    return answered.ok ? { ok: true, value: { value: answered.value.total.value, n: answered.value.total.n } } : answered;
  }

  async #lookAtAll(): Promise<void> {
    const { store, now, log } = this.#parts;
    try {
      const enabled = store.alertRules.list().filter((rule) => rule.enabled);
      if (enabled.length === 0 && this.#timer) {
        clearInterval(this.#timer);
        this.#timer = null;
      }
      const turn = enabled.filter((rule) => this.#isDue(rule, now()));
      const worker = async (): Promise<void> => {
        for (let rule = turn.shift(); rule && !this.#isClosed; rule = turn.shift()) await this.#lookAt(rule);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    } catch (error) {
      log('warn', 'alert rules could not be looked at', { error: faultOf(error).message });
    }
  }

  #isDue(rule: AlertRule, now: number): boolean {
    const last = this.#looks.get(rule.id)?.at;
    const state = this.#states.get(rule.id);
    // What waits for a time is looked at in every round.
    if (last === undefined || last > now || typeof state?.escalateAt === 'number' || typeof state?.until === 'number') return true;
    return now - last >= Math.min(SLOWEST_MS, rule.windowMs / LOOKS_PER_WINDOW) - ROUND_MS / 2;
  }

  async #lookAt(rule: AlertRule): Promise<void> {
    const { store, log, now } = this.#parts;
    const looked = await this.look(rule);
    if (!looked.ok) return log('warn', 'an alert rule could not be looked at', { rule: rule.id, code: looked.fault.code });
    // A person may have changed it meanwhile: then this look was at something else.
    const latest = store.alertRules.get(rule.id);
    if (this.#isClosed || latest === null || JSON.stringify(latest) !== JSON.stringify(rule)) return;
    try {
      this.#take(rule, looked.value, now());
    } catch (error) {
      // Nothing of it was kept, so nothing of it happened: the next round sees it again.
      log('error', 'an alert could not be kept', { rule: rule.id, error: faultOf(error).message });
    }
  }

  #take(rule: AlertRule, look: Look, at: number): void {
    const before = this.stateOf(rule.id);
    const { state, deed } = step(rule, before ?? fresh(at), look, at);
    let after = state;
    if (before === null || deed !== null || state.state !== before.state) {
      this.#parts.store.transaction(() => {
        after = this.#keep(rule, look, state, before?.alertId ?? null, deed, at);
      });
    }
    this.#states.set(rule.id, after);
    this.#looks.set(rule.id, { ...look, at });
    if (deed !== null) this.#teller.wake();
  }

  #keep(rule: AlertRule, look: Look, state: RuleState, alertId: string | null, deed: 'fire' | 'escalate' | 'end' | null, at: number): RuleState {
    const { store, named } = this.#parts;
    const metric = named(rule.metric) ?? { title: rule.metric, unit: 'count' };
    const seen = { value: look.value ?? Number.NaN, n: look.n };
    const open = alertId === null ? null : store.alerts.get(alertId);
    let after = state;
    if (deed === 'fire') {
      const sentence = firedSentence(rule, metric, seen);
      const alert = newAlert(rule, { value: seen.value, n: look.n, sentence, test: false }, at);
      this.#put(withNotices(alert, 'fired', rule.channels, sentence, at));
      after = { ...state, alertId: alert.id };
    } else if (deed === 'escalate' && open) {
      this.#put(withNotices(open, 'escalated', rule.escalateTo, escalatedSentence(open.sentence, open.startedAt), at));
    } else if (deed === 'end' && open) {
      const hasEscalated = [...open.told, ...open.pending].some(({ what }) => what === 'escalated');
      const channels = hasEscalated ? [...rule.channels, ...rule.escalateTo] : rule.channels;
      this.#put(withNotices({ ...open, endedAt: at }, 'ended', channels, endedSentence(rule, metric, seen), at));
    }
    store.alerts.setState(rule.id, after);
    return after;
  }

  #put(alert: Omit<KeptAlert, 'rev'>): void {
    this.#parts.store.alerts.put(toldByKeeping(alert, this.#parts));
  }
}

/** An alert of a rule that begins now. */
export function newAlert(rule: AlertRule, what: Pick<Alert, 'value' | 'n' | 'sentence' | 'test'>, at: number): Omit<KeptAlert, 'rev'> {
  const { id: ruleId, name: ruleName, severity, threshold } = rule;
  return {
    id: newId('alt', at),
    ruleId,
    ruleName,
    severity,
    startedAt: at,
    endedAt: what.test ? at : null,
    threshold,
    acknowledgedBy: null,
    told: [],
    pending: [],
    ...what,
  };
}
