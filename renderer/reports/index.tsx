/** Reports: made now for a period, or on a schedule; each in files that need nothing else. The week of the team is one press. */
import { CalendarClock, FileText, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../components/button.tsx';
import { ErrorState, Skeleton } from '../components/feedback.tsx';
import { Screen } from '../frame/screen.tsx';
import { client, useMayAct } from '../lib/client.ts';
import { coreNow } from '../lib/clock.ts';
import { useKeys } from '../lib/keys.ts';
import { attempt, say } from '../lib/toasts.ts';
import { Made } from './made.tsx';
import { MakeDialog } from './make-dialog.tsx';
import { weekOfTeam, type Schedule } from './model.ts';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { Schedules } from './schedules.tsx';
import { useReports } from './use-reports.ts';
import s from './reports.module.css';

type Asking = { readonly what: 'make' } | { readonly what: 'schedule'; readonly schedule: Schedule | null };

export default function ReportsView() {
  const { data, error, refresh } = useReports();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [busy, setBusy] = useState(false);
  const mayAct = useMayAct();
  const week = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    const made = await attempt(() => client.reports.make(weekOfTeam(coreNow())));
    setBusy(false);
    if (!made) return;
    refresh();
    say(`Made "${made.title}".`);
  };
  useKeys('Reports', [
    { keys: 'n', label: 'Make a report', run: () => setAsking({ what: 'make' }), enabled: mayAct },
    { keys: 'w', label: "Make the team's weekly report", run: () => void week(), enabled: mayAct && !busy },
    { keys: 's', label: 'Add a schedule', run: () => setAsking({ what: 'schedule', schedule: null }), enabled: mayAct },
  ]);
  return (
    <Screen
      crumbs={[{ label: 'Reports' }]}
      actions={
        mayAct ? (
          <>
            <Button icon={<CalendarClock />} keys="s" onPress={() => setAsking({ what: 'schedule', schedule: null })}>
              Add schedule
            </Button>
            <Button icon={<FileText />} keys="w" isDisabled={busy} onPress={() => void week()}>
              {busy ? 'Making…' : 'Weekly team report'}
            </Button>
            <Button look="primary" icon={<Plus />} keys="n" onPress={() => setAsking({ what: 'make' })}>
              Make report
            </Button>
          </>
        ) : (
          <span className={s.dim}>You look as a viewer; an operator makes reports.</span>
        )
      }
    >
      {error !== null ? (
        <ErrorState error={error} onRetry={refresh} />
      ) : !data ? (
        <Skeleton rows={8} />
      ) : (
        <div className={s.columns}>
          <Made reports={data.reports} mayAct={mayAct} onChanged={refresh} onMake={() => setAsking({ what: 'make' })} />
          <Schedules schedules={data.schedules} mayAct={mayAct} onEdit={(schedule) => setAsking({ what: 'schedule', schedule })} onChanged={refresh} />
        </div>
      )}
      {asking?.what === 'make' && (
        <MakeDialog
          onClose={() => setAsking(null)}
          onMade={() => {
            setAsking(null);
            refresh();
          }}
        />
      )}
      {asking?.what === 'schedule' && (
        <ScheduleDialog
          schedule={asking.schedule}
          onClose={() => setAsking(null)}
          onSaved={() => {
            setAsking(null);
            refresh();
          }}
        />
      )}
    </Screen>
  );
}
