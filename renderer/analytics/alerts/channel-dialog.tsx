/** A channel: its kind and what that kind needs. A secret goes in and never comes back; left empty it stays as it is. */
import { useState } from 'react';
import { AlertChannel } from '#shared/domain/alert.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox } from '../../components/choice.tsx';
import { DialogKey } from '../../components/dialog-key.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { client } from '../../lib/client.ts';
import { attempt, say } from '../../lib/toasts.ts';
import { channelKinds } from './words.ts';
import s from './alerts.module.css';

type Kind = AlertChannel['kind'];
type Form = {
  kind: Kind;
  name: string;
  url: string;
  signed: boolean;
  host: string;
  port: number | null | undefined;
  secure: boolean;
  user: string;
  from: string;
  to: string;
  secret: string;
};

const empty: Form = { kind: 'webhook', name: '', url: '', signed: true, host: '', port: 587, secure: false, user: '', from: '', to: '', secret: '' };

function formOf(channel: AlertChannel | null): Form {
  if (!channel) return empty;
  const { id: _id, ...rest } = channel;
  return { ...empty, ...rest, to: channel.kind === 'email' ? channel.to.join(', ') : '' };
}

/** The channel a form describes; null while something is missing. Of Slack's address only the host is kept in the open. */
function channelOf(form: Form, id: string): AlertChannel | null {
  const base = { id, name: form.name.trim() || channelKinds[form.kind] };
  const slackHost = (): string => (form.secret === '' ? form.host : URL.canParse(form.secret) ? new URL(form.secret).host : '');
  const made: Readonly<Record<Kind, () => unknown>> = {
    'in-app': () => ({ ...base, kind: 'in-app' }),
    os: () => ({ ...base, kind: 'os' }),
    webhook: () => ({ ...base, kind: 'webhook', url: form.url.trim(), signed: form.signed }),
    slack: () => ({ ...base, kind: 'slack', host: slackHost() }),
    email: () => ({
      ...base,
      kind: 'email',
      host: form.host.trim(),
      port: form.port ?? 0,
      secure: form.secure,
      user: form.user.trim(),
      from: form.from.trim(),
      to: form.to
        .split(/[,;\s]+/)
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    }),
  };
  const read = AlertChannel.safeParse(made[form.kind]());
  if (!read.success) return null;
  if (read.data.kind === 'slack' && read.data.host === '') return null;
  return read.data.kind === 'email' && (read.data.host === '' || read.data.from === '') ? null : read.data;
}

export function ChannelDialog({ channel, onClose, onSaved }: { channel: AlertChannel | null; onClose: () => void; onSaved: () => void }) {
  const [form, setForm] = useState(() => formOf(channel));
  const [id] = useState(() => channel?.id ?? `chn_${crypto.getRandomValues(new Uint32Array(2)).join('')}`);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Form>): void => setForm((before) => ({ ...before, ...part }));
  const made = channelOf(form, id);
  const secretMissing = channel === null && form.secret === '' && ((form.kind === 'webhook' && form.signed) || form.kind === 'slack');
  const save = async (): Promise<void> => {
    if (!made || busy || secretMissing) return;
    setBusy(true);
    const saved = await attempt(() => client.analytics.saveChannel({ channel: made, ...(form.secret === '' ? {} : { secret: form.secret }) }));
    setBusy(false);
    if (!saved) return;
    say(`Saved the channel "${saved.name}".`);
    onSaved();
  };
  const kept = channel ? 'Left empty it stays as it is.' : undefined;
  const ready = made !== null && !secretMissing && !busy;
  return (
    <Dialog
      title={channel ? `Change "${channel.name}"` : 'Add a channel'}
      dismissable={false}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" keys="Mod+Enter" isDisabled={!ready} onPress={() => void save()}>
            Save channel
          </Button>
        </>
      }
    >
      <DialogKey scope="Channel" label="Save the channel" run={() => void save()} enabled={ready} />
      <div className={s.form}>
        <Select
          label="Kind"
          options={kindOptions}
          value={form.kind}
          onChange={(kind) => change({ kind, secret: '' })}
          disabled={channel !== null}
          autoFocus={channel === null}
        />
        <TextField label="Name" value={form.name} onChange={(name) => change({ name })} placeholder={channelKinds[form.kind]} />
        {form.kind === 'webhook' && (
          <>
            <TextField label="Address" value={form.url} onChange={(url) => change({ url })} placeholder="https://" mono />
            <Checkbox checked={form.signed} onChange={(signed) => change({ signed })}>
              Sign each message (HMAC-SHA-256)
            </Checkbox>
            {form.signed && <TextField label="Secret" secret value={form.secret} onChange={(secret) => change({ secret })} {...(kept ? { hint: kept } : {})} />}
          </>
        )}
        {form.kind === 'slack' && (
          <TextField
            label="Webhook address"
            secret
            value={form.secret}
            onChange={(secret) => change({ secret })}
            hint={kept ?? 'It lets anybody write to your channel, so it is kept as a secret.'}
          />
        )}
        {form.kind === 'email' && (
          <>
            <div className={s.line}>
              <TextField label="SMTP server" className={s.half} value={form.host} onChange={(host) => change({ host })} mono />
              <NumberField label="Port" className={s.third} min={1} max={65_535} value={form.port ?? null} onChange={(port) => change({ port })} />
            </div>
            <Checkbox checked={form.secure} onChange={(secure) => change({ secure })}>
              TLS from the first byte (usually port 465); otherwise STARTTLS
            </Checkbox>
            <div className={s.line}>
              <TextField label="User" className={s.half} value={form.user} onChange={(user) => change({ user })} />
              <TextField
                label="Password"
                className={s.half}
                secret
                value={form.secret}
                onChange={(secret) => change({ secret })}
                {...(kept ? { hint: kept } : {})}
              />
            </div>
            <TextField label="From" value={form.from} onChange={(from) => change({ from })} />
            <TextField label="To" value={form.to} onChange={(to) => change({ to })} hint="Several with a comma between." />
          </>
        )}
      </div>
    </Dialog>
  );
}

const kindOptions: readonly { id: Kind; label: string }[] = [
  { id: 'in-app', label: channelKinds['in-app'] },
  { id: 'os', label: channelKinds.os },
  { id: 'webhook', label: channelKinds.webhook },
  { id: 'slack', label: channelKinds.slack },
  { id: 'email', label: channelKinds.email },
];
