/** Two sessions over their own time, one over the other or side by side: tokens, money, context, tool calls, and their facts as a table. */
import { useState } from 'react';
import type { Session } from '#shared/domain/session.ts';
import { formatBytes, formatCount, formatDuration, formatMoney } from '#shared/lib/format.ts';
import { Segments } from '../../components/choice.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../components/feedback.tsx';
import { Panel } from '../../components/panel.tsx';
import { Button } from '../../components/button.tsx';
import { sessionWords } from '../../components/status.tsx';
import { useSession, useSessions } from '../../lib/live-select.ts';
import { useKeys } from '../../lib/keys.ts';
import { go, href, to } from '../../lib/router.ts';
import { NOT_REPORTED, reported } from '../../lib/reported.ts';
import { Chart } from '../chart/chart.tsx';
import { TimeTable } from '../chart/tables.tsx';
import type { Metrics } from '../model/asked.ts';
import type { ChartLine } from '../model/lines.ts';
import { measures, pointsOf, type Course, type Measure } from './course.ts';
import { SessionPicker } from './session-picker.tsx';
import { useCourse } from './use-course.ts';
import bar from '../dashboard/toolbar.module.css';
import s from './compare.module.css';

const POINTS = 500;
type How = 'over' | 'beside';
type One = { readonly session: Session; readonly course: Course | null };

/** @param pair ids of both as the address has them, `a~b` */
export function CompareSessions({ pair, metrics }: { pair: string | undefined; metrics: Metrics }) {
  const sessions = useSessions();
  const [a = '', b = ''] = (pair ?? '').split('~');
  const first = useSession(a || null);
  const second = useSession(b || null);
  const courseA = useCourse(first?.id ?? null, first?.events ?? 0);
  const courseB = useCourse(second?.id ?? null, second?.events ?? 0);
  const [how, setHow] = useState<How>('over');
  const [asTable, setAsTable] = useState(false);
  const choose = (one: string, other: string): void => go(to.analyticsPart('sessions', `${one}~${other}`), { replace: true });
  useKeys('Compare sessions', [
    { keys: 's', label: 'Show them side by side or one over the other', run: () => setHow(how === 'over' ? 'beside' : 'over') },
    { keys: 't', label: 'Show as table or chart', run: () => setAsTable(!asTable) },
  ]);
  const both: One[] = [...(first ? [{ session: first, course: courseA.course }] : []), ...(second ? [{ session: second, course: courseB.course }] : [])];
  const error = courseA.error ?? courseB.error;
  return (
    <div className={s.compare}>
      <div className={bar.bar} role="toolbar" aria-label="Compared sessions">
        <SessionPicker label="First session" sessions={sessions} value={a || null} onChange={(id) => choose(id, b)} />
        <SessionPicker label="Second session" sessions={sessions} value={b || null} onChange={(id) => choose(a, id)} />
        <Segments
          label="Shown"
          hideLabel
          options={[
            { id: 'over', label: 'Overlay' },
            { id: 'beside', label: 'Side by side' },
          ]}
          value={how}
          onChange={setHow}
        />
        <div className={bar.right}>
          <Button look="quiet" keys="t" onPress={() => setAsTable(!asTable)}>
            {asTable ? 'Show as chart' : 'Show as table'}
          </Button>
        </div>
      </div>
      <div className={s.scroll}>
        {error !== null && <ErrorState error={error} />}
        {both.length < 2 ? (
          <EmptyState>
            {sessions.length < 2 ? 'Two sessions are needed; start a second one.' : 'Choose two sessions to see them over their own time.'}
          </EmptyState>
        ) : both.some(({ course }) => course === null) && error === null ? (
          <Skeleton rows={8} />
        ) : (
          <>
            <FactsTable both={both} />
            <div className={s.charts}>
              {measures.map((measure) => (
                <MeasurePanels key={measure.id} measure={measure} both={both} how={how} asTable={asTable} />
              ))}
            </div>
            {metrics.has('session_rss_bytes') && (
              <p className={s.note}>Memory over time is kept by agent and host, not by session; the highest of each session is in the table.</p>
            )}
          </>
        )}
      </div>
    </div>
  );
}

const startOf = ({ startedAt, createdAt }: Session): number => startedAt ?? createdAt;
const moment = (ms: number): string => formatDuration(ms);

function lineOf({ session, course }: One, measure: Measure, colour: number): ChartLine {
  const points = course ? pointsOf(course, measure, startOf(session), POINTS) : [];
  return { id: session.id, name: session.title, colour, beside: false, points, total: { value: null, n: points.length, minimum: 0 } };
}

function MeasurePanels({ measure, both, how, asTable }: { measure: (typeof measures)[number]; both: readonly One[]; how: How; asTable: boolean }) {
  const lines = both.map((one, i) => lineOf(one, measure.id, i));
  const span = Math.max(1000, ...lines.flatMap(({ points }) => points.at(-1)?.[0] ?? 0));
  const groups = how === 'over' ? [lines] : lines.map((line) => [line]);
  return groups.map((group) => {
    const known = group.some(({ points }) => points.some(([, value]) => value !== null));
    const some = group.some(({ points }) => points.some(([, value]) => value !== null && value > 0));
    const of = how === 'beside' ? group[0]?.name : undefined;
    return (
      <Panel key={group.map((line) => line.id).join()} title={measure.title} note={of ?? measure.how} className={how === 'over' ? s.wide : undefined}>
        <div className={s.chart}>
          {!known ? (
            <EmptyState>Not told by {group.length > 1 ? 'either agent' : 'this agent'}.</EmptyState>
          ) : !some ? (
            <EmptyState>None so far.</EmptyState>
          ) : asTable ? (
            <TimeTable label={measure.title} lines={group} unit={measure.unit} momentText={moment} />
          ) : (
            <Chart
              label={`${measure.title} over session time`}
              lines={group}
              unit={measure.unit}
              from={0}
              to={span}
              stepMs={span}
              momentText={moment}
              tipMoment={moment}
            />
          )}
        </div>
      </Panel>
    );
  });
}

const money = (usd: number | null): string => (usd === null ? NOT_REPORTED : formatMoney(usd));
const counted = (one: Session, n: number): string => reported(one, formatCount(n));
const rows: readonly (readonly [name: string, of: (session: Session) => string])[] = [
  ['State', (one) => sessionWords[one.status].word],
  ['Working time', (one) => formatDuration(one.activeMs)],
  ['Blocked on a person', (one) => formatDuration(one.blockedMs)],
  ['Turns', (one) => counted(one, one.turns)],
  ['Cost', (one) => money(one.costUsd)],
  ['Tokens in', (one) => counted(one, one.inputTokens)],
  ['Tokens from the cache', (one) => counted(one, one.cacheReadTokens)],
  ['Tokens out', (one) => counted(one, one.outputTokens)],
  ['Highest memory', (one) => (one.rssPeakBytes === null ? 'not measured' : formatBytes(one.rssPeakBytes))],
  ['Events', (one) => formatCount(one.events)],
];

function FactsTable({ both }: { both: readonly One[] }) {
  return (
    <table className={s.facts}>
      <caption className="visually-hidden">Facts of both sessions</caption>
      <thead>
        <tr>
          <th scope="col">Fact</th>
          {both.map(({ session }) => (
            <th key={session.id} scope="col">
              <a href={href(to.session(session.id))}>{session.title}</a>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, of]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {both.map(({ session }) => (
              <td key={session.id}>{of(session)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
