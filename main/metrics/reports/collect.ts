/** Asks what a report needs, with the screen's own queries, and puts the answers together. Nothing is computed here that the screen does not show. */
import type { CatalogueEntry, Tags, Unit } from '#shared/domain/metric.ts';
import type { Answer, Figure, Query } from '#shared/domain/query.ts';
import type { ReportSpec } from '#shared/domain/report.ts';
import type { TrendSummary } from '#shared/domain/trend.ts';
import type { Result } from '#shared/lib/fault.ts';
import { formatExact, formatWhole } from '#shared/lib/format.ts';
import { endOfStep, systemZone } from '#shared/lib/zone.ts';
import { printDifference, printValue } from '#shared/lib/units.ts';
import type { KeptAlert } from '#store/alerting.ts';
import { windowOf } from '../alerts/words.ts';
import { contents, trendAsks, type Ask, type AskChart, type AskTable, type Contents } from './contents.ts';
import { NOT_ENOUGH, type Report, type ReportCell, type ReportChart, type ReportFigure, type ReportPart, type ReportTable } from './report.ts';
import { trendSentences } from './trend-words.ts';

/** Points and lines of a chart, rows of a table: what can be read on paper. */
const POINTS = 72;
/** Points a trend is told from. */
const TREND_POINTS = 1000;
const LINES = 8;
const ROWS = 20;
const ALERTS = 200;
/** How many values: to the last one, on paper there is room. */

export type CollectParts = {
  readonly query: (query: Query) => Promise<Result<Answer>>;
  /** Name of an agent host; null for one that is not known. */
  readonly hostName: (id: string) => string | null;
  /** The trend engine, off this thread. */
  readonly analyse: (points: (readonly [number, number])[], words: { unit: Unit; zone: string }) => Promise<Result<TrendSummary>>;
  readonly entries: readonly CatalogueEntry[];
  readonly alerts: (from: number, to: number, limit: number) => KeptAlert[];
  readonly repository: string | null;
  readonly now: number;
  readonly signal?: AbortSignal;
};

/** @returns the report; the first fault of a query that fails for another reason than that there is no data */
export async function collect(spec: ReportSpec, note: string, parts: CollectParts): Promise<Result<Report>> {
  const made: ReportPart[] = [];
  for (const id of spec.sections) {
    const asker = new Asker(spec, parts);
    const part = id === 'trends' ? await asker.trends() : id === 'alerts' ? alertsPart(spec, parts) : await asker.section(id, contents[id]);
    const fault = asker.fault;
    if (fault) return fault;
    made.push(part);
  }
  const timeZone = spec.zone ?? systemZone();
  return { ok: true, value: { title: spec.title, note, from: spec.from, to: spec.to, madeAt: parts.now, timeZone, repository: parts.repository, parts: made } };
}

class Asker {
  readonly #spec: ReportSpec;
  readonly #parts: CollectParts;
  readonly #zone: string;
  /** What has to be said of the days of a chart. */
  readonly #ofDays = new Set<string>();
  fault: Extract<Result<never>, { ok: false }> | null = null;

  constructor(spec: ReportSpec, parts: CollectParts) {
    this.#spec = spec;
    this.#parts = parts;
    this.#zone = spec.zone ?? systemZone();
  }

