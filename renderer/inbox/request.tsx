/** One waiting request as a whole: what it would do, why it asks, who asks, and the four answers. */
import { useState } from 'react';
import { answersText } from '#shared/domain/question.ts';
import type { Permission } from '#shared/domain/session.ts';
import { ActTitle } from '../components/act-title.tsx';
import { Time } from '../components/amounts.tsx';
import { Button } from '../components/button.tsx';
import { QuestionForm } from '../components/question-form.tsx';
import { Badge } from '../components/status.tsx';
import type { Tone } from '../components/tone.ts';
import { answer } from '../lib/acts.ts';
import { useMayAct } from '../lib/client.ts';
import { useKeys } from '../lib/keys.ts';
import { useRepositoryName, useSession } from '../lib/live-select.ts';
import { go, href, to } from '../lib/router.ts';
import { AlwaysDialog } from './always-dialog.tsx';
import { DenyDialog } from './deny-dialog.tsx';
import { readInput } from './input.ts';
import s from './inbox.module.css';

export const outcomeWords: Readonly<Record<Permission['status'], { word: string; tone: Tone }>> = {
  waiting: { word: 'waiting for you', tone: 'wait' },
  allowed: { word: 'allowed', tone: 'ok' },
  denied: { word: 'denied', tone: 'bad' },
  expired: { word: 'withdrawn', tone: 'off' },
};

export function Request({ permission }: { permission: Permission }) {
  const repository = useRepositoryName(permission.repositoryId);
  const session = useSession(permission.sessionId);
  const { command, parts } = readInput(permission.input);
  const mayAct = useMayAct();
  const { word, tone } = outcomeWords[permission.status];
  return (
    <article className={s.request} aria-label={permission.title}>
      <header className={s.requestHead}>
        <h2>
          <ActTitle title={permission.title} />
        </h2>
        <Badge tone={tone}>{word}</Badge>
      </header>
      <p className={s.from}>
        <a href={href(to.session(permission.sessionId))}>{permission.sessionTitle}</a>
        {repository !== '' && `, ${repository}`}
        {session?.branch ? `, ${session.branch}` : ''}, asked <Time at={permission.askedAt} />
      </p>
      {permission.reason !== null && permission.reason !== '' && <p className={s.reason}>{permission.reason}</p>}
      {permission.status !== 'waiting' ? (
        <Outcome permission={permission} />
      ) : !mayAct ? (
        <p className={s.from}>You look as a viewer; an operator answers.</p>
      ) : permission.questions.length > 0 ? (
        <Reply key={permission.id} permission={permission} />
      ) : (
        <Answers key={permission.id} permission={permission} />
      )}
      {permission.questions.length === 0 && command !== null && (
        <pre className={s.input} tabIndex={0} aria-label="Command">
          {command}
        </pre>
      )}
      {(permission.questions.length === 0 ? parts : []).map((part) => (
        <section key={part.name} className={s.part} aria-label={part.name || 'Input'}>
          {part.name !== '' && <h3>{part.name}</h3>}
          <pre className={s.input} tabIndex={0} aria-label={part.name || 'Input'}>
            {part.text}
          </pre>
        </section>
      ))}
    </article>
  );
}

function Answers({ permission }: { permission: Permission }) {
  const [dialog, setDialog] = useState<'deny' | 'always' | null>(null);
  const once = (): void => void answer(permission, { kind: 'allow-once' });
  const session = (): void => void answer(permission, { kind: 'allow-session' });
  useKeys('Inbox', [
    { keys: 'a', label: 'Allow once', run: once },
    { keys: 's', label: 'Allow for this session', run: session },
    { keys: 'w', label: 'Always allow by a rule', run: () => setDialog('always') },
    { keys: 'd', label: 'Deny with a note', run: () => setDialog('deny') },
    { keys: 'o', label: 'Open the session', run: () => go(to.session(permission.sessionId)) },
  ]);
  return (
    <div className={s.answers}>
      <Button look="primary" keys="a" onPress={once}>
        Allow once
      </Button>
      <Button keys="s" onPress={session}>
        Allow for session
      </Button>
      <Button keys="w" onPress={() => setDialog('always')}>
        Always…
      </Button>
      <Button look="danger" keys="d" onPress={() => setDialog('deny')}>
        Deny…
      </Button>
      {dialog === 'deny' && <DenyDialog permission={permission} onClose={() => setDialog(null)} />}
      {dialog === 'always' && <AlwaysDialog permission={permission} onClose={() => setDialog(null)} />}
    </div>
  );
}

/** The agent asks for answers, not for a permission. */
function Reply({ permission }: { permission: Permission }) {
  const [skipping, setSkipping] = useState(false);
  useKeys('Inbox', [{ keys: 'o', label: 'Open the session', run: () => go(to.session(permission.sessionId)) }]);
  return (
    <>
      <QuestionForm
        questions={permission.questions}
        onReply={(answers) => void answer(permission, { kind: 'reply', answers })}
        onSkip={() => setSkipping(true)}
      />
      {skipping && <DenyDialog permission={permission} onClose={() => setSkipping(false)} />}
    </>
  );
}

function Outcome({ permission }: { permission: Permission }) {
  if (permission.answeredAt === null) return <p className={s.from}>The agent withdrew it before it was answered.</p>;
  return (
    <p className={s.from}>
      {permission.answeredBy ?? 'Nobody'} answered <Time at={permission.answeredAt} />
      {permission.questions.length > 0 && <span className={s.note}>{answersText(permission.questions, permission.answers)}</span>}
      {permission.note !== null && permission.note !== '' && <span className={s.note}>“{permission.note}”</span>}
    </p>
  );
}
