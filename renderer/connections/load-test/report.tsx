/** One load test: how far it is, its lines over time, its goals, and what was measured in all. */
import { lazy, Suspense, useState } from 'react';
import type { Kpi, LoadReport } from '#shared/domain/load-test.ts';
import { formatCount, formatDuration, formatExact } from '#shared/lib/format.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/feedback.tsx';
import { Facts, Panel } from '../../components/panel.tsx';
import { Badge, StatusDot } from '../../components/status.tsx';
import { useNow } from '../../lib/clock.ts';
import { loadCode } from '../../lib/load-code.ts';
import { usePool } from '../pool-view.ts';
import { formatMs, quantile } from '../words.ts';
import { goalsText, goalText, kpiValue, optionsText, reportWord } from './report-text.ts';
import s from './load-test.module.css';

const Charts = lazy(() => loadCode(async () => ({ default: (await import('./charts.tsx')).Charts })));

type Props = { report: LoadReport; stopping: boolean; /** Absent for who may not act. */ onCancel: (() => void) | undefined };

export function Report({ report, stopping, onCancel }: Props) {
  const [asTable, setAsTable] = useState(false);
  const hostName = usePool((pool) => pool.view?.hosts.find((one) => one.id === report.options.host)?.name);
  const { word, tone } = reportWord(report);
  const running = report.status === 'running';
  return (
    <>
      <header className={s.head}>
        <h2>{optionsText(report)}</h2>
        <Badge tone={tone}>{word}</Badge>
        <span className={s.dim}>
          {report.options.host === 'own' ? 'on a host of its own' : `on ${hostName ?? report.options.host}`}, {formatExact(report.startedAt)}
        </span>
        {running && onCancel && (
          <span className={s.end}>
            <Button look="danger" keys="s" isDisabled={stopping} onPress={onCancel}>
              Cancel load test
            </Button>
          </span>
        )}
      </header>
      {running && <Progress report={report} />}
      {report.detail !== '' && <p className={s.detail}>{report.detail}</p>}
      <Panel
        title="Second by second"
        note={report.points.length > 0 ? `n = ${report.points.length} seconds` : undefined}
        actions={
          report.points.length > 0 && (
            <Button look="quiet" size="small" onPress={() => setAsTable(!asTable)}>
              {asTable ? 'Show as chart' : 'Show as table'}
            </Button>
          )
        }
      >
        {report.points.length === 0 ? (
          <EmptyState>{running ? 'The clients are dialling.' : 'Nothing was measured.'}</EmptyState>
        ) : asTable ? (
          <Points report={report} />
        ) : (
          <Suspense fallback={<div className={s.waiting} />}>
            <Charts points={report.points} seconds={report.options.seconds} />
          </Suspense>
        )}
      </Panel>
      {report.kpis.length > 0 && (
        <Panel title="Goals" note={goalsText(report)}>
          <Goals kpis={report.kpis} />
        </Panel>
      )}
      {!running && (
        <Panel title="Measured" flush={false}>
          <Facts
            rows={[
              ...(
                [
                  ['Time to connect', report.dial],
                  ['Answers', report.call],
                  ['Events on the way', report.eventLatency],
                ] as const
              ).map(
                ([name, of]) =>
                  [name, `p50 ${quantile(of, 'p50')}, p95 ${quantile(of, 'p95')}, p99 ${quantile(of, 'p99')}, n = ${formatCount(of?.n ?? 0)}`] as const,
              ),
              ['Events lost', formatCount(report.lost)],
              ['Events twice', formatCount(report.doubled)],
            ]}
          />
        </Panel>
      )}
    </>
  );
}

function Progress({ report }: { report: LoadReport }) {
  const now = useNow();
  const percent = Math.floor(report.progress * 100);
  return (
    <div className={s.progress}>
      <div className={s.track} role="progressbar" aria-label="Load test" aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
        <span className={s.fill} style={{ width: `${percent}%` }} />
      </div>
      <span className={s.dim}>
        {percent} %, {formatDuration(now - report.startedAt)}
      </span>
    </div>
  );
}

export function Goals({ kpis }: { kpis: readonly Kpi[] }) {
  return (
    <table className={s.table}>
      <caption className="visually-hidden">Goals of the load test</caption>
      <thead>
        <tr>
          <th scope="col">Goal</th>
          <th scope="col">Measured</th>
          <th scope="col">Wanted</th>
          <th scope="col">n</th>
          <th scope="col">Holds</th>
        </tr>
      </thead>
      <tbody>
        {kpis.map((kpi) => (
          <tr key={kpi.name}>
            <td>{kpi.name}</td>
            <td>{kpiValue(kpi.value, kpi.unit)}</td>
            <td>{goalText(kpi)}</td>
            <td>{formatCount(kpi.n)}</td>
            <td>
              <StatusDot tone={kpi.holds ? 'ok' : 'bad'} word={kpi.holds ? 'holds' : 'fails'} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Points({ report }: { report: LoadReport }) {
  return (
    <div className={s.scroll} tabIndex={0} role="region" aria-label="Second by second as a table">
      <table className={s.table}>
        <thead>
          <tr>
            <th scope="col">Second</th>
            <th scope="col">Ready</th>
            <th scope="col">Events/s</th>
            <th scope="col">Commands/s</th>
            <th scope="col">Latency p95</th>
            <th scope="col">Failures</th>
            <th scope="col">Loop delay p99</th>
          </tr>
        </thead>
        <tbody>
          {report.points.toReversed().map((point) => (
            <tr key={point.second}>
              <td>{point.second}</td>
              <td>{formatCount(point.ready)}</td>
              <td>{formatCount(Math.round(point.eventsPerSecond))}</td>
              <td>{formatCount(Math.round(point.callsPerSecond))}</td>
              <td>{point.latencyP95Ms === null ? '–' : formatMs(point.latencyP95Ms)}</td>
              <td>{formatCount(point.failures)}</td>
              <td>{point.loopDelayP99Ms === null ? '–' : formatMs(point.loopDelayP99Ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
