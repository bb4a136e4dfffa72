/** A report for a period: its days, its parts, its files. */
import { useState } from 'react';
import type { ReportFormat, ReportSection } from '#shared/domain/report.ts';
import { systemZone } from '#shared/lib/zone.ts';
import { Button } from '../components/button.tsx';
import { DialogKey } from '../components/dialog-key.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Select } from '../components/select.tsx';
import { TextField } from '../components/text-field.tsx';
import { client } from '../lib/client.ts';
import { coreNow } from '../lib/clock.ts';
import { useRepositories } from '../lib/live-select.ts';
import { attempt, say } from '../lib/toasts.ts';
import { Choices } from './choices.tsx';
import { daysLater, dayText, formats, midnight, sections } from './model.ts';
import s from './reports.module.css';

const dayField = (at: number): string => {
  const date = new Date(at);
  return [date.getFullYear(), String(date.getMonth() + 1).padStart(2, '0'), String(date.getDate()).padStart(2, '0')].join('-');
};
const dayOf = (text: string): number | null => {
  const at = new Date(`${text}T00:00`).getTime();
  return Number.isFinite(at) ? at : null;
};

const periods = [
  { id: '7', label: 'The last 7 days' },
  { id: '30', label: 'The last 30 days' },
  { id: '90', label: 'The last 90 days' },
  { id: 'custom', label: 'Chosen days' },
] as const;
type Period = (typeof periods)[number]['id'];

export function MakeDialog({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const repositories = useRepositories();
  const [title, setTitle] = useState('');
  const [period, setPeriod] = useState<Period>('7');
  const [from, setFrom] = useState(() => dayField(daysLater(coreNow(), -7)));
  const [to, setTo] = useState(() => dayField(coreNow()));
  const [parts, setParts] = useState<readonly ReportSection[]>(sections.map((one) => one.id));
  const [files, setFiles] = useState<readonly ReportFormat[]>(['html', 'pdf']);
  const [repositoryId, setRepositoryId] = useState('');
  const [busy, setBusy] = useState(false);
  const now = coreNow();
  const start = period === 'custom' ? dayOf(from) : daysLater(midnight(now), -Number(period));
  // The last day is in it; today goes to now.
  const chosenEnd = dayOf(to);
  const end = period === 'custom' ? (chosenEnd === null ? null : Math.min(daysLater(chosenEnd, 1), now)) : now;
  const bad = start === null || end === null ? 'Choose both days.' : end <= start ? 'The last day lies before the first.' : null;
  const ready = bad === null && parts.length > 0 && files.length > 0 && !busy;
  const suggested = start !== null && end !== null ? `Report, ${dayText(start)} to ${dayText(end - 1)}` : 'Report';
  const make = async (): Promise<void> => {
    if (!ready || start === null || end === null) return;
    setBusy(true);
    const spec = {
      title: title.trim() || suggested,
      from: Math.round(start),
      to: Math.round(end),
      sections: [...parts],
      repositoryId: repositoryId || null,
      zone: systemZone(),
    };
    const made = await attempt(() => client.reports.make({ spec, formats: [...files] }));
    setBusy(false);
    if (!made) return;
    say(`Made "${made.title}".`);
    onMade();
  };
  return (
    <Dialog
      title="Make a report"
      dismissable={!busy}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" keys="Mod+Enter" isDisabled={!ready} onPress={() => void make()}>
            {busy ? 'Making…' : 'Make report'}
          </Button>
        </>
      }
    >
      <DialogKey scope="Report" label="Make the report" run={() => void make()} enabled={ready} />
      <div className={s.form}>
        <TextField label="Title" value={title} onChange={setTitle} placeholder={suggested} autoFocus />
        <div className={s.line}>
          <Select label="Period" className={s.half} options={periods} value={period} onChange={setPeriod} />
          <Select
            label="Repository"
            className={s.half}
            options={[{ id: '', label: 'All repositories' }, ...repositories.map(({ id, name }) => ({ id, label: name }))]}
            value={repositoryId}
            onChange={setRepositoryId}
          />
        </div>
        {period === 'custom' && (
          <div className={s.line}>
            <label className={s.day}>
              First day
              <input type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
            </label>
            <label className={s.day}>
              Last day
              <input type="date" value={to} onChange={(event) => setTo(event.target.value)} />
            </label>
          </div>
        )}
        {bad !== null && <p className={s.bad}>{bad}</p>}
        <Choices label="Sections" options={sections} chosen={parts} onChange={setParts} />
        <Choices label="Files" options={formats} chosen={files} onChange={setFiles} />
      </div>
    </Dialog>
  );
}
