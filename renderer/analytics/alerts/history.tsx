/** Alerts that fire and that fired, newest first, with what became of telling them. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Alert, AlertChannel } from '#shared/domain/alert.ts';
import { formatDuration, formatExact } from '#shared/lib/format.ts';
import { Duration, Time } from '../../components/amounts.tsx';
import { Button } from '../../components/button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../components/feedback.tsx';
import { Cell, List } from '../../components/list.tsx';
import { Badge, StatusDot } from '../../components/status.tsx';
import { useCursor } from '../../components/use-cursor.ts';
import { acknowledge } from '../../lib/acts.ts';
import { client } from '../../lib/client.ts';
import { useKeys } from '../../lib/keys.ts';
import { isUnseen } from '../../lib/live-select.ts';
import { alertState, severityWords } from './words.ts';
import type { Rule } from './use-alerts.ts';
import s from './alerts.module.css';

const PAGE = 100;
const REFRESH_MS = 5000;

type HistoryProps = {
  /** The one that is open at first. */
  at: string | undefined;
  channels: readonly AlertChannel[];
  rules: readonly Rule[];
  mayAct: boolean;
  onRules: () => void;
  onChanged: () => void;
};

export function History({ at, channels, rules, mayAct, onRules, onChanged }: HistoryProps) {
  const { data, error, refetch, fetchNextPage, hasNextPage } = useInfiniteQuery({
    queryKey: ['alerts', 'history'],
    queryFn: ({ pageParam, signal }) => client.analytics.alerts({ ...(pageParam === null ? {} : { before: pageParam }), limit: PAGE }, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.more ? (last.alerts.at(-1)?.startedAt ?? null) : null),
    refetchInterval: REFRESH_MS,
  });
  const alerts = data?.pages.flatMap((page) => page.alerts) ?? [];
  const cursor = useCursor(
    alerts.map((alert) => alert.id),
    at,
  );
  const [open, setOpen] = useState<string | null>(at ?? null);
  const current = alerts.find((alert) => alert.id === cursor.active);
  const accept = async (alert: Alert): Promise<void> => {
    if (await acknowledge(alert)) onChanged();
  };
  useKeys('Alerts', [
    { keys: 'a', label: 'Acknowledge the alert', run: () => current && void accept(current), enabled: mayAct && current !== undefined && isUnseen(current) },
  ]);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={6} />;
  if (alerts.length === 0) {
    return rules.length === 0 ? (
      <EmptyState action={<Button onPress={onRules}>Show the rules</Button>}>No alert ever fired, and no rule could: there is none yet.</EmptyState>
    ) : (
      <EmptyState>No alert fired yet.</EmptyState>
    );
  }
  return (
    <>
      <List
        label="Alerts"
        scope="Alerts"
        main
        items={alerts}
        idOf={(alert) => alert.id}
        cursor={cursor}
        onOpen={(alert) => setOpen(open === alert.id ? null : alert.id)}
        rowClass={s.ruleRow}
      >
        {(alert) => {
          const { word, tone } = alertState(alert);
          const severity = severityWords[alert.severity];
          const failed = alert.told.filter((one) => !one.ok).length;
          return (
            <>
              <Cell width={128}>
                <StatusDot tone={tone} word={word} />
              </Cell>
              <Cell width={76}>
                <Badge tone={severity.tone}>{severity.word}</Badge>
              </Cell>
              <Cell grow>
                <div className={s.ruleText}>
                  <span className={s.name}>{alert.ruleName}</span>
                  <span className={s.dim}>{alert.sentence}</span>
                  {open === alert.id && <Told alert={alert} channels={channels} />}
                </div>
              </Cell>
              {failed > 0 && (
                <Cell width={110}>
                  <Badge tone="bad">{failed} not told</Badge>
                </Cell>
              )}
              <Cell end width={160} dim>
                <Time at={alert.startedAt} />
                <span>, {alert.endedAt === null ? <Duration ms={0} since={alert.startedAt} /> : formatDuration(alert.endedAt - alert.startedAt)}</span>
              </Cell>
              <Cell end width={130}>
                {mayAct && isUnseen(alert) && (
                  <Button size="small" {...(alert.id === cursor.active ? { keys: 'a' } : {})} onPress={() => void accept(alert)}>
                    Acknowledge
                  </Button>
                )}
              </Cell>
            </>
          );
        }}
      </List>
      {hasNextPage && (
        <div className={s.more}>
          <Button onPress={() => void fetchNextPage()}>Show older alerts</Button>
        </div>
      )}
    </>
  );
}

function Told({ alert, channels }: { alert: Alert; channels: readonly AlertChannel[] }) {
  if (alert.told.length === 0) return <span className={s.dim}>Told nowhere but here.</span>;
  return (
    <ul className={s.told}>
      {alert.told.map((one) => (
        <li key={`${one.channel} ${one.at}`} className={one.ok ? s.dim : s.bad}>
          {formatExact(one.at)}, {channels.find((channel) => channel.id === one.channel)?.name ?? one.channel}: {one.ok ? 'told' : 'not told'}
          {one.detail !== '' && `, ${one.detail}`}
        </li>
      ))}
    </ul>
  );
}
