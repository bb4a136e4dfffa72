/** Allows an act always, by a rule: one of those offered, or one's own. */
import { useState } from 'react';
import type { Permission } from '#shared/domain/session.ts';
import { Button } from '../components/button.tsx';
import { DialogKey } from '../components/dialog-key.tsx';
import { Dialog } from '../components/dialog.tsx';
import { TextField } from '../components/text-field.tsx';
import { answer } from '../lib/acts.ts';
import { useRepositoryName } from '../lib/live-select.ts';
import s from './inbox.module.css';

export function AlwaysDialog({ permission, onClose }: { permission: Permission; onClose: () => void }) {
  const [rule, setRule] = useState(permission.rules[0] ?? permission.tool);
  const repository = useRepositoryName(permission.repositoryId);
  const allow = (): void => {
    if (rule.trim() === '') return;
    onClose();
    void answer(permission, { kind: 'allow-always', rule: rule.trim() });
  };
  return (
    <Dialog
      title="Always allow by a rule"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Back</Button>
          <Button look="primary" keys="Mod+Enter" isDisabled={rule.trim() === ''} onPress={allow}>
            Allow always
          </Button>
        </>
      }
    >
      <DialogKey scope="Always allow" label="Allow always" run={allow} />
      <div className={s.form}>
        {permission.rules.length > 0 && (
          <div className={s.rules} role="group" aria-label="Rules that allow this, narrowest first">
            {permission.rules.map((offered) => (
              <Button key={offered} size="small" look={offered === rule ? 'primary' : 'plain'} aria-pressed={offered === rule} onPress={() => setRule(offered)}>
                {offered}
              </Button>
            ))}
          </div>
        )}
        <TextField
          label="Rule"
          value={rule}
          onChange={setRule}
          mono
          autoFocus
          hint={`Holds from now on in ${repository === '' ? 'this repository' : repository}, for every session. Settings list the rules and take them back.`}
        />
      </div>
    </Dialog>
  );
}
