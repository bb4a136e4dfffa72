/** Alerts: what fires and fired, the rules behind it, and where it is told. */
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { AlertChannel } from '#shared/domain/alert.ts';
import { Button } from '../../components/button.tsx';
import { Segments } from '../../components/choice.tsx';
import { ErrorState, Skeleton } from '../../components/feedback.tsx';
import { useMayAct } from '../../lib/client.ts';
import { useKeys } from '../../lib/keys.ts';
import type { Metrics } from '../model/asked.ts';
import { ChannelDialog } from './channel-dialog.tsx';
import { Channels } from './channels.tsx';
import { History } from './history.tsx';
import { RuleDialog } from './rule-dialog.tsx';
import { Rules } from './rules.tsx';
import { useAlertData, type Rule } from './use-alerts.ts';
import bar from '../dashboard/toolbar.module.css';
import s from './alerts.module.css';

type Shown = 'history' | 'rules' | 'channels';
type Editing = { readonly what: 'rule'; readonly rule: Rule | null } | { readonly what: 'channel'; readonly channel: AlertChannel | null };

/** @param alert the one that is opened */
export function Alerts({ metrics, alert }: { metrics: Metrics; alert: string | undefined }) {
  const { rules, channels, error, refresh } = useAlertData();
  const [shown, setShown] = useState<Shown>('history');
  const [editing, setEditing] = useState<Editing | null>(null);
  const mayAct = useMayAct();
  const firing = rules?.filter((rule) => rule.state === 'firing').length ?? 0;
  const add = (): void => setEditing(shown === 'channels' ? { what: 'channel', channel: null } : { what: 'rule', rule: null });
  useKeys('Alerts', [
    { keys: 'n', label: shown === 'channels' ? 'Add a channel' : 'Add an alert rule', run: add, enabled: mayAct },
    { keys: 'h', label: 'Show the history of alerts', run: () => setShown('history') },
    { keys: 'r', label: 'Show the alert rules', run: () => setShown('rules') },
    { keys: 'l', label: 'Show the channels', run: () => setShown('channels') },
  ]);
  return (
    <div className={s.view}>
      <div className={bar.bar} role="toolbar" aria-label="Alerts">
        <Segments
          label="Shown"
          hideLabel
          options={[
            { id: 'history', label: firing > 0 ? `Alerts, ${firing} firing` : 'Alerts' },
            { id: 'rules', label: `Rules${rules ? `, ${rules.length}` : ''}` },
            { id: 'channels', label: `Channels${channels ? `, ${channels.length}` : ''}` },
          ]}
          value={shown}
          onChange={setShown}
        />
        {mayAct && (
          <div className={bar.right}>
            <Button look="primary" icon={<Plus />} keys="n" onPress={add}>
              {shown === 'channels' ? 'Add channel' : 'Add rule'}
            </Button>
          </div>
        )}
      </div>
      <div className={s.scroll}>
        {error !== null ? (
          <ErrorState error={error} onRetry={refresh} />
        ) : !rules || !channels ? (
          <Skeleton rows={6} />
        ) : shown === 'history' ? (
          <History key={alert} at={alert} channels={channels} mayAct={mayAct} rules={rules} onRules={() => setShown('rules')} onChanged={refresh} />
        ) : shown === 'rules' ? (
          <Rules
            rules={rules}
            channels={channels}
            metrics={metrics}
            mayAct={mayAct}
            onEdit={(rule) => setEditing({ what: 'rule', rule })}
            onChanged={refresh}
            onFired={() => setShown('history')}
          />
        ) : (
          <Channels channels={channels} rules={rules} mayAct={mayAct} onEdit={(channel) => setEditing({ what: 'channel', channel })} onChanged={refresh} />
        )}
      </div>
      {editing?.what === 'rule' && (
        <RuleDialog
          rule={editing.rule}
          metrics={metrics}
          channels={channels ?? []}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            setShown('rules');
            refresh();
          }}
        />
      )}
      {editing?.what === 'channel' && (
        <ChannelDialog
          channel={editing.channel}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            setShown('channels');
            refresh();
          }}
        />
      )}
    </div>
  );
}
