/**
 * Reports, made by a person or on a schedule, one after another. Import it late.
 *
 *   due ──► making ──► files complete ──one transaction──► report known, schedule at its next time
 *                └── cannot be made: its fault is kept with the schedule, which goes to its next time
 *
 * A kill before the transaction leaves a folder that nobody knows, which goes at the next start, and a schedule that is still due. What came due
 * while nothing ran is made once at the next start and says so.
 */
import type { CatalogueEntry } from '#shared/domain/metric.ts';
import type { Answer, Query } from '#shared/domain/query.ts';
import type { MadeReport, ReportFormat, ReportSchedule, ReportSpec } from '#shared/domain/report.ts';
import { fail, faultOf, ok, type Result } from '#shared/lib/fault.ts';
import { formatExact } from '#shared/lib/format.ts';
import { newId } from '#shared/lib/id.ts';
import { daysBefore, systemZone } from '#shared/lib/zone.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';
import { collect, type CollectParts } from './collect.ts';
import { nextAt } from './cron.ts';
import { ReportFiles } from './files.ts';

const LOOK_MS = 20_000;
/** A run that begins this much after its time was missed, in milliseconds. */
const LATE_MS = 120_000;
const LISTED = 500;
/** Reports that may wait for their turn. */
const WAITING = 5;

export type ReportsOptions = {
  readonly store: Store;
  readonly dataDir: string;
  readonly query: (query: Query) => Promise<Result<Answer>>;
  readonly analyse: CollectParts['analyse'];
  readonly entries: () => Promise<readonly CatalogueEntry[]>;
  readonly log: Log;
  readonly now: () => number;
};
export type NewSchedule = Omit<ReportSchedule, 'id' | 'nextAt' | 'lastAt' | 'lastFault'> & { readonly id?: string | undefined };

export type Reports = {
  list(): { reports: MadeReport[]; schedules: ReportSchedule[] };
  /** @returns REPORT_RANGE, REPORT_REPOSITORY, REPORT_BUSY, REPORT_NOT_WRITTEN, and what a query fails with */
  make(spec: ReportSpec, formats: readonly ReportFormat[], note?: string): Promise<Result<MadeReport>>;
  /** @returns REPORT_UNKNOWN, REPORT_FILE */
  file(id: string, format: ReportFormat): Result<{ name: string; type: string; base64: string }>;
  remove(id: string): Result<MadeReport>;
  /** @returns REPORT_SCHEDULE_UNKNOWN, REPORT_CRON */
  saveSchedule(schedule: NewSchedule): Result<ReportSchedule>;
  removeSchedule(id: string): Result<ReportSchedule>;
  /** Makes what is due now. */
  round(): Promise<void>;
  close(): Promise<void>;
};

