/** Everything the palette can open or run without asking the core: acts of this screen and of every screen, sessions, changes, repositories. */
import { agentLabel } from '#shared/domain/agent.ts';
import { sessionWords, changeWords } from '../../components/status.tsx';
import { keysOf, useKeyState } from '../../lib/keys.ts';
import { useLive } from '../../lib/live.ts';
import { go, to } from '../../lib/router.ts';

export type Entry = {
  readonly id: string;
  readonly group: 'Acts' | 'Sessions' | 'Changes' | 'Repositories' | 'Hosts';
  readonly label: string;
  readonly note: string;
  readonly keys?: string;
  /** More words it is found by. */
  readonly words: readonly string[];
  readonly run: () => void;
};

/** Rows offered of each kind; the search below finds the rest. */
const MOST = 300;

/** The entries as they are when the palette opens. Acts come from the key registry, so each shows its key. */
export function entriesNow(): Entry[] {
  return [...acts(), ...sessions(), ...changes(), ...repositories(), ...hosts()];
}

function acts(): Entry[] {
  const taken = new Set<string>();
  const found: Entry[] = [];
  for (const scope of useKeyState.getState().scopes.toReversed()) {
    if (scope.layer !== 0) continue;
    for (const binding of scope.bindings) {
      const keys = keysOf(binding)[0] ?? '';
      if (taken.has(keys)) continue;
      taken.add(keys);
      if (binding.quiet || binding.enabled === false) continue;
      found.push({
        id: `act:${binding.label}`,
        group: 'Acts',
        label: binding.label,
        note: scope.scope === 'Everywhere' ? '' : scope.scope,
        keys,
        words: [scope.scope],
        run: binding.run,
      });
    }
  }
  // Enter right after opening runs the first entry: that must never be a decision about the row under the cursor.
  return found.toSorted((a, b) => Number(a.note !== '') - Number(b.note !== ''));
}

function sessions(): Entry[] {
  const live = useLive.getState();
  return [...live.sessions.values()]
    .sort((a, b) => (b.lastEventAt ?? b.createdAt) - (a.lastEventAt ?? a.createdAt))
    .slice(0, MOST)
    .map((session) => ({
      id: `session:${session.id}`,
      group: 'Sessions',
      label: session.title,
      note: [live.repositories.get(session.repositoryId)?.name, agentLabel(session.agent), sessionWords[session.status].word].filter(Boolean).join(', '),
      words: [session.branch ?? '', session.id],
      run: () => go(to.session(session.id)),
    }));
}

function changes(): Entry[] {
  const live = useLive.getState();
  return [...live.changes.values()]
    .sort((a, b) => b.createdAt - a.createdAt)
    .slice(0, MOST)
    .map((change) => ({
      id: `change:${change.id}`,
      group: 'Changes',
      label: change.title,
      note: [live.repositories.get(change.repositoryId)?.name, changeWords[change.status].word].filter(Boolean).join(', '),
      words: [change.branch ?? '', 'review'],
      run: () => go(to.change(change.id)),
    }));
}

function repositories(): Entry[] {
  return [...useLive.getState().repositories.values()].map((repository) => ({
    id: `repository:${repository.id}`,
    group: 'Repositories',
    label: repository.name,
    note: repository.path,
    words: [],
    run: () => go(to.repository(repository.id)),
  }));
}

/** Agent hosts, as soon as there is more than this machine. */
function hosts(): Entry[] {
  const all = useLive.getState().health?.hosts ?? [];
  return all.length < 2
    ? []
    : all.map((host) => ({
        id: `host:${host.id}`,
        group: 'Hosts',
        label: host.name,
        note: host.cause === null ? host.state : `${host.state}, ${host.cause}`,
        words: ['connections', 'agent host'],
        run: () => go(to.host(host.id)),
      }));
}
