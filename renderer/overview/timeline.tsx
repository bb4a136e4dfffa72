/** One chart over the day: output and tool calls a minute, with merges and failures marked. The drawing is loaded after the first paint; the table behind it needs no chart. */
import { lazy, Suspense, useState } from 'react';
import { formatAge, formatCount, formatMoney } from '#shared/lib/format.ts';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/feedback.tsx';
import { Panel } from '../components/panel.tsx';
import { printWindow } from './figure-text.ts';
import type { Timeline } from './timeline-data.ts';
import { loadCode } from '../lib/load-code.ts';
import s from './timeline.module.css';

const Chart = lazy(() => loadCode(() => import('./timeline-chart.tsx')));

export function TimelinePanel({ timeline }: { timeline: Timeline | undefined }) {
  const [asTable, setAsTable] = useState(false);
  const spent = timeline?.points.reduce((sum, point) => sum + point.costUsd, 0) ?? 0;
  const some = timeline?.points.some((point) => point.outputTokens > 0 || point.toolCalls > 0 || point.costUsd > 0) ?? false;
  const span = timeline ? timeline.points.length * timeline.bucketMs : 0;
  return (
    <Panel
      title="Throughput and cost"
      note={timeline && span > 0 && `last ${printWindow(span)}, ${formatAge(timeline.bucketMs)} buckets, ${formatMoney(spent)}`}
      actions={
        some && (
          <Button look="quiet" size="small" onPress={() => setAsTable(!asTable)}>
            {asTable ? 'Show as chart' : 'Show as table'}
          </Button>
        )
      }
    >
      <div className={s.body}>
        {timeline === undefined ? null : !some ? (
          <EmptyState>No agent told of tokens, tool calls or money in the last 24 hours.</EmptyState>
        ) : asTable ? (
          <Table timeline={timeline} />
        ) : (
          <Suspense fallback={null}>
            <Chart timeline={timeline} />
          </Suspense>
        )}
      </div>
    </Panel>
  );
}

const clock = (at: number): string => new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

/** Buckets in which something happened, newest first. */
function Table({ timeline }: { timeline: Timeline }) {
  const rows = timeline.points.filter((point) => point.outputTokens > 0 || point.toolCalls > 0 || point.costUsd > 0).toReversed();
  return (
    <div className={s.scroll} tabIndex={0} role="region" aria-label="Throughput and cost as a table">
      <table className={s.table}>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Output tokens</th>
            <th scope="col">Tool calls</th>
            <th scope="col">Cost</th>
            <th scope="col">Marked</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((point) => (
            <tr key={point.at}>
              <td>{clock(point.at)}</td>
              <td>{formatCount(point.outputTokens)}</td>
              <td>{formatCount(point.toolCalls)}</td>
              <td>{formatMoney(point.costUsd)}</td>
              <td>
                {timeline.marks
                  .filter((mark) => mark.at >= point.at && mark.at < point.at + timeline.bucketMs)
                  .map((mark) => mark.label)
                  .join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
