/** The note that goes back to the agent when changes are asked for. */
import { useState } from 'react';
import type { Change } from '#shared/domain/change.ts';
import { Button } from '../components/button.tsx';
import { DialogKey } from '../components/dialog-key.tsx';
import { Dialog } from '../components/dialog.tsx';
import { TextField } from '../components/text-field.tsx';

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
      <DialogKey scope="Ask for changes" label="Ask for changes" run={ask} />
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
