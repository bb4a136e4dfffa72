/** What comes in, in one line at the foot: series of how many, and what was late, known already or refused. A press shows all of it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { formatBytes, formatCount } from '#shared/lib/format.ts';
import { Dialog } from '../components/dialog.tsx';
import { Facts } from '../components/panel.tsx';
import { StatusDot } from '../components/status.tsx';
import { client } from '../lib/client.ts';
import { faultFrom } from '../lib/faults.ts';
import s from './ingest-line.module.css';

const REFRESH_MS = 5000;
/** From this share of the limit on, a person should know. */
const NEAR = 0.9;

export function IngestLine() {
  const [open, setOpen] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['analytics.ingest'],
    queryFn: ({ signal }) => client.analytics.ingest({}, { signal }),
    refetchInterval: REFRESH_MS,
  });
  if (error) return <footer className={s.line}>{`What comes in cannot be told: ${faultFrom(error).message}`}</footer>;
  if (!data) return <footer className={s.line} />;
  const refused = data.refused.reduce((sum, one) => sum + one.n, 0);
  const full = data.series >= data.seriesLimit * NEAR;
  return (
    <footer className={s.line}>
      <AriaButton className={s.press ?? ''} onPress={() => setOpen(true)}>
        {full && <StatusDot tone="wait" word="near the limit of series" />}
        <span>
          {formatCount(data.series)} of {formatCount(data.seriesLimit)} series
        </span>
        <span>{formatCount(data.accepted)} values taken</span>
        <span>{formatCount(data.late)} late</span>
        <span>{formatCount(data.duplicates)} known already</span>
        <span>{formatCount(refused)} refused</span>
        <span>{formatBytes(data.databaseBytes)}</span>
      </AriaButton>
      {open && (
        <Dialog title="What comes in" onClose={() => setOpen(false)} width="narrow">
          <Facts
            rows={[
              ['Series', `${formatCount(data.series)} of at most ${formatCount(data.seriesLimit)}`],
              ['Values taken since the app started', formatCount(data.accepted)],
              ['Came late', formatCount(data.late)],
              ['Known already', formatCount(data.duplicates)],
              ...data.refused.map(({ reason, n }) => [`Refused: ${reason}`, formatCount(n)] as const),
              ['OTLP requests', formatCount(data.otlp.requests)],
              ['OTLP points', `${formatCount(data.otlp.points)} taken, ${formatCount(data.otlp.rejected)} rejected`],
              ['Database', formatBytes(data.databaseBytes)],
            ]}
          />
        </Dialog>
      )}
    </footer>
  );
}
