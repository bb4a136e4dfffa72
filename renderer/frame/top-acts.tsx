/** The two acts every screen offers: find or run anything, and a new task. */
import { Search } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Button } from '../components/button.tsx';
import { KeyHint } from '../components/key-hint.tsx';
import { useMayAct } from '../lib/client.ts';
import { openDialog } from './dialogs.ts';
import s from './top-acts.module.css';

export function FindButton() {
  return (
    <AriaButton className={s.find ?? ''} onPress={() => openDialog({ kind: 'palette' })}>
      <Search aria-hidden="true" />
      <span className={s.text}>Find or run anything</span>
      <KeyHint keys="Mod+k" />
    </AriaButton>
  );
}

export function NewTaskButton() {
  return !useMayAct() ? null : (
    <Button look="primary" keys="c" onPress={() => openDialog({ kind: 'new-task' })}>
      New task
    </Button>
  );
}
