/** The reading thread: answers heavy questions on a read-only connection of its own, so that neither windows nor writes wait for them. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { ZodType } from 'zod';
import { fail, faultOf, type Result } from '#shared/lib/fault.ts';
import { definitions, figureOf } from './insight/figures.ts';
import { Answer, Ask, backupJob, checkJob, checkpointJob, ledgerJob, ledgerOriginsJob, originJob, overviewJob, searchJob, type Job } from './insight/jobs.ts';
import { ledgerOrigins, ledgerSamples } from './insight/ledger.ts';
import { searchStore } from './insight/search.ts';
import { timelineOf } from './insight/timeline.ts';
import { backUp } from './backup.ts';
import { writeBack } from './checkpoint.ts';
import { asStoreError } from './faults.ts';
import { schemaOf } from './migrate.ts';
import { Sql } from './sql.ts';

/** Most rows given as the origin of one figure: the newest say most. */
const MAX_INPUTS = 500;

const file = String(workerData);
const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 2000 });
const sql = new Sql(db);
const jobs = new Map<string, (input: unknown) => unknown>();

function answer<I, O>(job: Job<I, O>, work: (input: I) => O): void {
  const schema: ZodType<I> = job.input;
  jobs.set(job.name, (input) => work(schema.parse(input)));
}

answer(overviewJob, (scope) => ({
  figures: definitions.map((definition) => figureOf(definition, sql, scope, scope.now)),
  timeline: timelineOf(sql, scope, scope.now),
  computedAt: Math.round(scope.now),
}));
answer(originJob, ({ id, ...scope }) => {
  const definition = definitions.find((candidate) => candidate.id === id);
  if (!definition) throw new Error(`no figure ${id}`);
  const inputs = definition.inputs(sql, definition.windows(scope.now).current, scope);
  return { figure: figureOf(definition, sql, scope, scope.now), inputs: inputs.slice(-MAX_INPUTS) };
});
answer(searchJob, ({ query, limit }) => {
  const began = performance.now();
  const hits = searchStore(sql, query, limit);
  return { hits, tookMs: performance.now() - began };
});
answer(ledgerJob, (question) => ledgerSamples(sql, question));
answer(ledgerOriginsJob, (question) => ledgerOrigins(sql, question));
answer(backupJob, ({ now }) => backUp(db, schemaOf(db), now));
answer(checkpointJob, () => writeBack(file));
answer(checkJob, () => String(db.pragma('quick_check(1)', { simple: true })));

parentPort?.on('message', (message: unknown) => {
  const { id, job, input } = Ask.parse(message);
  parentPort?.postMessage({ id, ...run(job, input) } satisfies Answer);
});

function run(name: string, input: unknown): Result<unknown> {
  const work = jobs.get(name);
  if (!work) return fail('JOB_UNKNOWN', `The reading thread knows no job ${name}.`);
  try {
    return { ok: true, value: work(input) };
  } catch (error) {
    return { ok: false, fault: faultOf(asStoreError(error, file), 'INSIGHT_FAILED', 'The store could not be read.') };
  }
}