  async section(id: ReportPart['id'], { title, ...asks }: Contents): Promise<ReportPart> {
    const figures: ReportFigure[] = [];
    for (const ask of asks.figures) figures.push(await this.#figure(ask));
    const charts: ReportChart[] = [];
    for (const ask of asks.charts) charts.push(...(await this.#chart(ask)));
    const tables: ReportTable[] = [];
    for (const ask of asks.tables) tables.push(...(await this.#table(ask)));
    const hasData = figures.some(({ value }) => value !== null) || charts.length > 0 || tables.length > 0;
    return { id, title, figures, charts, tables, notes: this.#notes([...asks.figures, ...asks.charts, ...asks.tables]), hasData };
  }

  async trends(): Promise<ReportPart> {
    const notes: string[] = [];
    for (const ask of trendAsks) {
      const { from, to } = this.#spec;
      const answer = await this.#ask(ask, { from, to, points: TREND_POINTS });
      if (!answer) continue;
      const { stepMs, days } = answer;
      const isWhole = (at: number): boolean => at >= from && endOfStep(at, stepMs, days?.zone ?? null) <= to;
      const points = (answer.series[0]?.points ?? []).flatMap(([at, value]) => (value === null || !isWhole(at) ? [] : [[at, value] as const]));
      const summary = await this.#parts.analyse(points, { unit: answer.unit, zone: this.#zone });
      if (summary.ok) notes.push(...trendSentences(this.#seriesName(ask, stepMs), answer.unit, summary.value, this.#spec.zone));
      else this.fault ??= summary;
    }
    return { id: 'trends', title: 'Trends', figures: [], charts: [], tables: [], notes, hasData: notes.length > 0 };
  }

  async #figure(ask: Ask): Promise<ReportFigure> {
    const { from, to } = this.#spec;
    const now = await this.#ask(ask, { from, to, points: 0 });
    const before = await this.#ask(ask, { from: from - (to - from), to: from, points: 0 });
    const entry = this.#entry(ask.metric);
    const total: Figure = now?.total ?? { value: null, n: 0, minimum: 0 };
    const unit = now?.unit ?? entry?.unit ?? 'count';
    const text = total.value === null ? NOT_ENOUGH : printValue(unit, total.value);
    const change = printDifference(unit, total.value, before?.total.value ?? null, entry?.better ?? null)?.text ?? '';
    return { title: this.#title(ask), metric: ask.metric, unit, ...total, text, change };
  }

  async #chart(ask: AskChart): Promise<ReportChart[]> {
    const { from, to } = this.#spec;
    const answer = await this.#ask(ask, { from, to, points: POINTS, ...(ask.by === undefined ? {} : { by: [ask.by], limit: LINES }) });
    if (!answer) return [];
    if (answer.days && answer.days.zone !== this.#zone) this.#ofDays.add('Steps of charts are days of UTC: of so long ago nothing shorter is kept.');
    else if (answer.days?.exact === false) this.#ofDays.add(`Days of charts are those of ${this.#zone} to the hour: minutes of so long ago are not kept.`);
    const lines = answer.series.flatMap(({ tags, points }) => {
      const name = ask.by === undefined ? this.#title(ask) : this.#named(ask.by, tags);
      return points.some(([, value]) => value !== null) ? [{ name, points }] : [];
    });
    if (lines.length === 0) return [];
    return [
      {
        title: this.#title(ask),
        metric: ask.metric,
        unit: answer.unit,
        from: answer.from,
        to: answer.to,
        stepMs: answer.stepMs,
        timeZone: this.#zone,
        days: answer.days?.zone ?? null,
        lines,
        dropped: answer.dropped,
      },
    ];
  }

  async #table(ask: AskTable): Promise<ReportTable[]> {
    const { from, to } = this.#spec;
    const answer = await this.#ask(ask, { from, to, points: 0, by: [...ask.by], limit: ROWS });
    const rows = (answer?.series ?? []).flatMap(({ tags, total }): ReportCell[][] => {
      if (total.n === 0) return [];
      const value: ReportCell = total.value === null ? { text: NOT_ENOUGH } : { text: printValue(answer?.unit ?? 'count', total.value), value: total.value };
      return [[...ask.by.map((tag) => ({ text: this.#named(tag, tags) })), value, { text: formatWhole(total.n), value: total.n }]];
    });
    if (!answer || rows.length === 0) return [];
    return [{ title: this.#title(ask), columns: [...ask.by.map(capital), this.#entry(ask.metric)?.title ?? ask.metric, 'n'], rows, dropped: answer.dropped }];
  }

  async #ask(ask: Ask, rest: { from: number; to: number; points: number; by?: string[]; limit?: number }): Promise<Answer | null> {
    const { from, to, points, by = [], limit = LINES } = rest;
    if (this.fault || this.#parts.signal?.aborted) return null;
    const { repository } = this.#parts;
    const where = [...(ask.where ?? [])];
    if (repository !== null && this.#isByRepository(ask.metric)) where.push({ tag: 'repository', op: 'is', values: [repository] });
    const query: Query = {
      metric: ask.metric,
      where,
      by,
      range: { kind: 'between', from, to },
      points,
      limit,
      zone: this.#zone,
      ...(ask.aggregate ? { aggregate: ask.aggregate } : {}),
    };
    const answered = await this.#parts.query(query);
    if (answered.ok) return answered.value;
    this.fault = answered;
    return null;
  }

  #notes(asks: readonly Ask[]): string[] {
    const whole =
      this.#parts.repository === null ? [] : [...new Set(asks.filter(({ metric }) => !this.#isByRepository(metric)).map((ask) => this.#title(ask)))];
    return [...(whole.length === 0 ? [] : [`Not told by repository, so of the whole app: ${whole.join(', ')}.`]), ...this.#ofDays];
  }

  #entry = (metric: string): CatalogueEntry | undefined => this.#parts.entries.find(({ name }) => name === metric);
  #title = (ask: Ask): string => ask.title ?? this.#entry(ask.metric)?.title ?? ask.metric;
  /** What comes together in a step is told with the step: `Cost, by 15 min`. */
  #seriesName = (ask: Ask, stepMs: number): string =>
    this.#entry(ask.metric)?.kind === 'counter' && ask.aggregate === undefined ? `${this.#title(ask)}, by ${windowOf(stepMs)},` : this.#title(ask);
  /** A group's name: tags carry ids of hosts, people read names. */
  #named = (tag: string, tags: Tags): string => (tag === 'host' && this.#parts.hostName(tags[tag] ?? '')) || tags[tag] || 'none';
  #isByRepository = (metric: string): boolean => this.#entry(metric)?.tags.includes('repository') === true;
}

function alertsPart({ from, to, zone }: ReportSpec, { alerts }: CollectParts): ReportPart {
  const found = alerts(from, to, ALERTS).filter(({ test }) => !test);
  const rows = found.map((alert): ReportCell[] => [
    { text: formatExact(alert.startedAt, zone), value: alert.startedAt },
    { text: alert.endedAt === null ? 'still firing' : formatExact(alert.endedAt, zone), ...(alert.endedAt === null ? {} : { value: alert.endedAt }) },
    { text: alert.severity },
    { text: alert.ruleName },
    { text: alert.sentence },
    { text: alert.acknowledgedBy ?? 'nobody' },
  ]);
  const columns = ['Began', 'Ended', 'Severity', 'Rule', 'What', 'Acknowledged by'];
  const tables = rows.length === 0 ? [] : [{ title: 'Alerts', columns, rows, dropped: 0 }];
  // That nothing fired is known: the store would have it.
  return { id: 'alerts', title: 'Alerts', figures: [], charts: [], tables, notes: rows.length === 0 ? ['No alert fired in this period.'] : [], hasData: true };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
