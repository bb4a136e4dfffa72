/** The app's own metrics to a collector: where to, how often, with which header, a test that says what it answered, how it goes. */
import { useState } from 'react';
import { ExportSettings } from '#shared/domain/settings.ts';
import type { ExportState } from '#shared/contract/analytics.ts';
import type { Fault } from '#shared/lib/fault.ts';
import { Button } from '../components/button.tsx';
import { Checkbox } from '../components/choice.tsx';
import { DialogKey } from '../components/dialog-key.tsx';
import { Dialog } from '../components/dialog.tsx';
import { FaultText } from '../components/feedback.tsx';
import { NumberField } from '../components/number-field.tsx';
import { StatusDot } from '../components/status.tsx';
import { TextField } from '../components/text-field.tsx';
import { client } from '../lib/client.ts';
import { faultFrom } from '../lib/faults.ts';
import { say } from '../lib/toasts.ts';
import { exportText } from './export-words.ts';
import s from './outside.module.css';

type Answer = { readonly ok: boolean; readonly detail: string } | { readonly fault: Fault } | null;

const HEADER = 'authorization';
const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : '');

/** @param onSaved told what is stored */
export function ExportDialog(props: { settings: ExportSettings; state: ExportState; onClose: () => void; onSaved: (settings: ExportSettings) => void }) {
  const { settings, state, onClose, onSaved } = props;
  const kept = settings.headersFile === '' ? (state.headers[0] ?? '') : '';
  const [draft, setDraft] = useState(settings);
  const [seconds, setSeconds] = useState<number | null | undefined>(settings.intervalSeconds);
  const [header, setHeader] = useState(kept);
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState<'test' | 'save' | null>(null);
  const [answer, setAnswer] = useState<Answer>(null);
  const set = (part: Partial<ExportSettings>): void => {
    setDraft({ ...draft, ...part });
    setAnswer(null);
  };
  const read = ExportSettings.safeParse({ ...draft, endpoint: draft.endpoint.trim(), headersFile: draft.headersFile.trim(), intervalSeconds: seconds });
  const wanted = read.success ? read.data : null;
  const isAddress = ExportSettings.shape.endpoint.safeParse(draft.endpoint.trim()).success;
  // A value belongs to the server it was given for, and to its name.
  const isKept = kept !== '' && header === kept && originOf(draft.endpoint) === originOf(settings.endpoint);
  const isMissing = draft.headersFile.trim() === '' && header.trim() !== '' && value === '' && !isKept;
  const headers = value !== '' ? `${header.trim() || HEADER}: ${value}` : isKept ? undefined : '';
  const given = headers === undefined ? {} : { headers };
  const ready = wanted !== null && !isMissing && busy === null && (wanted.endpoint !== '' || !wanted.enabled);
  const run = async (what: 'test' | 'save', act: () => Promise<void>): Promise<void> => {
    setBusy(what);
    setAnswer(null);
    try {
      await act();
    } catch (error) {
      setAnswer({ fault: faultFrom(error) });
    }
    setBusy(null);
  };
  const test = (): void => {
    if (!ready || !wanted || wanted.endpoint === '') return;
    const { endpoint, headersFile } = wanted;
    void run('test', async () => setAnswer(await client.analytics.testExport({ endpoint, headersFile, ...given })));
  };
  const save = (): void => {
    if (!ready || !wanted) return;
    void run('save', async () => {
      onSaved(await client.analytics.saveExport({ settings: wanted, ...given }));
      say(wanted.enabled ? 'The metrics go to the collector from now on.' : 'The metrics go to no collector.');
      onClose();
    });
  };
  return (
    <Dialog
      title="Export to a collector"
      onClose={onClose}
      dismissable={false}
      actions={
        <>
          <Button onPress={onClose}>Back</Button>
          <Button isDisabled={!ready || draft.endpoint.trim() === ''} onPress={test}>
            {busy === 'test' ? 'Testing…' : 'Test'}
          </Button>
          <Button look="primary" keys="Mod+Enter" isDisabled={!ready} onPress={save}>
            Save export
          </Button>
        </>
      }
    >
      <DialogKey scope="Export" label="Save the export" run={save} enabled={ready} />
      <div className={s.parts}>
        <Checkbox checked={draft.enabled} onChange={(enabled) => set({ enabled })}>
          Send the app's own metrics as OTLP over HTTP, in JSON
        </Checkbox>
        <TextField
          label="Address of the collector"
          value={draft.endpoint}
          onChange={(endpoint) => set({ endpoint })}
          placeholder="http://127.0.0.1:4318"
          hint="Its base address: /v1/metrics is put behind it."
          error={isAddress ? undefined : 'An address that begins with http:// or https://, without a name and password in it.'}
          mono
          autoFocus
        />
        <div className={s.pair}>
          <TextField
            label="Header"
            value={header}
            onChange={(next) => (setHeader(next), setAnswer(null))}
            placeholder={HEADER}
            mono
            hint="Empty: none is sent."
          />
          <TextField
            label="Its value"
            value={value}
            onChange={(next) => (setValue(next), setAnswer(null))}
            secret
            placeholder={isKept ? 'Kept' : 'Bearer …'}
            hint={isKept ? 'Left empty it stays as it is.' : 'Kept in a file that only you may read; never shown again.'}
            error={isMissing ? 'The value of the header is missing.' : undefined}
          />
        </div>
        <div className={s.pair}>
          <TextField
            label="Or a file with headers"
            value={draft.headersFile}
            onChange={(headersFile) => set({ headersFile })}
            placeholder="none"
            hint="Lines name: value. The core reads it at each request."
            mono
          />
          <NumberField label="Every" after="s" min={5} max={3600} value={settings.intervalSeconds} onChange={setSeconds} />
        </div>
        <div className={s.answer} role="status">
          {answer === null ? (
            <span className={s.dim}>{exportText(settings, state)}</span>
          ) : 'fault' in answer ? (
            <FaultText fault={answer.fault} />
          ) : (
            <StatusDot tone={answer.ok ? 'ok' : 'bad'} word={`${answer.detail}${answer.ok ? ', to a request without a value in it' : ''}`} />
          )}
        </div>
      </div>
    </Dialog>
  );
}
