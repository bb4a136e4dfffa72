/** Where alerts are told; each can be tried. */
import type { AlertChannel } from '#shared/domain/alert.ts';
import { plural } from '#shared/lib/format.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/feedback.tsx';
import { Cell, List } from '../../components/list.tsx';
import { useCursor } from '../../components/use-cursor.ts';
import { client } from '../../lib/client.ts';
import { useKeys } from '../../lib/keys.ts';
import { attempt, say } from '../../lib/toasts.ts';
import { channelKinds, channelWhere } from './words.ts';
import type { Rule } from './use-alerts.ts';
import s from './alerts.module.css';

type ChannelsProps = {
  channels: readonly AlertChannel[];
  rules: readonly Rule[];
  mayAct: boolean;
  onEdit: (channel: AlertChannel) => void;
  onChanged: () => void;
};

export function Channels({ channels, rules, mayAct, onEdit, onChanged }: ChannelsProps) {
  const cursor = useCursor(channels.map((channel) => channel.id));
  const current = channels.find((channel) => channel.id === cursor.active);
  const uses = (channel: AlertChannel): number => rules.filter((rule) => rule.channels.includes(channel.id) || rule.escalateTo.includes(channel.id)).length;
  const test = async (channel: AlertChannel): Promise<void> => {
    const told = await attempt(() => client.analytics.testChannel({ id: channel.id }));
    if (told)
      say(
        told.ok ? `"${channel.name}" took the test${told.detail === '' ? '.' : `: ${told.detail}`}` : `"${channel.name}" did not take the test: ${told.detail}`,
      );
  };
  const remove = async (channel: AlertChannel): Promise<void> => {
    if (!(await attempt(() => client.analytics.removeChannel({ id: channel.id })))) return;
    onChanged();
    say(`Removed the channel "${channel.name}".`);
  };
  useKeys('Alerts', [
    { keys: 'x', label: 'Send a test to the channel', run: () => current && void test(current), enabled: mayAct && current !== undefined },
    { keys: 'Delete', label: 'Remove the channel', run: () => current && void remove(current), enabled: mayAct && current !== undefined },
  ]);
  if (channels.length === 0)
    return <EmptyState>Alerts are told only here. Add a channel to hear of them elsewhere: the system, a webhook, Slack, email.</EmptyState>;
  return (
    <List label="Channels" scope="Alerts" main items={channels} idOf={(channel) => channel.id} cursor={cursor} {...(mayAct ? { onOpen: onEdit } : {})}>
      {(channel, { active }) => (
        <>
          <Cell width={200}>{channelKinds[channel.kind]}</Cell>
          <Cell grow>
            <span className={s.name}>{channel.name}</span> <span className={s.dim}>{channelWhere(channel)}</span>
          </Cell>
          <Cell end dim width={120}>
            {uses(channel) === 0 ? 'no rule uses it' : `used by ${plural(uses(channel), 'rule')}`}
          </Cell>
          <Cell end width={170}>
            {mayAct && active && (
              <span className={s.acts}>
                <Button size="small" keys="x" onPress={() => void test(channel)}>
                  Test
                </Button>
                <Button size="small" look="danger" onPress={() => void remove(channel)}>
                  Remove
                </Button>
              </span>
            )}
          </Cell>
        </>
      )}
    </List>
  );
}
