/** Alerts: rules over any metric, looked at, told, acknowledged. Import it late: a core without rules does without. */
import type { Alert, AlertChannel, AlertRule, AlertState } from '#shared/domain/alert.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import { SecretFiles } from '#store/secret-files.ts';
import { shownAlert } from '#store/alerting.ts';
import { detailOf } from './channels/channel.ts';
import { checkedChannel } from './channels/check.ts';
import { send } from './channels/send.ts';
import { Evaluator, newAlert, type EvaluatorParts } from './evaluator.ts';
import { withNotices } from './notices.ts';
import { acknowledged } from './state.ts';
import { Teller, toldByKeeping } from './teller.ts';
import { testSentence } from './words.ts';

/** Rules at most: each costs a query every ten seconds. */
const MOST_RULES = 200;
/** Ended alerts are kept this long, in milliseconds. */
const KEPT_MS = 366 * 86_400_000;

export type AlertsOptions = Omit<EvaluatorParts, 'secrets'> & { readonly dataDir: string };
export type RuleView = AlertRule & { readonly state: AlertState; readonly value: number | null; readonly n: number };

export type Alerts = {
  rules(): RuleView[];
  /** @returns ALERT_RULE_UNKNOWN, ALERT_CHANNEL_UNKNOWN, ALERT_RULES_MANY */
  saveRule(rule: Omit<AlertRule, 'id'> & { readonly id?: string | undefined }): Result<AlertRule>;
  /** What fires of it ends without being told: a person did it. */
  removeRule(id: string): Result<AlertRule>;
  /** Tells the rule's channels what it would look like, and waits for what comes of it. */
  testRule(id: string): Promise<Result<Alert>>;
  page(filter: { before?: number; limit: number }): { alerts: Alert[]; more: boolean };
  acknowledge(id: string, actor: string): Result<Alert>;
  channels(): AlertChannel[];
  saveChannel(channel: AlertChannel, secret?: string): Result<AlertChannel>;
  /** Rules that told it go on without. */
  removeChannel(id: string): Result<AlertChannel>;
  testChannel(id: string): Promise<Result<{ ok: boolean; detail: string }>>;
  /** Looks at all rules now. */
  round(): Promise<void>;
  close(): Promise<void>;
};

