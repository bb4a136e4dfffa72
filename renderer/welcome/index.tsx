/** First run: is this machine ready, and the two ways to begin: a tour that needs nothing, or a repository of one's own. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Finding } from '#shared/contract/system.ts';
import type { Fault } from '#shared/lib/fault.ts';
import { Button } from '../components/button.tsx';
import { ErrorState, FaultText, Skeleton } from '../components/feedback.tsx';
import { ViewerNote } from '../components/for-operator.tsx';
import { Panel } from '../components/panel.tsx';
import { StatusDot } from '../components/status.tsx';
import type { Tone } from '../components/tone.ts';
import { TextField } from '../components/text-field.tsx';
import { openDialog } from '../frame/dialogs.ts';
import { Screen } from '../frame/screen.tsx';
import { client, useMayAct } from '../lib/client.ts';
import { faultFrom } from '../lib/faults.ts';
import { adopt } from '../lib/live.ts';
import { go, href, to } from '../lib/router.ts';
import { say } from '../lib/toasts.ts';
import s from './welcome.module.css';

const words: Readonly<Record<Finding['status'], { word: string; tone: Tone }>> = {
  ok: { word: 'ready', tone: 'ok' },
  warn: { word: 'look at this', tone: 'wait' },
  bad: { word: 'needs a fix', tone: 'bad' },
  off: { word: 'not here', tone: 'off' },
};

export default function WelcomeView() {
  return (
    <Screen crumbs={[{ label: 'Welcome' }]}>
      <div className={s.welcome}>
        <header className={s.head}>
          <h2>Give an agent a task, watch it work, read its change, merge it.</h2>
          <p>Each task runs in its own worktree and branch. Nothing reaches your branch before you approve it.</p>
        </header>
        <div className={s.ways}>
          <Tour />
          <AddRepository />
        </div>
        <Machine />
      </div>
    </Screen>
  );
}

function Tour() {
  const mayAct = useMayAct();
  const [state, setState] = useState<{ busy: boolean; fault: Fault | null }>({ busy: false, fault: null });
  const start = async (): Promise<void> => {
    setState({ busy: true, fault: null });
    try {
      const { sessionId } = await client.system.startTour({});
      go(to.session(sessionId));
    } catch (error) {
      setState({ busy: false, fault: faultFrom(error) });
    }
  };
  return (
    <Panel title="Look around first" flush={false}>
      <div className={s.way}>
        <p>A small sample repository and a scripted agent show the whole way from task to merge. It takes two minutes and needs no key and no network.</p>
        {state.fault && <FaultText fault={state.fault} />}
        <ViewerNote does="starts the tour" />
        <Button isDisabled={state.busy || !mayAct} onPress={() => void start()}>
          Take the tour
        </Button>
      </div>
    </Panel>
  );
}

function AddRepository() {
  const mayAct = useMayAct();
  const [path, setPath] = useState('');
  const [state, setState] = useState<{ busy: boolean; fault: Fault | null }>({ busy: false, fault: null });
  const add = async (): Promise<void> => {
    if (path.trim() === '') return;
    setState({ busy: true, fault: null });
    try {
      const repository = await client.repositories.add({ path: path.trim() });
      adopt({ repositories: [repository] });
      say(`Added ${repository.name}.`);
      go(to.overview);
      openDialog({ kind: 'new-task', repositoryId: repository.id });
    } catch (error) {
      setState({ busy: false, fault: faultFrom(error) });
    }
  };
  return (
    <Panel title="Start with your own" flush={false}>
      <form
        className={s.way}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <TextField label="Folder of the repository" value={path} onChange={setPath} mono placeholder="/home/you/project" autoFocus />
        {state.fault && <FaultText fault={state.fault} />}
        <ViewerNote does="adds repositories" />
        <Button type="submit" look="primary" isDisabled={state.busy || !mayAct || path.trim() === ''}>
          Add a repository
        </Button>
      </form>
    </Panel>
  );
}

/** What the machine has, troubles first; the rest on the Diagnostics screen. */
function Machine() {
  const { data, error, refetch } = useQuery({ queryKey: ['diagnose'], queryFn: ({ signal }) => client.system.diagnose({}, { signal }) });
  const rank = { bad: 0, warn: 1, ok: 2, off: 3 } as const;
  const findings = data?.findings.toSorted((a, b) => rank[a.status] - rank[b.status]);
  const troubles = findings?.filter((one) => one.status === 'bad').length ?? 0;
  return (
    <Panel
      title="This machine"
      note={findings && (troubles === 0 ? 'ready for work' : `${troubles} to fix`)}
      actions={
        <a href={href(to.diagnostics)} className={s.all}>
          All of Diagnostics
        </a>
      }
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !findings ? (
        <Skeleton rows={5} />
      ) : (
        <ul className={s.findings}>
          {findings.map((one) => (
            <li key={one.id} className={s.finding}>
              <span className={s.state}>
                <StatusDot tone={words[one.status].tone} word={words[one.status].word} />
              </span>
              <span className={s.name}>{one.title}</span>
              <span className={s.detail}>
                {one.detail}
                {one.fix !== '' && one.status !== 'ok' && <span className={s.fix}> {one.fix}</span>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
