/** The rules with what they see now. Each can be tried out: its test is told to its channels as an alert would be. */
import { List, Cell } from '../../components/list.tsx';
import { useCursor } from '../../components/use-cursor.ts';
import { EmptyState } from '../../components/feedback.tsx';
import { StatusDot } from '../../components/status.tsx';
import { Button } from '../../components/button.tsx';
import type { AlertChannel } from '#shared/domain/alert.ts';
import { formatCount, plural } from '#shared/lib/format.ts';
import { client } from '../../lib/client.ts';
import { useKeys } from '../../lib/keys.ts';
import { attempt, say } from '../../lib/toasts.ts';
import type { Metrics } from '../model/asked.ts';
import { printValue } from '#shared/lib/units.ts';
import { conditionText, severityWords, stateWords, unitOf } from './words.ts';
import type { Rule } from './use-alerts.ts';
import s from './alerts.module.css';

type RulesProps = {
  rules: readonly Rule[];
  channels: readonly AlertChannel[];
  metrics: Metrics;
  mayAct: boolean;
  onEdit: (rule: Rule) => void;
  onChanged: () => void;
  onFired: () => void;
};

/** The rule as it is saved: without what the core tells of it. */
export function savedOf({ state: _state, value: _value, n: _n, ...rule }: Rule) {
  return rule;
}

export function Rules({ rules, channels, metrics, mayAct, onEdit, onChanged, onFired }: RulesProps) {
  const cursor = useCursor(rules.map((rule) => rule.id));
  const current = rules.find((rule) => rule.id === cursor.active);
  const remove = async (rule: Rule): Promise<void> => {
    if (!(await attempt(() => client.analytics.removeRule({ id: rule.id })))) return;
    onChanged();
    say(`Removed the rule "${rule.name}".`, async () => {
      await client.analytics.saveRule(savedOf(rule));
      onChanged();
    });
  };
  const toggle = async (rule: Rule): Promise<void> => {
    if (!(await attempt(() => client.analytics.saveRule({ ...savedOf(rule), enabled: !rule.enabled })))) return;
    onChanged();
    say(`${rule.enabled ? 'Switched off' : 'Switched on'} "${rule.name}".`);
  };
  const test = async (rule: Rule): Promise<void> => {
    const alert = await attempt(() => client.analytics.testRule({ id: rule.id }));
    if (!alert) return;
    onChanged();
    onFired();
    say(`Fired "${rule.name}" as a test; its way to the channels is in the history.`);
  };
  useKeys('Alerts', [
    { keys: 'x', label: 'Fire the rule as a test', run: () => current && void test(current), enabled: mayAct && current !== undefined },
    {
      keys: 'o',
      label: current?.enabled === false ? 'Switch the rule on' : 'Switch the rule off',
      run: () => current && void toggle(current),
      enabled: mayAct && current !== undefined,
    },
    { keys: 'Delete', label: 'Remove the rule', run: () => current && void remove(current), enabled: mayAct && current !== undefined },
  ]);
  if (rules.length === 0) return <EmptyState>No rule watches a metric yet. Add one to be told when a figure leaves its bounds.</EmptyState>;
  return (
    <List
      label="Alert rules"
      scope="Alerts"
      main
      items={rules}
      idOf={(rule) => rule.id}
      cursor={cursor}
      {...(mayAct ? { onOpen: onEdit } : {})}
      rowClass={s.ruleRow}
    >
      {(rule, { active }) => {
        const { word, tone } = rule.enabled ? stateWords[rule.state] : { word: 'off', tone: 'off' as const };
        return (
          <>
            <Cell width={128}>
              <StatusDot tone={tone} word={word} />
            </Cell>
            <Cell grow>
              <div className={s.ruleText}>
                <span className={s.name}>{rule.name}</span>
                <span className={s.dim}>
                  {conditionText(rule, metrics)}, {severityWords[rule.severity].word}, {told(rule.channels, channels)}
                </span>
              </div>
            </Cell>
            <Cell end width={150} dim>
              {rule.value === null ? `n = ${formatCount(rule.n)}` : `${printValue(unitOf(rule, metrics), rule.value)}, n = ${formatCount(rule.n)}`}
            </Cell>
            <Cell end width={230}>
              {mayAct && (active || rule.state === 'firing') && (
                <span className={s.acts}>
                  <Button size="small" keys="x" onPress={() => void test(rule)}>
                    Test
                  </Button>
                  <Button size="small" onPress={() => void toggle(rule)}>
                    {rule.enabled ? 'Switch off' : 'Switch on'}
                  </Button>
                  <Button size="small" look="danger" onPress={() => void remove(rule)}>
                    Remove
                  </Button>
                </span>
              )}
            </Cell>
          </>
        );
      }}
    </List>
  );
}

function told(ids: readonly string[], channels: readonly AlertChannel[]): string {
  const names = ids.flatMap((id) => channels.find((one) => one.id === id)?.name ?? []);
  if (names.length === 0) return 'told nowhere but here';
  return names.length <= 2 ? `told to ${names.join(' and ')}` : `told to ${plural(names.length, 'channel')}`;
}
