/** How much of the new sessions a host gets, against the others. */
import { useState } from 'react';
import type { HostFacts } from '#shared/domain/connection.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { NumberField } from '../components/number-field.tsx';
import { setWeight } from './acts.ts';

export function WeightDialog({ host, onClose }: { host: HostFacts; onClose: () => void }) {
  const [weight, put] = useState<number | null>(host.weight);
  const [busy, setBusy] = useState(false);
  const savable = weight !== null && weight !== host.weight && !busy;
  const save = async (): Promise<void> => {
    if (weight === null || !savable) return;
    setBusy(true);
    const done = await setWeight(host, weight);
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog
      title={`Weight of ${host.name}`}
      onClose={onClose}
      width="narrow"
      actions={
        <>
          <Button onPress={onClose}>Back</Button>
          <Button look="primary" isDisabled={!savable} onPress={() => void save()}>
            Change weight
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <NumberField
          label="Weight"
          value={host.weight}
          max={1000}
          whole={false}
          autoFocus
          hint="2 gets twice as many new sessions as 1; 0 gets none. Sessions that run stay where they are."
          onChange={(value) => put(value ?? null)}
        />
        <button type="submit" hidden aria-label="Change weight" />
      </form>
    </Dialog>
  );
}
