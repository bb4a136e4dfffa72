/** Where a person writes to the agent. It says when the agent will read it; after the end it resumes the session. */
import { useState, type KeyboardEvent } from 'react';
import type { Session } from '#shared/domain/session.ts';
import { Button } from '../../components/button.tsx';
import { KeyHint } from '../../components/key-hint.tsx';
import { client, useMayAct } from '../../lib/client.ts';
import { isEnded } from '../../lib/live-select.ts';
import { attempt } from '../../lib/toasts.ts';
import { resume } from '../acts.ts';
import s from './composer.module.css';

/** Unsent texts by session: going elsewhere and back loses nothing. */
const drafts = new Map<string, string>();

function words(session: Session): string {
  if (isEnded(session)) return 'Write what comes next; this resumes the session';
  if (session.status === 'queued') return 'It waits for a free slot; you can write when it runs';
  if (session.status === 'waiting') return 'Message the agent; it reads this after your answer above';
  return 'Message the agent; it reads this after the current step';
}

/** Keyed by session, so that each has its own text. */
export function Composer({ session }: { session: Session }) {
  const [text, setText] = useState(() => drafts.get(session.id) ?? '');
  const [busy, setBusy] = useState(false);
  const mayAct = useMayAct();
  const write = (next: string): void => {
    setText(next);
    if (next === '') drafts.delete(session.id);
    else drafts.set(session.id, next);
  };
  const send = async (): Promise<void> => {
    const message = text.trim();
    if (message === '' || busy) return;
    setBusy(true);
    const sent = isEnded(session)
      ? await resume(session, message)
      : (await attempt(() => client.sessions.send({ id: session.id, text: message }))) !== undefined;
    setBusy(false);
    if (sent) write('');
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void send();
    }
    if (event.key === 'Escape') {
      // The first Esc leaves the text, so that the next one is the screen's.
      event.preventDefault();
      event.currentTarget.blur();
    }
  };
  return (
    <div className={s.composer}>
      <textarea
        className={s.text}
        aria-label="Message to the agent"
        placeholder={mayAct ? words(session) : 'You look as a viewer; an operator writes to the agent'}
        value={text}
        rows={1}
        disabled={session.status === 'queued' || !mayAct}
        onChange={(event) => write(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {text.trim() === '' ? (
        <KeyHint keys="Mod+Enter" />
      ) : (
        <Button size="small" look="primary" keys="Mod+Enter" isDisabled={busy} onPress={() => void send()}>
          {isEnded(session) ? 'Resume' : 'Send'}
        </Button>
      )}
    </div>
  );
}
