/** Connections: agent hosts at the left, the chosen one's connections, times and events in the middle, its facts at the right; the load test beside them. */
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { PoolView } from '#shared/contract/connections.ts';
import { Button } from '../components/button.tsx';
import { ErrorState, Skeleton } from '../components/feedback.tsx';
import { KeyHint } from '../components/key-hint.tsx';
import { Select } from '../components/select.tsx';
import { Tabs } from '../components/tabs.tsx';
import { Screen, type Crumb } from '../frame/screen.tsx';
import { useMayAct } from '../lib/client.ts';
import { useKeys } from '../lib/keys.ts';
import { go, to, useParams } from '../lib/router.ts';
import { setStrategy } from './acts.ts';
import { HostDialogs, type HostDialog } from './host-dialogs.tsx';
import { HostFactsPanel } from './host-facts.tsx';
import { Hosts } from './hosts.tsx';
import { LoadTests } from './load-test/load-tests.tsx';
import { useFollowPool, usePool } from './pool-view.ts';
import { strategies } from './words.ts';
import s from './connections.module.css';

const room: Crumb = { label: 'Connections', to: to.connections };

export default function ConnectionsView() {
  useFollowPool();
  const { part, id } = useParams<{ part?: string; id?: string }>();
  const view = usePool((pool) => pool.view);
  const error = usePool((pool) => pool.error);
  const mayAct = useMayAct();
  const [dialog, setDialog] = useState<HostDialog | null>(null);
  const [choosing, setChoosing] = useState(false);
  const testing = part === 'load-test';
  const host = testing ? undefined : (view?.hosts.find((one) => one.id === id) ?? view?.hosts[0]);
  const toTab = (tab: string): void => go(tab === 'hosts' ? to.connections : to.loadTest());
  useKeys('Connections', [
    { keys: 'n', label: 'Add an agent host', run: () => setDialog({ kind: 'add' }), enabled: mayAct && view !== null },
    { keys: 's', label: 'Choose the strategy', run: () => setChoosing(true), enabled: mayAct && view !== null && !testing },
    { keys: 'l', label: testing ? 'Show the hosts' : 'Show the load test', run: () => toTab(testing ? 'hosts' : 'load-test') },
  ]);
  return (
    <Screen
      crumbs={testing ? [room, { label: 'Load test' }] : host ? [room, { label: host.name }] : [{ label: 'Connections' }]}
      actions={
        mayAct ? (
          <>
            {view && !testing && (
              <span className={s.dim}>
                New sessions <KeyHint keys="s" />
              </span>
            )}
            {view && !testing && <StrategyChoice view={view} open={choosing} onOpen={setChoosing} />}
            <Button look={testing ? 'plain' : 'primary'} icon={<Plus />} keys="n" isDisabled={view === null} onPress={() => setDialog({ kind: 'add' })}>
              Add host
            </Button>
          </>
        ) : (
          <span className={s.viewer}>You look as a viewer; an operator adds and steers hosts.</span>
        )
      }
      {...(host ? { side: <HostFactsPanel key={host.id} host={host} onRemove={() => setDialog({ kind: 'remove', host })} /> } : {})}
      sideLabel="Facts of the host"
      sideWidth="narrow"
      padded={false}
    >
      <Tabs
        label="Parts of Connections"
        className={s.room}
        selected={testing ? 'load-test' : 'hosts'}
        onSelect={toTab}
        tabs={[
          {
            id: 'hosts',
            label: view ? `Hosts, ${view.hosts.length}` : 'Hosts',
            content: view ? <Hosts view={view} host={host} onDialog={setDialog} /> : error === null ? <Skeleton rows={8} /> : <ErrorState error={error} />,
          },
          { id: 'load-test', label: 'Load test', content: <LoadTests id={testing ? id : undefined} /> },
        ]}
      />
      {dialog && <HostDialogs dialog={dialog} onClose={() => setDialog(null)} />}
    </Screen>
  );
}

function StrategyChoice({ view, open, onOpen }: { view: PoolView; open: boolean; onOpen: (open: boolean) => void }) {
  return (
    <Select
      label="Where new sessions go"
      hideLabel
      className={s.strategy}
      options={strategies}
      value={view.strategy}
      open={open}
      onOpen={onOpen}
      onChange={(next) => void setStrategy(next, view.strategy)}
    />
  );
}
