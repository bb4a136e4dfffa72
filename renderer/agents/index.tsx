/** All sessions: grouped list or board, a filter, acts on one or many, the chosen one's facts at the side. */
import { Search } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { Session } from '#shared/domain/session.ts';
import { Segments } from '../components/choice.tsx';
import { EmptyState, Skeleton } from '../components/feedback.tsx';
import { KeyHint } from '../components/key-hint.tsx';
import { useCursor } from '../components/use-cursor.ts';
import { NewTaskButton } from '../frame/top-acts.tsx';
import { Screen } from '../frame/screen.tsx';
import { archiveSessions, resumeSessions, stopSessions } from '../lib/acts.ts';
import { useMayAct } from '../lib/client.ts';
import { useKeys } from '../lib/keys.ts';
import { isEnded, isLive, useRepositories, useSessions } from '../lib/live-select.ts';
import { useLive } from '../lib/live.ts';
import { recall, remember } from '../lib/prefs.ts';
import { go, to } from '../lib/router.ts';
import { Archived } from './archived.tsx';
import { grouped, matches } from './groups.ts';
import { Inspector } from './inspector.tsx';
import { SessionBoard } from './session-board.tsx';
import { SessionList } from './session-list.tsx';
import s from './agents.module.css';

type View = 'list' | 'board' | 'archived';
const VIEWS = [
  { id: 'list', label: 'List' },
  { id: 'board', label: 'Board' },
  { id: 'archived', label: 'Archived' },
] as const satisfies readonly { id: View; label: string }[];

const open = (session: Session): void => go(to.session(session.id));

export default function AgentsView() {
  const ready = useLive((live) => live.ready);
  const mayAct = useMayAct();
  const all = useSessions();
  const repositories = useRepositories();
  const [view, setView] = useState<View>(() => (recall('agents.view') === 'board' ? 'board' : 'list'));
  const [filter, setFilter] = useState('');
  const field = useRef<HTMLInputElement>(null);

  const sessions = useMemo(() => {
    const names = new Map(repositories.map((one) => [one.id, one.name]));
    const found = filter.trim() === '' ? all : all.filter((session) => matches(session, names.get(session.repositoryId) ?? '', filter.trim()));
    return grouped(found).flatMap((one) => one.sessions);
  }, [all, repositories, filter]);
  const cursor = useCursor(useMemo(() => sessions.map((session) => session.id), [sessions]));
  const active = sessions.find((session) => session.id === cursor.active);
  const selected = sessions.filter((session) => cursor.selected.has(session.id));
  const chosen = selected.length > 0 ? selected : active ? [active] : [];

  const choose = (next: View): void => {
    setView(next);
    remember('agents.view', next);
  };
  const current = view !== 'archived';
  useKeys('Agents', [
    { keys: '/', label: 'Filter sessions', run: () => field.current?.focus() },
    { keys: 'b', label: view === 'board' ? 'Show as list' : 'Show as board', run: () => choose(view === 'board' ? 'list' : 'board') },
    {
      keys: 's',
      label: 'Stop',
      run: () => void stopSessions(chosen),
      enabled: mayAct && current && chosen.some((one) => isLive(one) || one.status === 'queued'),
    },
    { keys: 'r', label: 'Resume', run: () => void resumeSessions(chosen.filter(isEnded)), enabled: mayAct && current && chosen.some(isEnded) },
    { keys: 'e', label: 'Archive', run: () => void archiveSessions(chosen).then(cursor.clear), enabled: mayAct && current && chosen.some(isEnded) },
    { keys: 'Escape', label: 'Clear the selection', run: cursor.clear, enabled: cursor.selected.size > 0, quiet: true },
  ]);

  return (
    <Screen
      crumbs={[{ label: 'Agents' }]}
      meta={<Counts shown={sessions.length} all={all.length} selected={selected.length} />}
      side={current ? <Inspector session={active} selected={selected} /> : undefined}
      sideLabel="Session facts"
      padded={false}
    >
      <div className={s.view}>
        <div className={s.bar}>
          <label className={s.filter}>
            <Search aria-hidden="true" />
            <span className="visually-hidden">Filter sessions</span>
            <input
              ref={field}
              value={filter}
              placeholder="Filter by title, repository, agent, state"
              onChange={(event) => setFilter(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Escape' && event.key !== 'Enter') return;
                event.preventDefault();
                if (event.key === 'Escape') setFilter('');
                event.currentTarget.blur();
              }}
            />
            <KeyHint keys="/" />
          </label>
          <Segments label="Show as" hideLabel options={VIEWS} value={view} onChange={choose} />
        </div>
        <div className={s.body}>
          {view === 'archived' ? (
            <Archived />
          ) : !ready ? (
            <Skeleton rows={8} />
          ) : sessions.length === 0 ? (
            <EmptyState action={all.length === 0 ? <NewTaskButton /> : undefined}>
              {all.length === 0 ? 'No session yet. A task starts one, in its own worktree.' : `No session has "${filter}".`}
            </EmptyState>
          ) : view === 'board' ? (
            <SessionBoard sessions={sessions} cursor={cursor} onOpen={open} />
          ) : (
            <SessionList sessions={sessions} cursor={cursor} onOpen={open} />
          )}
        </div>
      </div>
    </Screen>
  );
}

function Counts({ shown, all, selected }: { shown: number; all: number; selected: number }) {
  return <span>{selected > 0 ? `${selected} of ${shown} selected` : shown === all ? all : `${shown} of ${all}`}</span>;
}