/** Goes on where the last run ended: what was pending is told, what fired still fires. */
export function createAlerts(options: AlertsOptions): Alerts {
  const { store, now, named } = options;
  const fix = 'Enter it again in Analytics, Alerts, Channels.';
  const secrets = new SecretFiles(options.dataDir, 'alert-secrets', { code: 'CHANNEL_SECRET', name: 'secret of the channel', fix });
  const parts: EvaluatorParts = { ...options, secrets };
  const teller = new Teller(parts);
  const evaluator = new Evaluator(parts, teller);

  store.alerts.forget(now() - KEPT_MS);
  teller.wake();
  evaluator.wake();

  const ruleOf = (id: string): Result<AlertRule> => found(store.alertRules.get(id), 'ALERT_RULE_UNKNOWN', 'There is no such alert rule.');
  const channelOf = (id: string): Result<AlertChannel> => found(store.alertChannels.get(id), 'ALERT_CHANNEL_UNKNOWN', 'There is no such channel.');

  /** Ends what fires of a rule, without telling it. Inside a transaction. */
  const endQuietly = (ruleId: string): void => {
    for (const alert of store.alerts.open()) if (alert.ruleId === ruleId) store.alerts.put({ ...alert, endedAt: now() });
    store.alerts.setState(ruleId, null);
    evaluator.forget(ruleId);
  };

  return {
    rules: () =>
      store.alertRules.list().map((rule) => {
        const look = evaluator.lookOf(rule.id);
        return { ...rule, state: evaluator.stateOf(rule.id)?.state ?? 'no-data', value: look?.value ?? null, n: look?.n ?? 0 };
      }),
    saveRule({ id, ...rest }) {
      const before = id === undefined ? null : store.alertRules.get(id);
      if (id !== undefined && before === null) return ruleOf(id);
      if (before === null && store.alertRules.list().length >= MOST_RULES) {
        return fail('ALERT_RULES_MANY', `There are ${MOST_RULES} alert rules already.`, { fix: 'Remove one that is not needed any more.' });
      }
      for (const channel of [...rest.channels, ...rest.escalateTo]) {
        const known = channelOf(channel);
        if (!known.ok) return known;
      }
      const rule: AlertRule = { ...rest, id: id ?? newId('arl', now()) };
      store.transaction(() => {
        // Another metric is another matter: what fired of the one before is over.
        if (before && (!rule.enabled || subjectOf(before) !== subjectOf(rule))) endQuietly(rule.id);
        store.alertRules.save(rule, now());
      });
      evaluator.wake();
      return ok(rule);
    },
    removeRule(id) {
      const rule = ruleOf(id);
      if (rule.ok) {
        store.transaction(() => {
          endQuietly(id);
          store.alertRules.remove(id);
        });
      }
      return rule;
    },
    async testRule(id) {
      const rule = ruleOf(id);
      if (!rule.ok) return rule;
      const looked = await evaluator.look(rule.value);
      if (!looked.ok) return looked;
      const metric = named(rule.value.metric) ?? { title: rule.value.metric, unit: 'count' };
      const sentence = testSentence(rule.value, metric, looked.value);
      const at = now();
      const alert = withNotices(newAlert(rule.value, { ...looked.value, sentence, test: true }, at), 'test', rule.value.channels, sentence, at);
      store.transaction(() => store.alerts.put(toldByKeeping(alert, parts)));
      await teller.tell(alert.id);
      const told = store.alerts.get(alert.id);
      return told ? ok(shownAlert(told)) : unknownAlert();
    },
    page(filter) {
      const { alerts, more } = store.alerts.page(filter);
      return { alerts: alerts.map(shownAlert), more };
    },
    acknowledge(id, actor) {
      return store.transaction((): Result<Alert> => {
        const alert = store.alerts.get(id);
        if (!alert) return unknownAlert();
        if (alert.acknowledgedBy !== null) return ok(shownAlert(alert));
        const state = evaluator.stateOf(alert.ruleId);
        const after = state?.alertId === id ? acknowledged(state, now()) : null;
        if (after) {
          store.alerts.setState(alert.ruleId, after);
          evaluator.reread(alert.ruleId);
        }
        return ok(shownAlert(store.alerts.put({ ...alert, acknowledgedBy: actor })));
      });
    },
    channels: () => store.alertChannels.list(),
    saveChannel(channel, secret) {
      const before = store.alertChannels.get(channel.id);
      const checked = checkedChannel({ ...channel, id: before?.id ?? newId('ach', now()) }, secret, before, (id) => secrets.read(id).ok);
      if (!checked.ok) return checked;
      const { channel: kept, secret: fresher } = checked.value;
      if (fresher === 'none') secrets.forget(kept.id);
      else if (fresher !== 'same') {
        const written = secrets.keep(kept.id, fresher.text);
        if (!written.ok) return written;
      }
      store.alertChannels.save(kept, now());
      return ok(kept);
    },
    removeChannel(id) {
      const channel = channelOf(id);
      if (!channel.ok) return channel;
      const without = (ids: readonly string[]): string[] => ids.filter((one) => one !== id);
      store.transaction(() => {
        for (const rule of store.alertRules.list()) {
          if (![...rule.channels, ...rule.escalateTo].includes(id)) continue;
          store.alertRules.save({ ...rule, channels: without(rule.channels), escalateTo: without(rule.escalateTo) }, now());
        }
        store.alertChannels.remove(id);
      });
      secrets.forget(id);
      return channel;
    },
    async testChannel(id) {
      const channel = channelOf(id);
      if (!channel.ok) return channel;
      const at = now();
      const sentence = `This is a test of the channel “${channel.value.name}”. Nothing is wrong.`;
      const message = { id: `test.${newId('alt', at)}`, what: 'test' as const, subject: `test: ${channel.value.name}`, sentence, at, alert: null };
      const outcome = await send(channel.value, message, parts);
      return ok({ ok: outcome.ok, detail: detailOf(outcome) });
    },
    round: () => evaluator.round(),
    async close() {
      await Promise.all([evaluator.close(), teller.close()]);
    },
  };
}

const subjectOf = ({ metric, aggregate, where, op }: AlertRule): string => JSON.stringify([metric, aggregate, where, op]);

const unknownAlert = () => fail('ALERT_UNKNOWN', 'There is no such alert.', { fix: 'Reload the list.' });
const found = <T>(value: T | null, code: string, message: string): Result<T> => (value === null ? fail(code, message, { fix: 'Reload the list.' }) : ok(value));
