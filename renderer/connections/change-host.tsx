/** Changes what is known of a host: name, token, certificates, bounds of its connections. A new token is told without a reconnect. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AgentHost, HostFacts, PoolLimits } from '#shared/domain/connection.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { ErrorState, FaultText, Skeleton } from '../components/feedback.tsx';
import { TextField } from '../components/text-field.tsx';
import { client } from '../lib/client.ts';
import { say } from '../lib/toasts.ts';
import { useAct } from '../lib/use-act.ts';
import { draftOf, faultsOf, isReady, isSecure, sent, type HostDraft } from './host-form.ts';
import { LimitFields, limitsFault } from './limit-fields.tsx';
import { TlsFields } from './tls-fields.tsx';
import s from './host-form.module.css';

export function ChangeHost({ host, onClose }: { host: HostFacts; onClose: () => void }) {
  const asked = useQuery({ queryKey: ['hosts', 'list'], queryFn: ({ signal }) => client.connections.list({}, { signal }), staleTime: 0, gcTime: 0 });
  const known = asked.data?.hosts.find((one) => one.id === host.id);
  if (known) return <Form host={known} onClose={onClose} />;
  return (
    <Dialog title={`Modify ${host.name}`} onClose={onClose}>
      {asked.error ? <ErrorState error={asked.error} onRetry={() => void asked.refetch()} /> : <Skeleton rows={6} />}
    </Dialog>
  );
}

function Form({ host, onClose }: { host: AgentHost; onClose: () => void }) {
  const local = host.id === LOCAL_HOST;
  const [draft, setDraft] = useState<HostDraft>(() => draftOf(host));
  const [limits, setLimits] = useState<PoolLimits | null>(host.limits);
  const { busy, fault, run } = useAct();
  const faults = faultsOf(draft);
  const limitFault = limits && limitsFault(limits);
  const named = draft.name.trim() !== '';
  const savable = named && limits !== null && limitFault === null && (local || isReady(draft, true)) && !busy;
  const set = (part: Partial<HostDraft>): void => setDraft({ ...draft, ...part });
  const save = async (): Promise<void> => {
    if (!savable || limits === null) return;
    const { name, token, tls } = sent(draft);
    await run(async () => {
      await client.connections.save({ id: host.id, name, limits, ...(local ? {} : { tls }), ...(token === '' ? {} : { token }) });
      say(
        `Saved ${name}.${token === '' ? '' : ' The new token is used from now on.'}`,
        token === '' ? () => client.connections.save({ id: host.id, name: host.name, limits: host.limits, ...(local ? {} : { tls: host.tls }) }) : undefined,
      );
      onClose();
    });
  };
  return (
    <Dialog
      title={`Modify ${host.name}`}
      onClose={onClose}
      dismissable={false}
      actions={
        <>
          <Button onPress={onClose}>Back</Button>
          <Button look="primary" isDisabled={!savable} onPress={() => void save()}>
            Save host
          </Button>
        </>
      }
    >
      <form
        className={s.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField label="Name" value={draft.name} onChange={(name) => set({ name })} autoFocus error={named ? undefined : 'A name is needed.'} />
        {!local && (
          <TextField
            label="New token"
            value={draft.token}
            onChange={(token) => set({ token })}
            secret
            placeholder="Keep the one it has"
            hint={`Of ${host.url}. Told on the connections there are, nothing is interrupted. Another address is another host: add it.`}
            error={faults.token}
          />
        )}
        {!local && isSecure(host.url) && <TlsFields tls={draft.tls} error={faults.tls} onChange={(tls) => set({ tls })} />}
        <LimitFields limits={host.limits} onChange={setLimits} fault={limitFault} />
        <button type="submit" hidden aria-label="Save host" />
      </form>
      <div className={s.answer} role="status">
        {fault && <FaultText fault={fault} />}
      </div>
    </Dialog>
  );
}
