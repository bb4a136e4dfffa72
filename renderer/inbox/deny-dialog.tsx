/** Denies one request, or skips a question, with a note the agent reads. */
import { useState } from 'react';
import type { Permission } from '#shared/domain/session.ts';
import { Button } from '../components/button.tsx';
import { DialogKey } from '../components/dialog-key.tsx';
import { Dialog } from '../components/dialog.tsx';
import { TextField } from '../components/text-field.tsx';
import { answer } from '../lib/acts.ts';

export function DenyDialog({ permission, onClose }: { permission: Permission; onClose: () => void }) {
  const [note, setNote] = useState('');
  const verb = permission.questions.length > 0 ? 'Skip' : 'Deny';
  const deny = (): void => {
    onClose();
    void answer(permission, { kind: 'deny', note: note.trim() });
  };
  return (
    <Dialog
      title={`${verb}: ${permission.title}`}
      onClose={onClose}
      dismissable={note === ''}
      actions={
        <>
          <Button onPress={onClose}>Back</Button>
          <Button look="danger" keys="Mod+Enter" onPress={deny}>
            {note.trim() === '' ? verb : `${verb} with note`}
          </Button>
        </>
      }
    >
      <DialogKey scope="Deny" label={verb} run={deny} />
      <TextField
        label="Note to the agent"
        value={note}
        onChange={setNote}
        rows={3}
        autoFocus
        hint={`The agent reads it as the reason and goes on. Leave it empty to only ${verb.toLowerCase()}.`}
      />
    </Dialog>
  );
}
