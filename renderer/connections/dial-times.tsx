/** How long connections to a host took to open: a bar a class of times, the same numbers as a table behind it. */
import { useState } from 'react';
import type { HostFacts } from '#shared/domain/connection.ts';
import { formatCount, formatPercent, plural } from '#shared/lib/format.ts';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/feedback.tsx';
import { Panel } from '../components/panel.tsx';
import { binName } from './figures.ts';
import s from './dial-times.module.css';

export function DialTimes({ host }: { host: HostFacts }) {
  const [asTable, setAsTable] = useState(false);
  const bins = host.dialHistogram;
  const total = bins.reduce((sum, bin) => sum + bin.n, 0);
  return (
    <Panel
      title="Time to connect"
      note={total > 0 && `n = ${formatCount(total)} since the app started`}
      actions={
        total > 0 && (
          <Button look="quiet" size="small" onPress={() => setAsTable(!asTable)}>
            {asTable ? 'Show as chart' : 'Show as table'}
          </Button>
        )
      }
    >
      {total === 0 ? (
        <EmptyState>No connection to this host was opened yet.</EmptyState>
      ) : asTable ? (
        <Table bins={bins} total={total} />
      ) : (
        <Bars bins={bins} total={total} />
      )}
    </Panel>
  );
}

type Part = { bins: HostFacts['dialHistogram']; total: number };

function Bars({ bins, total }: Part) {
  const most = Math.max(...bins.map((bin) => bin.n));
  return (
    <figure className={s.bars} aria-label={`How long ${plural(total, 'connection')} took to open; the same numbers are in the table`}>
      {bins.map((bin) => (
        <div key={String(bin.le)} className={s.bin} title={`${binName(bin.le, bins)}: ${plural(bin.n, 'connection')}`}>
          <span className={s.count}>{bin.n > 0 ? formatCount(bin.n) : ''}</span>
          <span className={s.track}>
            <span className={s.bar} style={{ height: `${(bin.n / most) * 100}%` }} />
          </span>
          <span className={s.label}>{bin.le ?? 'more'}</span>
        </div>
      ))}
      <figcaption className={s.unit}>up to, ms</figcaption>
    </figure>
  );
}

function Table({ bins, total }: Part) {
  return (
    <table className={s.table}>
      <caption className="visually-hidden">Connections by the time they took to open</caption>
      <thead>
        <tr>
          <th scope="col">Time to connect</th>
          <th scope="col">Connections</th>
          <th scope="col">Share of {formatCount(total)}</th>
        </tr>
      </thead>
      <tbody>
        {bins.map((bin) => (
          <tr key={String(bin.le)}>
            <td>{binName(bin.le, bins)}</td>
            <td>{formatCount(bin.n)}</td>
            <td>{formatPercent(bin.n / total)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
