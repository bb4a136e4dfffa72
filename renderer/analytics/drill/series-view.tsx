/** One series close up: its course with trend, season, forecast, changes of level and what was unusual; below it the events behind it. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Query, Range } from '#shared/domain/query.ts';
import { formatCount } from '#shared/lib/format.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../components/feedback.tsx';
import { Panel } from '../../components/panel.tsx';
import { Select } from '../../components/select.tsx';
import { client } from '../../lib/client.ts';
import { useKeys } from '../../lib/keys.ts';
import { go, to } from '../../lib/router.ts';
import { Chart } from '../chart/chart.tsx';
import { TimeTable } from '../chart/tables.tsx';
import { RangePicker } from '../dashboard/toolbar.tsx';
import { useNames } from '../live/catalogue.ts';
import { daysText, inOwnZone } from '../live/own-zone.ts';
import { useLiveAnswers } from '../live/use-answers.ts';
import { filterText, queryTitle, tagName, type Metrics } from '../model/asked.ts';
import { linesOf, tagsName } from '../model/lines.ts';
import { rangeText, spanText } from '../model/ranges.ts';
import { printValue } from '#shared/lib/units.ts';
import { Origins } from './origins.tsx';
import { seriesPlace, type AskedSeries } from './place.ts';
import { marksOf, summaryWords } from './trend-words.ts';
import bar from '../dashboard/toolbar.module.css';
import s from './series.module.css';

/** Points asked for a large chart and for its trend. */
const POINTS = 960;
const TREND_POINTS = 720;

export type Trend = Awaited<ReturnType<typeof client.analytics.trend>>;

export function useTrend(query: Query | null, baseline: Range | null): { trend: Trend | undefined; error: unknown } {
  const { data, error } = useQuery({
    queryKey: ['analytics.trend', query, baseline],
    queryFn: ({ signal }) => client.analytics.trend({ query: inOwnZone(query ?? never()), ...(baseline ? { baseline } : {}) }, { signal }),
    enabled: query !== null,
    // A trend is of hours and days; it need not follow every event.
    staleTime: 60_000,
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  });
  return { trend: data, error };
}

function never(): never {
  throw new Error('Nothing is asked.');
}

type ViewProps = {
  asked: AskedSeries;
  metrics: Metrics;
  at: number;
  onAt: (at: number) => void;
  group: string | null;
  onGroup: (group: string | null) => void;
  trend: Trend | undefined;
};