export function createReports(options: ReportsOptions): Reports {
  const { store, now, log } = options;
  const files = new ReportFiles(options.dataDir);
  const closing = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let round: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  files.tidy((id) => store.reports.get(id) !== null);

  async function made(spec: ReportSpec, formats: readonly ReportFormat[], note: string, keep: (report: MadeReport) => void): Promise<Result<MadeReport>> {
    if (spec.to <= spec.from)
      return fail('REPORT_RANGE', 'The period of the report ends before it begins.', { fix: 'Choose a start that lies before the end.' });
    const repository = spec.repositoryId === null ? null : store.repositories.get(spec.repositoryId);
    if (spec.repositoryId !== null && repository === null)
      return fail('REPORT_REPOSITORY', 'The repository of the report is not known.', { fix: 'Choose another, or all.' });
    const madeAt = now();
    const parts: CollectParts = {
      query: options.query,
      analyse: options.analyse,
      entries: await options.entries(),
      hostName: (id) => store.hosts.nameOf(id),
      alerts: (from, to, limit) => store.alerts.between(from, to, limit),
      repository: repository?.name ?? null,
      now: madeAt,
      signal: closing.signal,
    };
    const collected = await collect(spec, note, parts);
    if (!collected.ok) return collected;
    if (closing.signal.aborted) return fail('REPORT_NOT_WRITTEN', 'The report was not made.', { why: 'The app is closing.', fix: 'Make it again.' });
    const id = newId('rpt', madeAt);
    const written = await files.write(id, collected.value, formats);
    if (!written.ok) return written;
    const report: MadeReport = { id, title: spec.title, madeAt, spec, formats: [...new Set(formats)], bytes: written.value, note };
    store.transaction(() => {
      store.reports.insert(report);
      keep(report);
    });
    return ok(report);
  }

  /** One at a time: a report asks much of the database. */
  async function inTurn<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
    if (waiting >= WAITING) return fail('REPORT_BUSY', 'Several reports are being made.', { fix: 'Wait until they are done.' });
    waiting++;
    const done = turn.then(work).catch((error: unknown): Result<T> => ({ ok: false, fault: faultOf(error) }));
    turn = done;
    return done.finally(() => waiting--);
  }

  async function lookAtSchedules(): Promise<void> {
    const at = now();
    for (const schedule of store.reportSchedules.list()) {
      if (!schedule.enabled || closing.signal.aborted) continue;
      const next = nextAt(schedule.cron, at, schedule.zone);
      if (!next.ok) continue;
      // A time that lies after the next one was worked out before the clock was set back.
      if (schedule.nextAt === null || (next.value !== null && schedule.nextAt > next.value))
        store.reportSchedules.save({ ...schedule, nextAt: next.value }, at);
      else if (schedule.nextAt <= at) await run(schedule, schedule.nextAt, next.value, at);
    }
  }

  async function run(schedule: ReportSchedule, dueAt: number, next: number | null, at: number): Promise<void> {
    const note = at - dueAt > LATE_MS ? `Due ${formatExact(dueAt, schedule.zone)}, made ${formatExact(at, schedule.zone)}: the app did not run then.` : '';
    const { title, days, sections, formats, zone } = schedule;
    const from = daysBefore(zone ?? systemZone(), at, days);
    const spec: ReportSpec = { title, from, to: at, sections, repositoryId: null, ...(zone === undefined ? {} : { zone }) };
    // A person may have changed or removed it meanwhile: only what belongs to the run is written.
    const settle = (lastFault: string | null): void => {
      const latest = store.reportSchedules.get(schedule.id);
      if (latest)
        store.reportSchedules.save(
          { ...latest, lastAt: at, lastFault, nextAt: latest.cron === schedule.cron && latest.zone === schedule.zone ? next : latest.nextAt },
          at,
        );
    };
    const result = await inTurn(() => made(spec, formats, note, () => settle(null)));
    if (result.ok || closing.signal.aborted) return;
    log('warn', 'a scheduled report could not be made', { schedule: schedule.id, code: result.fault.code });
    settle([result.fault.message, result.fault.why, result.fault.fix].filter(Boolean).join(' '));
  }

  const look = (): Promise<void> =>
    (round ??= lookAtSchedules()
      .catch((error: unknown) => log('warn', 'schedules of reports could not be looked at', { error: faultOf(error).message }))
      .finally(() => (round = null)));
  const wake = (): void => {
    if (closing.signal.aborted || !store.reportSchedules.list().some(({ enabled }) => enabled)) return;
    timer ??= setInterval(() => void look(), LOOK_MS).unref();
    void look();
  };
  wake();

  return {
    list: () => ({ reports: store.reports.list(LISTED), schedules: store.reportSchedules.list() }),
    make: (spec, formats, note = '') => inTurn(() => made(spec, formats, note, () => undefined)),
    file(id, format) {
      const report = known(store.reports.get(id), 'REPORT_UNKNOWN', 'There is no such report.');
      return report.ok ? files.read(id, format, report.value.title) : report;
    },
    remove(id) {
      const report = known(store.reports.get(id), 'REPORT_UNKNOWN', 'There is no such report.');
      if (report.ok) {
        store.reports.remove(id);
        files.remove(id);
      }
      return report;
    },
    saveSchedule({ id, ...rest }) {
      const before = id === undefined ? null : known(store.reportSchedules.get(id), 'REPORT_SCHEDULE_UNKNOWN', 'There is no such schedule.');
      if (before?.ok === false) return before;
      const next = nextAt(rest.cron, now(), rest.zone);
      if (!next.ok) return next;
      const schedule: ReportSchedule = {
        ...rest,
        id: id ?? newId('sch', now()),
        nextAt: rest.enabled ? next.value : null,
        lastAt: before?.value.lastAt ?? null,
        lastFault: before?.value.lastFault ?? null,
      };
      store.reportSchedules.save(schedule, now());
      wake();
      return ok(schedule);
    },
    removeSchedule(id) {
      const schedule = known(store.reportSchedules.get(id), 'REPORT_SCHEDULE_UNKNOWN', 'There is no such schedule.');
      if (schedule.ok) store.reportSchedules.remove(id);
      return schedule;
    },
    round: look,
    async close() {
      closing.abort();
      if (timer) clearInterval(timer);
      await round;
      await turn;
    },
  };
}

const known = <T>(value: T | null, code: string, message: string): Result<T> => (value === null ? fail(code, message, { fix: 'Reload the list.' }) : ok(value));
