/** Where a number comes from: formula, inputs with their values, source, window, minimum, and the newest events behind it. */
import { useMemo } from 'react';
import type { CatalogueEntry } from '#shared/domain/metric.ts';
import type { Query } from '#shared/domain/query.ts';
import { formatCount, plural } from '#shared/lib/format.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorState, Skeleton } from '../../components/feedback.tsx';
import { Facts } from '../../components/panel.tsx';
import { Origins } from '../drill/origins.tsx';
import { useLiveAnswers } from '../live/use-answers.ts';
import { filterText, type Metrics } from '../model/asked.ts';
import { rangeText } from '../model/ranges.ts';
import { aggregateNames, aggregatesOf, printValue } from '#shared/lib/units.ts';
import { useNames } from '../live/catalogue.ts';
import s from './origin-dialog.module.css';

/** How a measured metric is taken when nothing else is asked. */
function takenAs(query: Query, entry: CatalogueEntry | undefined): string {
  const aggregate = query.aggregate ?? (entry && aggregatesOf(entry)[0]);
  return aggregate ? aggregateNames[aggregate].toLowerCase() : 'value';
}

type OriginProps = { query: Query; title: string; metrics: Metrics; onOpen: () => void; onClose: () => void };

export function OriginDialog({ query, title, metrics, onOpen, onClose }: OriginProps) {
  const names = useNames();
  const entry = metrics.get(query.metric);
  const asked = useMemo((): Query[] => {
    const total = { ...query, points: 0, by: [] };
    const inputs = (entry?.inputs ?? []).map((metric): Query => ({
      metric,
      where: total.where.filter((one) => metrics.get(metric)?.tags.includes(one.tag) ?? true),
      by: [],
      range: total.range,
      points: 0,
      limit: 1,
    }));
    return [total, ...inputs];
  }, [query, entry, metrics]);
  const [own, ...inputs] = useLiveAnswers(asked, false);
  const answered = own?.answered;
  const total = answered?.ok ? answered.answer.total : null;
  const unit = answered?.ok ? answered.answer.unit : (entry?.unit ?? 'count');
  return (
    <Dialog
      title={`${title}, where this comes from`}
      onClose={onClose}
      width="wide"
      actions={
        <Button look="primary" onPress={onOpen}>
          Open the series
        </Button>
      }
    >
      <div className={s.origin}>
        {answered?.ok === false ? <ErrorState error={answered.fault} /> : null}
        <Facts
          rows={[
            [
              'Value',
              total === null
                ? ''
                : total.value === null
                  ? `not enough data: ${formatCount(total.n)} of ${Math.max(1, total.minimum)}`
                  : printValue(unit, total.value),
            ],
            ['Counted', `n = ${formatCount(total?.n ?? 0)}, ${rangeText(query.range)}`],
            ['Minimum', entry === undefined || entry.minimum === 0 ? 'none' : plural(entry.minimum, 'value')],
            ...(query.where.length > 0 ? [['Only where', query.where.map((one) => filterText(one, names)).join(', ')] as const] : []),
            ['Formula', <code key="formula">{entry?.formula ?? `${takenAs(query, entry)} of ${query.metric}`}</code>],
            ['Source', entry?.source ?? 'not in the catalogue'],
          ]}
        />
        {entry && entry.inputs.length > 0 && (
          <table className={s.table}>
            <caption className="visually-hidden">What goes into it</caption>
            <thead>
              <tr>
                <th scope="col">Input</th>
                <th scope="col">Value</th>
                <th scope="col">n</th>
              </tr>
            </thead>
            <tbody>
              {entry.inputs.map((metric, i) => {
                const one = inputs[i]?.answered;
                const figure = one?.ok ? one.answer.total : null;
                return (
                  <tr key={metric}>
                    <th scope="row">
                      {metrics.get(metric)?.title ?? metric} <code>{metric}</code>
                    </th>
                    <td>{figure === null || figure.value === null ? '–' : printValue(one?.ok ? one.answer.unit : 'count', figure.value)}</td>
                    <td>{formatCount(figure?.n ?? 0)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
        <h3 className={s.heading}>Events behind it, newest first</h3>
        {answered === undefined ? (
          <Skeleton rows={4} />
        ) : (
          <Origins metric={query.metric} where={query.where} range={query.range} catalogue={metrics} height={220} />
        )}
      </div>
    </Dialog>
  );
}
