/** The first question of the screen: what needs me. J/K move, Enter opens, A and D act on the row. */
import { useMemo, useState } from 'react';
import { ActTitle } from '../components/act-title.tsx';
import { Time } from '../components/amounts.tsx';
import { Button } from '../components/button.tsx';
import { EmptyState, Skeleton } from '../components/feedback.tsx';
import { ViewerNote } from '../components/for-operator.tsx';
import { Cell, List } from '../components/list.tsx';
import { Panel } from '../components/panel.tsx';
import { Badge } from '../components/status.tsx';
import { useCursor } from '../components/use-cursor.ts';
import { NewTaskButton } from '../frame/top-acts.tsx';
import { useFollowPool, usePool } from '../connections/pool-view.ts';
import { DenyDialog } from '../inbox/deny-dialog.tsx';
import { acknowledge, answer, archiveSessions, resumeSessions } from '../lib/acts.ts';
import { useMayAct } from '../lib/client.ts';
import { useNow } from '../lib/clock.ts';
import { useKeys } from '../lib/keys.ts';
import { useFiringAlerts, useRepositories, useSessions, useWaitingChanges, useWaitingPermissions } from '../lib/live-select.ts';
import { useLive } from '../lib/live.ts';
import { go, to } from '../lib/router.ts';
import { needBadge, needsOf, needText, type Need } from './needs.ts';
import s from './overview.module.css';

/** How often a host that is silent is looked at anew, milliseconds. */
const STEP = 5000;

const idOf = (need: Need): string => need.id;

function open(need: Need): void {
  if (need.kind === 'permission') go(to.session(need.permission.sessionId));
  else if (need.kind === 'review') go(to.change(need.change.id));
  else if (need.kind === 'host') go(to.host(need.trouble.id));
  else if (need.kind === 'alert') go(to.alert(need.alert.id));
  else go(to.session(need.session.id));
}

export function NeedsYou() {
  const ready = useLive((live) => live.ready);
  const mayAct = useMayAct();
  const permissions = useWaitingPermissions();
  const changes = useWaitingChanges();
  const sessions = useSessions();
  const repositories = useRepositories();
  useFollowPool();
  const troubles = usePool((pool) => pool.troubles);
  const alerts = useFiringAlerts();
  const now = useNow(STEP);
  const needs = useMemo(() => needsOf(permissions, changes, sessions, troubles, alerts, now), [permissions, changes, sessions, troubles, alerts, now]);
  const names = useMemo(() => new Map(repositories.map((one) => [one.id, one.name])), [repositories]);
  const cursor = useCursor(useMemo(() => needs.map(idOf), [needs]));
  const active = needs.find((need) => need.id === cursor.active);
  const oldest = needs.reduce<number | null>((least, need) => (least === null || need.at < least ? need.at : least), null);

  return (
    <Panel
      title="Needs you"
      note={
        needs.length > 0 &&
        oldest !== null && (
          <>
            {needs.length}, oldest <Time at={oldest} ago={false} />
          </>
        )
      }
      actions={active && (mayAct ? <NeedActs key={active.id} need={active} /> : <ViewerNote does="acts on these" />)}
      className={s.half}
    >
      {!ready ? (
        <Skeleton rows={5} />
      ) : needs.length === 0 ? (
        <EmptyState action={sessions.length === 0 ? <NewTaskButton /> : undefined}>
          {sessions.length === 0 ? 'Give an agent its first task; what it needs from you appears here.' : 'Nothing waits for you.'}
        </EmptyState>
      ) : (
        <div className={s.rows}>
          <List label="Needs you" scope="Overview" items={needs} idOf={idOf} cursor={cursor} onOpen={open} main>
            {(need) => <NeedRow need={need} repository={names.get(repositoryOf(need)) ?? ''} />}
          </List>
        </div>
      )}
    </Panel>
  );
}

function repositoryOf(need: Need): string {
  if (need.kind === 'host' || need.kind === 'alert') return '';
  return (need.kind === 'permission' ? need.permission : need.kind === 'review' ? need.change : need.session).repositoryId;
}

function NeedRow({ need, repository }: { need: Need; repository: string }) {
  const badge = needBadge(need);
  const { title, note } = needText(need, repository);
  return (
    <>
      <Cell width={80}>
        <Badge tone={badge.tone}>{badge.word}</Badge>
      </Cell>
      <div className={s.needTitle} role="gridcell" title={title}>
        {need.kind === 'permission' ? <ActTitle title={title} /> : title}
      </div>
      <div className={s.needNote} role="gridcell" title={note}>
        {note}
      </div>
      <Cell end dim>
        <Time at={need.at} ago={false} />
      </Cell>
    </>
  );
}

/** What A and D do to the row under the cursor, said at the head of the panel so that rows stay still. */
function NeedActs({ need }: { need: Need }) {
  const [denying, setDenying] = useState(false);
  const acts = actsOn(need, () => setDenying(true));
  useKeys(
    'Overview',
    acts.map((act) => ({ keys: act.keys, label: act.says ?? act.label, run: act.run })),
  );
  return (
    <>
      {acts.map((act) => (
        <Button key={act.keys} size="small" look={act.keys === 'a' ? 'plain' : 'quiet'} keys={act.keys} onPress={act.run}>
          {act.label}
        </Button>
      ))}
      {denying && need.kind === 'permission' && <DenyDialog permission={need.permission} onClose={() => setDenying(false)} />}
    </>
  );
}

/** `says` is the whole sentence for the sheet of keys and the palette. */
type NeedAct = { keys: string; label: string; says?: string; run: () => void };

function actsOn(need: Need, deny: () => void): NeedAct[] {
  switch (need.kind) {
    case 'permission':
      if (need.permission.questions.length > 0) {
        return [
          { keys: 'd', label: 'Skip…', says: 'Skip the question with a note', run: deny },
          { keys: 'a', label: 'Answer', run: () => open(need) },
        ];
      }
      return [
        { keys: 'd', label: 'Deny…', says: 'Deny with a note', run: deny },
        { keys: 'a', label: 'Allow once', run: () => void answer(need.permission, { kind: 'allow-once' }) },
      ];
    case 'review':
      return [{ keys: 'a', label: 'Read change', run: () => go(to.change(need.change.id)) }];
    case 'host':
      return [{ keys: 'a', label: 'Show host', run: () => open(need) }];
    case 'alert':
      return [{ keys: 'a', label: 'Acknowledge', says: 'Acknowledge the alert', run: () => void acknowledge(need.alert) }];
    case 'failure':
      return [
        { keys: 'd', label: 'Archive', run: () => void archiveSessions([need.session]) },
        { keys: 'a', label: 'Resume', run: () => void resumeSessions([need.session]) },
      ];
  }
}
