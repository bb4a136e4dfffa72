/** Adds an agent host by address and token. "Test" dials it and says what is there, or what is wrong, before anything is kept. */
import { useState } from 'react';
import type { Fault } from '#shared/lib/fault.ts';
import { Button } from '../components/button.tsx';
import { DialogKey } from '../components/dialog-key.tsx';
import { Dialog } from '../components/dialog.tsx';
import { FaultText } from '../components/feedback.tsx';
import { NumberField } from '../components/number-field.tsx';
import { Facts } from '../components/panel.tsx';
import { TextField } from '../components/text-field.tsx';
import { client } from '../lib/client.ts';
import { faultFrom } from '../lib/faults.ts';
import { go, to } from '../lib/router.ts';
import { say } from '../lib/toasts.ts';
import { emptyDraft, faultsOf, isBare, isReady, isSecure, sent, TOKEN_LENGTH, type HostDraft } from './host-form.ts';
import { TlsFields } from './tls-fields.tsx';
import { formatMs, transportWords } from './words.ts';
import s from './host-form.module.css';

type Found = Awaited<ReturnType<typeof client.connections.test>>;
type Answer = { readonly found: Found } | { readonly fault: Fault } | null;

export function AddHost({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState<HostDraft>(emptyDraft);
  const [busy, setBusy] = useState<'test' | 'add' | null>(null);
  const [answer, setAnswer] = useState<Answer>(null);
  const ready = isReady(draft);
  const set = (part: Partial<HostDraft>): void => {
    setDraft({ ...draft, ...part });
    setAnswer(null);
  };
  const test = async (): Promise<void> => {
    if (!ready || busy) return;
    setBusy('test');
    const { url, token, tls } = sent(draft);
    try {
      const found = await client.connections.test({ url, token, tls });
      setAnswer({ found });
    } catch (error) {
      setAnswer({ fault: faultFrom(error) });
    }
    setBusy(null);
  };
  const add = async (): Promise<void> => {
    if (!ready || busy) return;
    setBusy('add');
    try {
      const host = await client.connections.add(sent(draft));
      say(`Added ${host.name}.`, () => client.connections.remove({ id: host.id }));
      go(to.host(host.id), { replace: true });
      onClose();
    } catch (error) {
      setAnswer({ fault: faultFrom(error) });
      setBusy(null);
    }
  };
  return (
    <Dialog
      title="Add agent host"
      onClose={onClose}
      dismissable={draft === emptyDraft}
      actions={
        <>
          <Button onPress={onClose}>Back</Button>
          <Button keys="Mod+Enter" isDisabled={!ready || busy !== null} onPress={() => void test()}>
            {busy === 'test' ? 'Testing' : 'Test'}
          </Button>
          <Button look="primary" isDisabled={!ready || busy !== null} onPress={() => void add()}>
            Add host
          </Button>
        </>
      }
    >
      <DialogKey scope="Add host" label="Test address and token" run={() => void test()} enabled={ready && busy === null} />
      <form
        className={s.form}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <AddressAndToken draft={draft} set={set} />
        <div className={s.pair}>
          <TextField label="Name" value={draft.name} onChange={(name) => set({ name })} placeholder="The address" />
          <NumberField
            label="Weight"
            value={1}
            max={1000}
            whole={false}
            hint="2 gets twice as many new sessions as 1."
            onChange={(weight) => set({ weight: weight ?? null })}
          />
        </div>
        {isSecure(draft.url) && <TlsFields tls={draft.tls} error={faultsOf(draft).tls} onChange={(tls) => set({ tls })} />}
        <button type="submit" hidden aria-label="Add host" />
      </form>
      <div className={s.answer} role="status">
        {busy === 'test' && <p className={s.dim}>Dialling {draft.url.trim()}</p>}
        {answer && ('found' in answer ? <FoundFacts found={answer.found} /> : <FaultText fault={answer.fault} />)}
      </div>
    </Dialog>
  );
}

/** Inside the dialog, so that the key belongs to its layer. */
function AddressAndToken({ draft, set }: { draft: HostDraft; set: (part: Partial<HostDraft>) => void }) {
  const faults = faultsOf(draft);
  return (
    <>
      <TextField
        label="Address"
        value={draft.url}
        onChange={(url) => set({ url })}
        placeholder="wss://build-1.internal:4700"
        mono
        autoFocus
        hint={
          isBare(draft.url)
            ? 'Without TLS everybody on the way can read prompts, code and the token. Use wss:// outside a private network.'
            : 'As given to acc host --listen; wss:// with TLS, ws:// without.'
        }
        error={faults.url}
      />
      <TextField
        label="Token"
        value={draft.token}
        onChange={(token) => set({ token })}
        secret
        hint={`A line of the host's token file, at least ${TOKEN_LENGTH} characters. Kept in a file only you can read.`}
        error={faults.token}
      />
    </>
  );
}

function FoundFacts({ found }: { found: Found }) {
  return (
    <>
      <p className={s.ok}>The host answers and takes this token.</p>
      <Facts
        rows={[
          ['Calls itself', found.name],
          ['Version', found.version],
          ['Transport', found.transport === 'http' ? 'HTTP: WebSocket does not get through' : transportWords.websocket],
          ['Time to connect', formatMs(found.dialMs)],
        ]}
      />
    </>
  );
}
