/** The facts of a session: where it works, under which names, within which limits, and the task it was given. */
import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { agentLabel } from '#shared/domain/agent.ts';
import type { Session, Task } from '#shared/domain/session.ts';
import { formatCount, formatExact, formatMoney } from '#shared/lib/format.ts';
import { IconButton } from '../../components/button.tsx';
import { useHostRow } from '../../components/host-row.tsx';
import { Facts, Section } from '../../components/panel.tsx';
import { useRepositoryName } from '../../lib/live-select.ts';
import { copy } from '../../lib/copy.ts';
import s from './side.module.css';

export function Details({ session, task }: { session: Session; task: Task | undefined }) {
  const repository = useRepositoryName(session.repositoryId);
  const hostRow = useHostRow(session);
  const { maxTurns, maxUsd, maxMinutes } = session.limits;
  const when = (at: number | null): string => (at === null ? 'not yet' : formatExact(at));
  return (
    <>
      <Section title="Place">
        <Facts
          rows={[
            ['Repository', repository || 'not in the list any more'],
            ...hostRow,
            ['Folder', <Copied key="cwd" text={session.cwd} what="Folder" />],
            ...(session.branch === null ? [] : [['Branch', <Copied key="branch" text={session.branch} what="Branch" />] as const]),
          ]}
        />
      </Section>
      <Section title="Agent">
        <Facts
          rows={[
            ['Agent', agentLabel(session.agent)],
            ['Model', session.agent.model || "the agent's default"],
            ...(session.agent.command.length > 0 ? [['Command', <code key="command">{session.agent.command.join(' ')}</code>] as const] : []),
            ['Session id', <Copied key="id" text={session.id} what="Session id" />],
            ...(session.agentSessionId === null
              ? []
              : [["Agent's session id", <Copied key="agent" text={session.agentSessionId} what="Agent's session id" />] as const]),
          ]}
        />
      </Section>
      <Section title="Limits">
        <Facts
          rows={[
            ['Turns', maxTurns === undefined ? 'none' : formatCount(maxTurns)],
            ['Money', maxUsd === undefined ? 'none' : formatMoney(maxUsd)],
            ['Working time', maxMinutes === undefined ? 'none' : `${maxMinutes} min`],
          ]}
        />
      </Section>
      <Section title="Times">
        <Facts
          rows={[
            ['Created', when(session.createdAt)],
            ['Started', when(session.startedAt)],
            ['Ended', session.endedAt === null ? 'not ended' : when(session.endedAt)],
          ]}
        />
      </Section>
      {task && <TaskText task={task} />}
    </>
  );
}

/** The task as it was given and what has to be true when it is done. */
export function TaskText({ task }: { task: Task }) {
  return (
    <>
      <Section title="Task">
        <p className={s.prose}>{task.text}</p>
      </Section>
      {task.acceptance !== '' && (
        <Section title="Done when">
          <p className={s.prose}>{task.acceptance}</p>
        </Section>
      )}
    </>
  );
}

function Copied({ text, what }: { text: string; what: string }): ReactNode {
  return (
    <span className={s.copied}>
      <code title={text}>{text}</code>
      <IconButton label={`Copy ${what.toLowerCase()}`} icon={<Copy />} size="small" onPress={() => void copy(text, what)} />
    </span>
  );
}
