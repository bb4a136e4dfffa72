/** What a load test tries: clients, seconds, sessions, host. */
import { useState } from 'react';
import type { LoadReport } from '#shared/domain/load-test.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { Button } from '../../components/button.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Select, type Option } from '../../components/select.tsx';
import { client } from '../../lib/client.ts';
import { useKeys } from '../../lib/keys.ts';
import { attempt } from '../../lib/toasts.ts';
import { usePool } from '../pool-view.ts';
import s from './load-test.module.css';

type Draft = { clients: number | null; seconds: number | null; sessions: number | null; host: string };

export function LoadForm({ running, onStarted }: { running: boolean; onStarted: (report: LoadReport) => void }) {
  const hosts = usePool((pool) => pool.view?.hosts);
  const [draft, setDraft] = useState<Draft>({ clients: 1000, seconds: 60, sessions: 1000, host: 'own' });
  const [busy, setBusy] = useState(false);
  const { clients, seconds, sessions, host } = draft;
  const ready = clients !== null && seconds !== null && sessions !== null && !running && !busy;
  const set = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));
  const start = async (): Promise<void> => {
    if (!ready) return;
    setBusy(true);
    const report = await attempt(() => client.connections.startLoadTest({ clients, seconds, sessions, host }));
    setBusy(false);
    if (report) onStarted(report);
  };
  useKeys('Load test', [{ keys: 'Mod+Enter', label: 'Start the load test', run: () => void start(), enabled: ready, whileTyping: true }]);
  const options: Option[] = [
    { id: 'own', label: 'A host of its own', note: 'on this machine, for the test' },
    ...(hosts ?? []).filter((one) => one.id !== LOCAL_HOST).map((one) => ({ id: one.id, label: one.name, note: one.url })),
  ];
  return (
    <form
      className={s.form}
      aria-label="Load test"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <div className={s.numbers}>
        <NumberField label="Clients" value={1000} min={1} max={5000} onChange={(value) => set({ clients: value ?? null })} />
        <NumberField label="Seconds" value={60} min={1} max={3600} onChange={(value) => set({ seconds: value ?? null })} />
        <NumberField label="Sessions" value={1000} min={1} max={10_000} onChange={(value) => set({ sessions: value ?? null })} />
      </div>
      <Select label="Host" options={options} value={host} onChange={(next) => set({ host: next })} />
      <Button type="submit" look="primary" keys="Mod+Enter" isDisabled={!ready}>
        {running ? 'One is running' : 'Start load test'}
      </Button>
    </form>
  );
}
