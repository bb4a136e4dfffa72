/** The note that goes back to the agent when changes are asked for. */
import { useState } from 'react';
import type { Change } from '#shared/domain/change.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { TextField } from '../components/text-field.tsx';
import { useKeys } from '../lib/keys.ts';

type Props = { change: Change; initial: string; onClose: () => void; onAsk: (note: string) => void };

export function NoteDialog({ change, initial, onClose, onAsk }: Props) {
  const [note, setNote] = useState(initial);
  const ask = (): void => {
    if (note.trim() !== '') onAsk(note.trim());
  };
  return (
    <Dialog
      title={`Ask for changes in "${change.title}"`}
      onClose={onClose}
      dismissable={note === initial}
      actions={
        <>
          <Button onPress={onClose}>Back</Button>
          <Button look="primary" keys="Mod+Enter" isDisabled={note.trim() === ''} onPress={ask}>
            Ask for changes
          </Button>
        </>
      }
    >
      <AskKeys onAsk={ask} />
      <TextField
        label="Note to the agent"
        value={note}
        onChange={setNote}
        rows={5}
        autoFocus
        hint="The same agent session goes on with this note. The change comes back to the queue when it is done."
      />
    </Dialog>
  );
}

/** Registered inside the dialog, so that it acts while the dialog is open. */
function AskKeys({ onAsk }: { onAsk: () => void }) {
  useKeys('Ask for changes', [{ keys: 'Mod+Enter', label: 'Ask for changes', run: onAsk, whileTyping: true }]);
  return null;
}
