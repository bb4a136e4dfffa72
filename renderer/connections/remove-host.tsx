/** Takes a host off the list; names the sessions that would be lost with it. There is no way back: its token is forgotten. */
import type { HostFacts } from '#shared/domain/connection.ts';
import { plural } from '#shared/lib/format.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { FaultText } from '../components/feedback.tsx';
import { client } from '../lib/client.ts';
import { isLive, useSessions } from '../lib/live-select.ts';
import { go, to } from '../lib/router.ts';
import { say } from '../lib/toasts.ts';
import { useAct } from '../lib/use-act.ts';
import s from './host-form.module.css';

export function RemoveHost({ host, onClose }: { host: HostFacts; onClose: () => void }) {
  const there = useSessions().filter((one) => one.hostId === host.id && isLive(one));
  const { busy, fault, run } = useAct();
  const lost = there.length;
  const remove = (): Promise<void> =>
    run(async () => {
      await client.connections.remove({ id: host.id, force: lost > 0 });
      say(`Removed ${host.name}.`);
      go(to.connections, { replace: true });
      onClose();
    });
  return (
    <Dialog
      title={`Remove ${host.name}`}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Back</Button>
          <Button look="danger" isDisabled={busy} onPress={() => void remove()}>
            {lost > 0 ? `Remove host and lose ${plural(lost, 'session')}` : 'Remove host'}
          </Button>
        </>
      }
    >
      <div className={s.form}>
        {lost > 0 ? (
          <>
            <p>{lost === 1 ? 'This session runs there and would be lost:' : 'These sessions run there and would be lost:'}</p>
            <ul className={s.lost}>
              {there.map((one) => (
                <li key={one.id}>{one.title}</li>
              ))}
            </ul>
            <p className={s.dim}>Drain the host instead, and remove it when they have ended.</p>
          </>
        ) : (
          <p>No session runs there. Worktrees on that machine stay.</p>
        )}
        <p className={s.dim}>Its token is forgotten here; to bring the host back, add it again.</p>
        {fault && <FaultText fault={fault} />}
      </div>
    </Dialog>
  );
}
