/** The load test: what to try at the left with the reports there are, one report in the middle, or two beside each other. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { LoadReport } from '#shared/domain/load-test.ts';
import { Time } from '../../components/amounts.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../components/feedback.tsx';
import { Cell, List } from '../../components/list.tsx';
import { Badge } from '../../components/status.tsx';
import { useCursor } from '../../components/use-cursor.ts';
import { client, useMayAct } from '../../lib/client.ts';
import { useKeys } from '../../lib/keys.ts';
import { go, to } from '../../lib/router.ts';
import { attempt, say } from '../../lib/toasts.ts';
import { Compare } from './compare.tsx';
import { LoadForm } from './load-form.tsx';
import { Report } from './report.tsx';
import { goalsText, optionsText, reportWord } from './report-text.ts';
import { putReport, useLoadTests } from './use-load-tests.ts';
import s from './load-test.module.css';

const show = (id: string): void => go(to.loadTest(id), { replace: true });
const idOf = (report: LoadReport): string => report.id;

export function LoadTests({ id }: { id: string | undefined }) {
  const queries = useQueryClient();
  const mayAct = useMayAct();
  const { reports, error, again } = useLoadTests();
  const cursor = useCursor((reports ?? []).map(idOf), id ?? null, show);
  const running = reports?.find((one) => one.status === 'running');
  const chosen = reports?.find((one) => one.id === (id ?? cursor.active));
  const picked = (reports ?? []).filter((one) => cursor.selected.has(one.id));
  const [stopping, setStopping] = useState(false);
  const cancel = async (report: LoadReport): Promise<void> => {
    if (stopping) return;
    setStopping(true);
    const ended = await attempt(() => client.connections.cancelLoadTest({ id: report.id }));
    setStopping(false);
    if (!ended) return;
    putReport(queries, ended);
    say('Cancelled the load test; what was measured is kept.');
  };
  useKeys('Load test', [
    { keys: 's', label: 'Cancel the load test', run: () => running && void cancel(running), enabled: mayAct && running !== undefined && !stopping },
    { keys: 'Escape', label: 'End the comparison', run: cursor.clear, enabled: cursor.selected.size > 0, quiet: true },
  ]);
  const [later, earlier] = picked;
  return (
    <div className={s.columns}>
      <div className={s.left}>
        {mayAct ? (
          <LoadForm running={running !== undefined} onStarted={(report) => (putReport(queries, report), show(report.id))} />
        ) : (
          <p className={s.viewer}>You look as a viewer; an operator starts load tests.</p>
        )}
        {reports && reports.length > 0 && (
          <nav aria-label="Load tests">
            <p className={s.heading}>{reports.length === 1 ? '1 report' : `${reports.length} reports`}, X on two of them compares</p>
            <List
              label="Load test reports"
              scope="Load test"
              items={reports}
              idOf={idOf}
              cursor={{ ...cursor, active: chosen?.id ?? null }}
              onOpen={(report) => show(report.id)}
              selectable
              main
              rowClass={s.row}
            >
              {(report) => <ReportRow report={report} />}
            </List>
          </nav>
        )}
      </div>
      <div className={s.middle}>
        {error && !reports ? (
          <ErrorState error={error} onRetry={again} />
        ) : !reports ? (
          <Skeleton rows={6} />
        ) : picked.length > 2 ? (
          <EmptyState>Choose two reports to compare; {picked.length} are chosen. Esc begins again.</EmptyState>
        ) : later && earlier ? (
          <Compare before={earlier} after={later} onEnd={cursor.clear} />
        ) : chosen ? (
          <Report key={chosen.id} report={chosen} stopping={stopping} onCancel={mayAct ? () => void cancel(chosen) : undefined} />
        ) : (
          <EmptyState>
            A load test opens as many clients as you say to one host, sends events over them and answers whether the goals hold: connections that open, time to
            connect, latency, nothing lost, nothing twice. Its report stays here to compare with the next.
          </EmptyState>
        )}
      </div>
    </div>
  );
}

function ReportRow({ report }: { report: LoadReport }) {
  const { word, tone } = reportWord(report);
  return (
    <Cell grow>
      <span className={s.line}>
        <Badge tone={tone}>{word}</Badge>
        <span className={s.dim}>
          <Time at={report.startedAt} />
        </span>
      </span>
      <span className={s.under}>{[optionsText(report), goalsText(report)].filter(Boolean).join(', ')}</span>
    </Cell>
  );
}
