/** The session view: the transcript, the question that waits, the place to write; facts at the side. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Session, Task } from '#shared/domain/session.ts';
import { ErrorState, Skeleton } from '../components/feedback.tsx';
import { Screen } from '../frame/screen.tsx';
import { client, useMayAct } from '../lib/client.ts';
import { useKeys } from '../lib/keys.ts';
import { isLive, useSession, useTask, useWaitingPermissions } from '../lib/live-select.ts';
import { go, to, useParams } from '../lib/router.ts';
import { interrupt } from './acts.ts';
import { Composer } from './composer/composer.tsx';
import { PermissionCard } from './composer/permission-card.tsx';
import foot from './composer/composer.module.css';
import { SessionActs, SessionMeta } from './header.tsx';
import { SidePanel } from './side/side-panel.tsx';
import { Transcript } from './transcript/transcript.tsx';
import { useTranscript } from './use-transcript.ts';
import s from './session.module.css';

const crumb = { label: 'Agents', to: to.agents };

export default function SessionView() {
  const { sessionId, item } = useParams<{ sessionId: string; item?: string }>();
  const live = useSession(sessionId);
  const liveTask = useTask(live?.taskId);
  // Archived sessions are not in the live rows, and a fresh page has none yet: the session itself can always be asked for.
  const asked = useQuery({
    queryKey: ['session', sessionId, live === undefined],
    queryFn: () => client.sessions.get({ id: sessionId }),
    enabled: live === undefined || liveTask === undefined,
  });
  const session = live ?? asked.data?.session;
  const at = item === undefined ? null : Number.parseInt(item, 10);
  if (session) return <Shown key={session.id} session={session} task={liveTask ?? asked.data?.task} at={Number.isNaN(at) ? null : at} />;
  return (
    <Screen crumbs={[crumb, { label: 'Session' }]}>
      {asked.error ? <ErrorState error={asked.error} onRetry={() => void asked.refetch()} /> : <Skeleton rows={6} />}
    </Screen>
  );
}

/** @param at the line of the transcript to begin at (a search hit); null begins at the end */
function Shown({ session, task, at }: { session: Session; task: Task | undefined; at: number | null }) {
  const store = useTranscript(session.id);
  const waiting = useWaitingPermissions();
  const questions = useMemo(() => waiting.filter((one) => one.sessionId === session.id), [waiting, session.id]);
  const question = questions[0];
  const running = isLive(session);
  const mayAct = useMayAct();
  const steers = running && mayAct;
  const bad = session.status === 'failed' || session.status === 'interrupted';
  useKeys('Session', [
    { keys: 'Escape', label: steers ? 'Interrupt the agent' : 'Back to agents', run: () => (steers ? void interrupt(session) : go(to.agents)) },
    { keys: 'r', label: 'Review the change', run: () => session.changeId !== null && go(to.change(session.changeId)), enabled: session.changeId !== null },
  ]);
  return (
    <Screen
      crumbs={[crumb, { label: session.title }]}
      meta={<SessionMeta session={session} />}
      actions={<SessionActs session={session} task={task} />}
      side={<SidePanel session={session} task={task} store={store} />}
      sideLabel="About this session"
      padded={false}
    >
      <div className={s.middle}>
        {session.statusText !== '' && (
          <p className={s.state} data-bad={bad || undefined}>
            {session.statusText} {bad && session.statusCode !== '' && <code>{session.statusCode}</code>}
          </p>
        )}
        <Transcript
          store={store}
          at={at}
          live={running}
          empty={
            session.status === 'queued' ? 'It waits for a free slot. The transcript begins when the agent starts.' : 'The agent has not said anything yet.'
          }
        />
        <div className={foot.foot}>
          {question && <PermissionCard key={question.id} permission={question} more={questions.length - 1} />}
          {session.agent.kind === 'command' ? (
            <p className={s.mute}>A command reads no messages. Resume runs it again in the same folder.</p>
          ) : (
            <Composer key={session.id} session={session} />
          )}
        </div>
      </div>
    </Screen>
  );
}
