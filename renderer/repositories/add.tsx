/** Adds a repository by its path; what is there is shown while the path is written, before anything is registered. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { FaultText, Skeleton } from '../components/feedback.tsx';
import { TextField } from '../components/text-field.tsx';
import { client } from '../lib/client.ts';
import { faultFrom } from '../lib/faults.ts';
import { adopt } from '../lib/live.ts';
import { go, to } from '../lib/router.ts';
import { attempt, say } from '../lib/toasts.ts';
import { FoundFacts } from './found.tsx';
import s from './repositories.module.css';

/** Wait after the last letter before the folder is looked at, milliseconds. */
const REST = 300;

export function AddRepository({ onClose }: { onClose: () => void }) {
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const asked = useRested(path.trim());
  const found = useQuery({ queryKey: ['inspect', asked], queryFn: () => client.repositories.inspect({ path: asked }), enabled: asked !== '', gcTime: 0 });
  const known = asked === path.trim() ? found.data : undefined;
  const add = async (): Promise<void> => {
    if (!known || busy) return;
    setBusy(true);
    const added = await attempt(() => client.repositories.add({ path: asked, ...(name.trim() === '' ? {} : { name: name.trim() }) }));
    setBusy(false);
    if (!added) return;
    adopt({ repositories: [added] });
    say(`Added ${added.name}.`);
    onClose();
    go(to.repository(added.id));
  };
  return (
    <Dialog
      title="Add repository"
      onClose={onClose}
      dismissable={path === ''}
      actions={
        <>
          <Button onPress={onClose}>Back</Button>
          <Button look="primary" isDisabled={!known || busy} onPress={() => void add()}>
            Add repository
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <TextField
          label="Path of the folder"
          value={path}
          onChange={setPath}
          placeholder="/home/me/projects/api"
          mono
          autoFocus
          hint="On the machine the core runs on. Nothing in it is changed."
        />
        <div className={s.found} role="status">
          {asked !== '' && found.isFetching && !known && <Skeleton rows={3} />}
          {found.error && !found.isFetching && <FaultText fault={faultFrom(found.error)} />}
          {known && <FoundFacts facts={known} />}
        </div>
        {known && <TextField label="Name" value={name} onChange={setName} placeholder={known.root.split('/').at(-1) ?? ''} />}
        <button type="submit" hidden aria-label="Add repository" />
      </form>
    </Dialog>
  );
}

/** The value once it has not changed for a moment. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
