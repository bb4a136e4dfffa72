/** New task: what to do, who does it, how far it may go, and where. Starts with Ctrl-Enter; remembers the last choice. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { newId } from '#shared/lib/id.ts';
import { Button } from '../components/button.tsx';
import { DialogKey } from '../components/dialog-key.tsx';
import { Dialog } from '../components/dialog.tsx';
import { EmptyState, FaultText } from '../components/feedback.tsx';
import { closeDialog } from '../frame/dialogs.ts';
import { client } from '../lib/client.ts';
import { useRepositories } from '../lib/live-select.ts';
import { adopt, useLive } from '../lib/live.ts';
import { go, to } from '../lib/router.ts';
import { say } from '../lib/toasts.ts';
import { useAct } from '../lib/use-act.ts';
import { newDraft, readDraft, rememberChoice, type Draft, type DraftErrors } from './draft.ts';
import { AgentFields, LimitFields, PlaceFields, StepFields, WhatFields } from './fields.tsx';
import s from './new-task.module.css';

type Props = { repositoryId?: string; title?: string; text?: string };

export default function NewTaskDialog(props: Props) {
  const repositories = useRepositories();
  const ready = useLive((live) => live.ready);
  const settings = useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => client.system.settings({}, { signal }) });
  if (ready && repositories.length === 0) {
    return (
      <Dialog title="New task" onClose={closeDialog} width="narrow">
        <EmptyState
          action={
            <Button
              look="primary"
              onPress={() => {
                closeDialog();
                go(to.repositories);
              }}
            >
              Add a repository
            </Button>
          }
        >
          A task works in a repository, and none is registered yet.
        </EmptyState>
      </Dialog>
    );
  }
  return (
    <Form
      key={settings.data ? 'settled' : 'waiting'}
      given={props}
      preferred={settings.data?.agents.preferred ?? null}
      acp={settings.data?.agents.acp.map((agent) => agent.name) ?? []}
    />
  );
}

/** The repository of the screen behind the dialog, when it names one. */
function repositoryInSight(ids: readonly string[]): string | undefined {
  const [, room, id] = location.hash.slice(1).split('/');
  if (room === 'repositories' && id !== undefined && ids.includes(id)) return id;
  const live = useLive.getState();
  if (room === 'agents' && id !== undefined) return live.sessions.get(id)?.repositoryId;
  return room === 'review' && id !== undefined ? live.changes.get(id)?.repositoryId : undefined;
}

function Form({ given, preferred, acp }: { given: Props; preferred: Parameters<typeof newDraft>[0]; acp: readonly string[] }) {
  const repositories = useRepositories();
  const ids = useMemo(() => repositories.map((one) => one.id), [repositories]);
  const [draft, setDraft] = useState<Draft>(() => {
    const inSight = given.repositoryId ?? repositoryInSight(ids);
    const first = newDraft(preferred, {
      ...(given.title === undefined ? {} : { title: given.title }),
      ...(given.text === undefined ? {} : { text: given.text }),
      ...(inSight === undefined ? {} : { repositoryId: inSight }),
    });
    return ids.includes(first.repositoryId) ? first : { ...first, repositoryId: ids.length === 1 ? (ids[0] ?? '') : '' };
  });
  const [tried, setTried] = useState(false);
  const { busy, fault, run } = useAct();
  // One key for this dialog: pressing start again after a lost connection cannot make a second task.
  const key = useRef(newId('cmd'));
  const read = readDraft(draft);
  const errors: DraftErrors = tried && 'errors' in read ? read.errors : {};
  const set = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));

  const start = async (): Promise<void> => {
    setTried(true);
    if (!('task' in read) || busy) return;
    await run(async () => {
      const { task, sessionId } = await client.tasks.create({ ...read.task, key: key.current });
      rememberChoice(draft);
      adopt({ tasks: [task] });
      closeDialog();
      say(`Started "${task.title}".`);
      go(to.session(sessionId));
    });
  };

  const shared = { draft, errors, set };
  return (
    <Dialog
      title="New task"
      onClose={closeDialog}
      width="wide"
      dismissable={draft.text === '' && draft.title === ''}
      actions={
        <>
          {tried && 'errors' in read && <span className={s.count}>Some fields need another look.</span>}
          <Button onPress={closeDialog}>Cancel</Button>
          <Button look="primary" keys="Mod+Enter" isDisabled={busy} onPress={() => void start()}>
            Start task
          </Button>
        </>
      }
    >
      <DialogKey scope="New task" label="Start task" run={() => void start()} />
      {fault && (
        <div className={s.fault} role="alert">
          <FaultText fault={fault} />
        </div>
      )}
      <div className={s.columns}>
        <div className={s.what}>
          <WhatFields {...shared} />
          <StepFields {...shared} />
        </div>
        <div className={s.how}>
          <AgentFields {...shared} acp={acp} />
          <LimitFields {...shared} />
          <PlaceFields {...shared} repository={repositories.find((one) => one.id === draft.repositoryId)} />
        </div>
      </div>
    </Dialog>
  );
}
