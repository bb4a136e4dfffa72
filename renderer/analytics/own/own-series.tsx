/** A series of one's own from a CSV file: its course, how unusual each point was by what came before it, and what the trend engine says. */
import { FileUp } from 'lucide-react';
import { useRef, useState, type DragEvent } from 'react';
import { formatCount } from '#shared/lib/format.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../components/feedback.tsx';
import { Panel } from '../../components/panel.tsx';
import { client } from '../../lib/client.ts';
import { CallFault } from '../../lib/faults.ts';
import { useKeys } from '../../lib/keys.ts';
import { Chart } from '../chart/chart.tsx';
import { TimeTable } from '../chart/tables.tsx';
import { Findings } from '../drill/trend-side.tsx';
import { marksOf } from '../drill/trend-words.ts';
import { thinned } from '../model/thin.ts';
import type { ChartLine } from '../model/lines.ts';
import s from './own.module.css';

type Read = Awaited<ReturnType<typeof client.analytics.trendOf>>;
/** The contract's longest text. */
const MOST = 3_500_000;
/** Points drawn; the engine sees all of them. */
const DRAWN = 1600;

type State = { readonly name: string; readonly busy: boolean; readonly read: Read | null; readonly error: unknown };

export function OwnSeries() {
  const [state, setState] = useState<State | null>(null);
  const [asTable, setAsTable] = useState(false);
  const [over, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const take = async (chosen: File | null | undefined): Promise<void> => {
    if (!chosen) return;
    setState({ name: chosen.name, busy: true, read: null, error: null });
    try {
      if (chosen.size > MOST) throw tooLarge(chosen.size);
      const read = await client.analytics.trendOf({ csv: await chosen.text() });
      setState({ name: chosen.name, busy: false, read, error: null });
    } catch (error) {
      setState({ name: chosen.name, busy: false, read: null, error });
    }
  };
  useKeys('Own series', [
    { keys: 'n', label: 'Open a CSV file', run: () => file.current?.click() },
    { keys: 't', label: 'Show as table or chart', run: () => setAsTable(!asTable), enabled: state?.read !== null },
  ]);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  const open = (
    <Button look={state?.read ? 'plain' : 'primary'} icon={<FileUp />} keys="n" onPress={() => file.current?.click()}>
      Open CSV file
    </Button>
  );
  return (
    // What is dropped can as well be chosen with the button.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className={s.own}
      aria-label="Own series"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        ref={file}
        type="file"
        hidden
        accept=".csv,text/csv,text/plain"
        aria-label="CSV file"
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {state === null ? (
        <EmptyState action={open}>
          Open a file with a line "timestamp,value" for each value, or drop it here: you get its trend, its season, a forecast, and how unusual each value was
          by what came before it.
        </EmptyState>
      ) : state.busy ? (
        <Skeleton rows={8} />
      ) : state.error !== null || state.read === null ? (
        <>
          <ErrorState error={state.error} />
          <div className={s.again}>{open}</div>
        </>
      ) : (
        <Result name={state.name} read={state.read} asTable={asTable} onTable={() => setAsTable(!asTable)} open={open} />
      )}
    </section>
  );
}

const tooLarge = (size: number): CallFault =>
  new CallFault({
    code: 'CSV_TOO_LARGE',
    message: 'The file is too large to be opened here.',
    why: `It has ${formatCount(size)} bytes, at most ${formatCount(MOST)} are taken.`,
    fix: 'Run `acc trends FILE.csv` for it, or open a part.',
  });

function Result({ name, read, asTable, onTable, open }: { name: string; read: Read; asTable: boolean; onTable: () => void; open: React.ReactNode }) {
  const { points, summary } = read;
  const from = points[0]?.at ?? 0;
  const last = points.at(-1)?.at ?? 1;
  const to = Math.max(last, from + 1, ...summary.forecast.map((point) => point.at));
  const total = { value: null, n: points.length, minimum: 0 };
  const values: ChartLine = { id: 'value', name: 'Value', colour: 0, beside: false, points: points.map(({ at, value }) => [at, value]), total };
  const scores: ChartLine = { id: 'score', name: 'Score', colour: 1, beside: false, points: points.map(({ at, score }) => [at, score]), total };
  const stepMs = points.length > 1 ? (last - from) / (points.length - 1) : 60_000;
  const drawn = { ...values, points: thinned(values.points, DRAWN) };
  const drawnScores = { ...scores, points: thinned(scores.points, DRAWN) };
  return (
    <div className={s.result}>
      <div className={s.middle}>
        <header className={s.head}>
          <h2>{name}</h2>
          <span className={s.dim}>n = {formatCount(points.length)}</span>
          <div className={s.acts}>
            <Button look="quiet" keys="t" onPress={onTable}>
              {asTable ? 'Show as chart' : 'Show as table'}
            </Button>
            {open}
          </div>
        </header>
        {asTable ? (
          <div className={s.table}>
            <TimeTable label={name} lines={[values, scores]} unit="count" />
          </div>
        ) : (
          <>
            <Panel title="Values" note="marked where they were unusual and where their level changed; dotted the forecast">
              <div className={s.chart}>
                <Chart label={name} lines={[drawn]} unit="count" from={from} to={to} stepMs={stepMs} band={summary.forecast} marks={marksOf(summary)} />
              </div>
            </Panel>
            <Panel title="Score" note="0 usual, 1 never seen; of each value by those before it alone">
              <div className={s.low}>
                <Chart label={`Scores of ${name}`} lines={[drawnScores]} unit="count" from={from} to={to} stepMs={stepMs} scale={[0, 1]} />
              </div>
            </Panel>
          </>
        )}
      </div>
      <aside className={s.side} aria-label="Findings">
        <Findings summary={summary} unit="count" />
      </aside>
    </div>
  );
}
