/** The dialogs of the room, one at a time. */
import type { HostFacts } from '#shared/domain/connection.ts';
import { AddHost } from './add-host.tsx';
import { ChangeHost } from './change-host.tsx';
import { RemoveHost } from './remove-host.tsx';
import { WeightDialog } from './weight-dialog.tsx';

export type HostDialog = { readonly kind: 'add' } | { readonly kind: 'weight' | 'change' | 'remove'; readonly host: HostFacts };

export function HostDialogs({ dialog, onClose }: { dialog: HostDialog; onClose: () => void }) {
  switch (dialog.kind) {
    case 'add':
      return <AddHost onClose={onClose} />;
    case 'weight':
      return <WeightDialog host={dialog.host} onClose={onClose} />;
    case 'change':
      return <ChangeHost host={dialog.host} onClose={onClose} />;
    case 'remove':
      return <RemoveHost host={dialog.host} onClose={onClose} />;
  }
}