export function SeriesView({ asked, metrics, at, onAt, group, onGroup, trend }: ViewProps) {
  const [asTable, setAsTable] = useState(false);
  const [ranging, setRanging] = useState(false);
  const [around, setAround] = useState<{ from: number; to: number } | null>(null);
  const names = useNames();
  const first = asked.queries[at] ?? asked.queries[0];
  const queries = useMemo(() => (first ? [{ ...first, points: POINTS }] : []), [first]);
  const [held] = useLiveAnswers(queries, false);
  const answered = held?.answered;
  const title = first ? queryTitle(first, metrics) : asked.title;
  const setRange = (range: Range): void => {
    setAround(null);
    go(seriesPlace({ ...asked, queries: asked.queries.map((query) => ({ ...query, range })) }), { replace: true });
  };
  useKeys('Series', [
    { keys: 't', label: 'Show as table or chart', run: () => setAsTable(!asTable) },
    { keys: 'r', label: 'Choose the period', run: () => setRanging(true) },
    { keys: 'Escape', label: 'Back to the dashboard', run: () => go(asked.from === undefined ? to.analytics : to.dashboard(asked.from)) },
  ]);
  if (!first) return <EmptyState>This address names no series.</EmptyState>;
  if (answered === undefined || answered === null) return held && held.error !== null ? <ErrorState error={held.error} /> : <Skeleton rows={8} />;
  if (!answered.ok) return <ErrorState error={answered.fault} />;
  const { answer } = answered;
  const all = linesOf([{ title, answer }], [], 0, names);
  const shown = group === null ? all : all.filter((line) => line.id === `0:${group}`);
  const alone = shown.length === 1;
  const band = alone ? (trend?.summary.forecast ?? []) : [];
  const end = Math.max(answer.to, ...band.map((point) => point.at));
  const picked = around ?? { from: answer.from, to: answer.to };
  const where = group === null ? first.where : [...first.where, ...filtersOf(group)];
  return (
    <div className={s.series}>
      <div className={bar.bar} role="toolbar" aria-label="Series">
        {asked.queries.length > 1 && (
          <Select
            label="Metric"
            hideLabel
            className={bar.which}
            value={String(at)}
            options={asked.queries.map((query, i) => ({ id: String(i), label: queryTitle(query, metrics) }))}
            onChange={(next) => {
              onGroup(null);
              onAt(Number(next));
            }}
          />
        )}
        <RangePicker range={first.range} open={ranging} onOpen={setRanging} onChange={setRange} />
        {first.by.length > 0 && (
          <Select
            label={`By ${first.by.map(tagName).join(', ')}`}
            hideLabel
            className={bar.which}
            value={group ?? ''}
            options={[
              { id: '', label: `All ${answer.series.length} by ${first.by.map(tagName).join(', ')}` },
              ...answer.series.map((one) => ({ id: JSON.stringify(one.tags), label: tagsName(one.tags, names) })),
            ]}
            onChange={(next) => onGroup(next === '' ? null : next)}
          />
        )}
        {where.length > 0 && <span className={s.dim}>{where.map((filter) => filterText(filter, names)).join(', ')}</span>}
        <div className={bar.right}>
          <Button look="quiet" keys="t" onPress={() => setAsTable(!asTable)}>
            {asTable ? 'Show as chart' : 'Show as table'}
          </Button>
        </div>
      </div>
      <div className={s.scroll}>
        <p className={s.total}>
          <span className={s.value}>{answer.total.value === null ? `n = ${formatCount(answer.total.n)}` : printValue(answer.unit, answer.total.value)}</span>
          <span className={s.dim}>
            {answer.total.value === null
              ? `not enough data: ${formatCount(answer.total.n)} of ${Math.max(1, answer.total.minimum)}, ${rangeText(first.range)}`
              : `n = ${formatCount(answer.total.n)}, ${rangeText(first.range)}, steps of ${spanText(answer.stepMs)}${daysText(answer)}`}
          </span>
        </p>
        <div className={s.chart}>
          {asTable ? (
            <TimeTable label={asked.title} lines={shown} unit={answer.unit} />
          ) : (
            <Chart
              label={`${asked.title}, with trend`}
              lines={shown}
              unit={answer.unit}
              from={answer.from}
              to={end}
              stepMs={answer.stepMs}
              band={band}
              marks={alone && trend ? marksOf(trend.summary) : []}
              onPick={(moment) =>
                setAround({
                  from: moment - Math.max(answer.stepMs, (answer.to - answer.from) / 100),
                  to: moment + Math.max(answer.stepMs, (answer.to - answer.from) / 100),
                })
              }
            />
          )}
        </div>
        {!alone && shown.length > 1 && (
          <p className={s.hint}>The trend at the side is of all series together; choose one to see its forecast and changes in the chart.</p>
        )}
        <Panel
          title="Events behind it"
          note={
            around
              ? `around ${new Date((around.from + around.to) / 2).toLocaleString('en-GB')}`
              : 'newest first; a click in the chart shows those of its moment'
          }
          actions={
            around && (
              <Button look="quiet" size="small" onPress={() => setAround(null)}>
                Show all of the period
              </Button>
            )
          }
        >
          <Origins metric={first.metric} where={where} range={around ? { kind: 'between', ...picked } : first.range} catalogue={metrics} height={420} />
        </Panel>
        {alone && trend && <p className="visually-hidden">{summaryWords(trend.summary, answer.unit).join('. ')}</p>}
      </div>
    </div>
  );
}

/** The query of which the trend is asked: one line, in as many points as the engine needs. */
export function trendQuery(asked: AskedSeries | null, at: number, group: string | null): Query | null {
  const query = asked?.queries[at] ?? asked?.queries[0];
  if (!query) return null;
  return { ...query, by: [], where: group === null ? query.where : [...query.where, ...filtersOf(group)].slice(0, 16), points: TREND_POINTS };
}

function filtersOf(group: string): Query['where'] {
  const tags: unknown = JSON.parse(group);
  if (typeof tags !== 'object' || tags === null) return [];
  return Object.entries(tags).map(([tag, value]) => ({ tag, op: 'is' as const, values: [String(value)] }));
}
