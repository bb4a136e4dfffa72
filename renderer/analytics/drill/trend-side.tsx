/** The trend of a series at the side of its chart: direction, season, comparison with before, changes of level, what was unusual. */
import type { Unit } from '#shared/domain/metric.ts';
import type { TrendSummary } from '#shared/domain/trend.ts';
import { formatCount, formatExact } from '#shared/lib/format.ts';
import type { ReactNode } from 'react';
import { ErrorState, Skeleton } from '../../components/feedback.tsx';
import { Facts, Section } from '../../components/panel.tsx';
import { Badge } from '../../components/status.tsx';
import { pointAt } from '../chart/crosshair.ts';
import { printValue } from '#shared/lib/units.ts';
import type { Trend } from './series-view.tsx';
import { changeWords, seasonWords, slopeWords } from './trend-words.ts';
import s from './series.module.css';

type Props = {
  trend: Trend | undefined;
  error: unknown;
  /** Undefined while it is asked for. */
  regression: Trend['regression'] | undefined;
  picker: ReactNode;
  unit: Unit;
  formula: string | null;
};

export function TrendSide({ trend, error, regression, picker, unit, formula }: Props) {
  if (error) return <ErrorState error={error} />;
  if (!trend) return <Skeleton rows={6} />;
  return (
    <>
      <Findings summary={trend.summary} unit={unit} />
      <Section title="Against" actions={picker}>
        <p className={s.sideText}>{regression === undefined ? 'Compares…' : (regression?.sentence ?? 'Not enough data in one of both periods.')}</p>
      </Section>
      {formula !== null && (
        <Section title="Formula">
          <code className={s.formula}>{formula}</code>
        </Section>
      )}
    </>
  );
}

/** What was found in any series, also in one that is not ours. */
export function Findings({ summary, unit }: { summary: TrendSummary; unit: Unit }) {
  const slope = slopeWords(summary, unit);
  const last = summary.forecast.at(-1);
  return (
    <>
      <Section title="Trend">
        {slope ? (
          <>
            <p className={s.direction}>{slope.direction}</p>
            <p className={s.sideText}>{slope.detail}</p>
          </>
        ) : (
          <p className={s.sideText}>Not enough data: {formatCount(summary.n)} values.</p>
        )}
        <Facts
          rows={[
            ...(summary.slope ? [['R²', summary.slope.r2.toFixed(2)] as const] : []),
            ['Season', seasonWords(summary)],
            [
              'Forecast',
              last
                ? `${printValue(unit, last.value)} (${printValue(unit, last.low)} to ${printValue(unit, last.high)}) on ${formatExact(last.at).replace(/, \d\d:.*$/, '')}`
                : 'not enough data',
            ],
            ['n', formatCount(summary.n)],
          ]}
        />
      </Section>
      <Section title="Changes of level" note={String(summary.changePoints.length)}>
        {summary.changePoints.length === 0 ? (
          <p className={s.sideText}>None found.</p>
        ) : (
          <ul className={s.findings}>
            {summary.changePoints.map((one) => (
              <li key={one.at}>
                <button
                  type="button"
                  className={s.finding}
                  onFocus={() => pointAt(one.at)}
                  onPointerEnter={() => pointAt(one.at)}
                  onPointerLeave={() => pointAt(null)}
                >
                  {changeWords(one, unit)}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Unusual" note={String(summary.anomalies.length)}>
        {summary.anomalies.length === 0 ? (
          <p className={s.sideText}>Nothing.</p>
        ) : (
          <ul className={s.findings}>
            {summary.anomalies.toReversed().map((one) => (
              <li key={`${one.from} ${one.to}`}>
                <button
                  type="button"
                  className={s.finding}
                  onFocus={() => pointAt(one.from)}
                  onPointerEnter={() => pointAt(one.from)}
                  onPointerLeave={() => pointAt(null)}
                >
                  <Badge tone={one.score >= 0.9 ? 'bad' : 'wait'}>{one.score.toFixed(2)}</Badge> {one.sentence}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  );
}
