/** The column beside a transcript: what it changed, its checks, its subagents, its figures, its facts. */
import { useState } from 'react';
import type { Session, Task } from '#shared/domain/session.ts';
import { Tabs } from '../../components/tabs.tsx';
import { SessionChecks } from '../../review/session-checks.tsx';
import type { TranscriptStore } from '../model/transcript-store.ts';
import { Changes } from './changes.tsx';
import { Details } from './details.tsx';
import { SubagentTree } from './subagent-tree.tsx';
import { Telemetry, Vitals } from './telemetry.tsx';
import s from './side.module.css';

type Props = { session: Session; task: Task | undefined; store: TranscriptStore };

/** The tab a person chose stays chosen from session to session. */
let chosen = 'changes';

export function SidePanel({ session, task, store }: Props) {
  const [tab, setTab] = useState(chosen);
  return (
    <Tabs
      className={s.panel}
      label="About this session"
      selected={tab}
      onSelect={(id) => {
        chosen = id;
        setTab(id);
      }}
      tabs={[
        {
          id: 'changes',
          label: 'Changes',
          content: (
            <>
              <Changes session={session} />
              <Vitals session={session} store={store} />
            </>
          ),
        },
        { id: 'checks', label: 'Checks', content: <SessionChecks changeId={session.changeId} repositoryId={session.repositoryId} /> },
        { id: 'subagents', label: 'Subagents', content: <SubagentTree session={session} /> },
        { id: 'telemetry', label: 'Telemetry', content: <Telemetry session={session} store={store} /> },
        { id: 'details', label: 'Details', content: <Details session={session} task={task} /> },
      ]}
    />
  );
}
