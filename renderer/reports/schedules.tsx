/** Schedules with when they run next and how the last run went. */
import { formatExact } from '#shared/lib/format.ts';
import { Time } from '../components/amounts.tsx';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/feedback.tsx';
import { Panel } from '../components/panel.tsx';
import { StatusDot } from '../components/status.tsx';
import { client } from '../lib/client.ts';
import { attempt, say } from '../lib/toasts.ts';
import { cronText, formatLabel, type Schedule } from './model.ts';
import s from './reports.module.css';

type SchedulesProps = { schedules: readonly Schedule[]; mayAct: boolean; onEdit: (schedule: Schedule) => void; onChanged: () => void };

export function Schedules({ schedules, mayAct, onEdit, onChanged }: SchedulesProps) {
  const remove = async (schedule: Schedule): Promise<void> => {
    if (!(await attempt(() => client.reports.removeSchedule({ id: schedule.id })))) return;
    onChanged();
    say(`Removed the schedule "${schedule.title}".`, async () => {
      const { id: _id, nextAt: _nextAt, lastAt: _lastAt, lastFault: _lastFault, ...rest } = schedule;
      await client.reports.saveSchedule(rest);
      onChanged();
    });
  };
  return (
    <Panel title="Schedules" note={schedules.length > 0 ? String(schedules.length) : undefined}>
      {schedules.length === 0 ? (
        <EmptyState>No report is made by itself yet.</EmptyState>
      ) : (
        <ul className={s.schedules}>
          {schedules.map((schedule) => (
            <li key={schedule.id} className={s.schedule}>
              <div className={s.text}>
                <span className={s.name}>{schedule.title}</span>
                <span className={s.dim}>
                  {cronText(schedule.cron)}, the {schedule.days} days before, {schedule.formats.map(formatLabel).join(', ')}
                </span>
                <span className={s.dim}>
                  {schedule.enabled ? (schedule.nextAt === null ? 'does not run again' : `next ${formatExact(schedule.nextAt)}`) : 'switched off'}
                  {schedule.lastAt !== null && (
                    <>
                      , last <Time at={schedule.lastAt} />
                    </>
                  )}
                </span>
                {schedule.lastFault !== null && <StatusDot tone="bad" word={`The last run failed: ${schedule.lastFault}`} />}
              </div>
              {mayAct && (
                <span className={s.acts}>
                  <Button size="small" aria-label={`Change "${schedule.title}"`} onPress={() => onEdit(schedule)}>
                    Change
                  </Button>
                  <Button size="small" look="danger" aria-label={`Remove "${schedule.title}"`} onPress={() => void remove(schedule)}>
                    Remove
                  </Button>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
