/** Denies one request, or skips a question, with a note the agent reads. */
import { useState } from 'react';
import type { Permission } from '#shared/domain/session.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { TextField } from '../components/text-field.tsx';
import { answer } from '../lib/acts.ts';
import { useKeys } from '../lib/keys.ts';

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
      <DenyKeys verb={verb} onDeny={deny} />
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

/** Registered inside the dialog, so that it acts while the dialog is open. */
function DenyKeys({ verb, onDeny }: { verb: string; onDeny: () => void }) {
  useKeys('Deny', [{ keys: 'Mod+Enter', label: verb, run: onDeny, whileTyping: true }]);
  return null;
}
