/** The subagents of a session as a tree: state, task, tools used, what it does now or what it said at the end. */
import type { Session } from '#shared/domain/session.ts';
import { formatCount, plural } from '#shared/lib/format.ts';
import { EmptyState, Skeleton } from '../../components/feedback.tsx';
import { StatusDot } from '../../components/status.tsx';
import type { Tone } from '../../components/tone.ts';
import { treeOf, type Branch, type Subagent } from '../model/subagents.ts';
import { MOST_EVENTS, useScan } from './use-scan.ts';
import s from './side.module.css';

const TONES: Readonly<Record<Subagent['status'], Tone>> = { running: 'run', done: 'ok', failed: 'bad', stopped: 'off' };

export function SubagentTree({ session }: { session: Session }) {
  const scan = useScan(session.id, session.events);
  if (session.events > MOST_EVENTS) {
    return (
      <EmptyState>
        The tree is drawn for sessions of up to {formatCount(MOST_EVENTS)} events; this one has {formatCount(session.events)}. Its subagents are in the
        transcript.
      </EmptyState>
    );
  }
  if (!scan && session.events > 0) return <Skeleton />;
  const tree = scan ? treeOf(scan.subagents) : [];
  if (tree.length === 0) return <EmptyState>This session started no subagents.</EmptyState>;
  return <Branches branches={tree} />;
}

function Branches({ branches }: { branches: readonly Branch[] }) {
  return (
    <ul className={s.tree}>
      {branches.map(({ agent, tools, latest, children }) => (
        <li key={agent.taskId}>
          <div className={s.agent}>
            <StatusDot tone={TONES[agent.status]} word={agent.status} hideWord />
            <div className={s.agentText}>
              <p>{agent.title || 'Subagent'}</p>
              <p className={s.note}>
                {agent.status}, {plural(tools, 'tool call')}
                {agent.status === 'running' && latest !== '' && `, ${latest}`}
              </p>
              {agent.summary && <p className={s.summary}>{agent.summary}</p>}
            </div>
          </div>
          {children.length > 0 && <Branches branches={children} />}
        </li>
      ))}
    </ul>
  );
}
