/** A schedule: when, how far back, which parts, which files. */
import { useState } from 'react';
import type { ReportFormat, ReportSection } from '#shared/domain/report.ts';
import { systemZone } from '#shared/lib/zone.ts';
import { Button } from '../components/button.tsx';
import { Checkbox } from '../components/choice.tsx';
import { DialogKey } from '../components/dialog-key.tsx';
import { Dialog } from '../components/dialog.tsx';
import { NumberField } from '../components/number-field.tsx';
import { Select } from '../components/select.tsx';
import { TextField } from '../components/text-field.tsx';
import { client } from '../lib/client.ts';
import { attempt, say } from '../lib/toasts.ts';
import { Choices } from './choices.tsx';
import { cronText, formats, looksLikeCron, sections, times, type Schedule } from './model.ts';
import s from './reports.module.css';

const OWN = 'own';

export function ScheduleDialog({ schedule, onClose, onSaved }: { schedule: Schedule | null; onClose: () => void; onSaved: () => void }) {
  const [title, setTitle] = useState(schedule?.title ?? 'Week of the team');
  const [cron, setCron] = useState(schedule?.cron ?? '0 8 * * 1');
  const [own, setOwn] = useState(schedule !== null && !times.some((one) => one.id === schedule.cron));
  const [days, setDays] = useState<number | null | undefined>(schedule?.days ?? 7);
  const [parts, setParts] = useState<readonly ReportSection[]>(schedule?.sections ?? sections.map((one) => one.id));
  const [files, setFiles] = useState<readonly ReportFormat[]>(schedule?.formats ?? ['html', 'pdf']);
  const [enabled, setEnabled] = useState(schedule?.enabled ?? true);
  const [busy, setBusy] = useState(false);
  const good = looksLikeCron(cron);
  const ready = title.trim() !== '' && good && typeof days === 'number' && parts.length > 0 && files.length > 0 && !busy;
  const save = async (): Promise<void> => {
    if (!ready || typeof days !== 'number') return;
    setBusy(true);
    const saved = await attempt(() =>
      client.reports.saveSchedule({
        title: title.trim(),
        cron: cron.trim(),
        days,
        sections: [...parts],
        formats: [...files],
        enabled,
        zone: schedule?.zone ?? systemZone(),
        ...(schedule ? { id: schedule.id } : {}),
      }),
    );
    setBusy(false);
    if (!saved) return;
    say(`Saved the schedule "${saved.title}".`);
    onSaved();
  };
  return (
    <Dialog
      title={schedule ? `Change "${schedule.title}"` : 'Add a schedule'}
      dismissable={!busy}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" keys="Mod+Enter" isDisabled={!ready} onPress={() => void save()}>
            Save schedule
          </Button>
        </>
      }
    >
      <DialogKey scope="Schedule" label="Save the schedule" run={() => void save()} enabled={ready} />
      <div className={s.form}>
        <TextField label="Title" value={title} onChange={setTitle} autoFocus />
        <div className={s.line}>
          <Select
            label="When"
            className={s.half}
            options={[...times, { id: OWN, label: 'Another time' }]}
            value={own ? OWN : cron}
            onChange={(id) => {
              setOwn(id === OWN);
              if (id !== OWN) setCron(id);
            }}
          />
          <NumberField label="Goes back" after="days" className={s.half} min={1} max={366} value={days ?? null} onChange={setDays} />
        </div>
        {own && (
          <TextField
            label="Time, as cron"
            mono
            value={cron}
            onChange={setCron}
            hint={good ? cronText(cron) : 'Minute, hour, day of the month, month, day of the week; local time.'}
            {...(good ? {} : { error: 'Five fields: minute, hour, day of the month, month, day of the week.' })}
          />
        )}
        <Choices label="Sections" options={sections} chosen={parts} onChange={setParts} />
        <Choices label="Files" options={formats} chosen={files} onChange={setFiles} />
        <Checkbox checked={enabled} onChange={setEnabled}>
          Switched on
        </Checkbox>
      </div>
    </Dialog>
  );
}
