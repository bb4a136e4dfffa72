/** Two load tests beside each other: what was tried, and each goal before and after. */
import type { Kpi, LoadReport } from '#shared/domain/load-test.ts';
import { formatExact } from '#shared/lib/format.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/feedback.tsx';
import { Panel } from '../../components/panel.tsx';
import { Badge, StatusDot } from '../../components/status.tsx';
import { compareReports, kpiValue, optionsText, reportWord } from './report-text.ts';
import s from './load-test.module.css';

export function Compare({ before, after, onEnd }: { before: LoadReport; after: LoadReport; onEnd: () => void }) {
  const rows = compareReports(before, after);
  const same = optionsText(before) === optionsText(after) && before.options.host === after.options.host;
  return (
    <>
      <header className={s.head}>
        <h2>Two load tests</h2>
        <span className={s.end}>
          <Button keys="Escape" onPress={onEnd}>
            End comparison
          </Button>
        </span>
      </header>
      {!same && <p className={s.detail}>They did not try the same: a change may come from that.</p>}
      <Panel title="Goals before and after">
        {rows.length === 0 ? (
          <EmptyState>Neither of them came as far as its goals.</EmptyState>
        ) : (
          <div className={s.scrollX} tabIndex={0} role="region" aria-label="Goals as a table">
            <table className={s.table}>
              <thead>
                <tr>
                  <th scope="col">Goal</th>
                  <th scope="col">
                    <Head report={before} />
                  </th>
                  <th scope="col">
                    <Head report={after} />
                  </th>
                  <th scope="col">Change</th>
                  <th scope="col">Wanted</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.name}>
                    <td>{row.name}</td>
                    <td>
                      <Measured kpi={row.before} />
                    </td>
                    <td>
                      <Measured kpi={row.after} />
                    </td>
                    <td className={row.better === null ? s.dim : row.better ? s.better : s.worse}>
                      {row.change === '' ? 'the same' : `${row.change}, ${row.better ? 'better' : 'worse'}`}
                    </td>
                    <td>{row.goal}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </>
  );
}

function Head({ report }: { report: LoadReport }) {
  const { word, tone } = reportWord(report);
  return (
    <span className={s.compared}>
      <span>{formatExact(report.startedAt)}</span>
      <span className={s.dim}>{optionsText(report)}</span>
      <Badge tone={tone}>{word}</Badge>
    </span>
  );
}

function Measured({ kpi }: { kpi: Kpi | null }) {
  if (!kpi) return <span className={s.dim}>no such goal</span>;
  return <StatusDot tone={kpi.holds ? 'ok' : 'bad'} word={`${kpiValue(kpi.value, kpi.unit)}, ${kpi.holds ? 'holds' : 'fails'}`} />;
}
