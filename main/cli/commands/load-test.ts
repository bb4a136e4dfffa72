/** `acc load-test`: runs the built-in load test and follows it. 0 when every goal holds, 1 when one does not, 130 on Ctrl-C. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Client } from '#shared/contract/index.ts';
import { LoadOptions, type Kpi, type LoadReport } from '#shared/domain/load-test.ts';
import { dataDir } from '#core/data-dir.ts';
import { fail, unwrap } from '#shared/lib/fault.ts';
import { withCore } from '../connect.ts';
import { Exit, UsageError, type ExitCode } from '../exit-codes.ts';
import { paint, plain, print, printJson, printTable } from '../output.ts';

const BAR = 24;
const options = {
  clients: { type: 'string' },
  seconds: { type: 'string' },
  sessions: { type: 'string' },
  host: { type: 'string' },
  'token-file': { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

export async function loadTest(args: string[]): Promise<ExitCode> {
  const { values } = parseArgs({ args, options });
  const { clients, seconds, sessions, host } = values;
  const asked = LoadOptions.safeParse({ clients: whole(clients), seconds: whole(seconds), sessions: whole(sessions), host });
  if (!asked.success) {
    const issue = asked.error.issues[0];
    throw new UsageError(`--${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`);
  }
  const token = values['token-file'] === undefined ? {} : { token: tokenOf(values['token-file']) };
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
  return withCore(dataDir(values.data), async (client) => {
    const { id } = await client.connections.startLoadTest({ ...asked.data, ...token });
    if (values.json) printJson({ type: 'started', id, options: asked.data });
    const report = await follow(client, id, values.json, interrupted.signal);
    if (values.json) printJson({ type: 'report', report });
    else printReport(report);
    if (interrupted.signal.aborted) return Exit.interrupted;
    return report.passed === true ? Exit.ok : Exit.error;
  });
}

/** @returns the whole report, when the test has ended; Ctrl-C ends it */
async function follow(client: Client, id: string, json: boolean, signal: AbortSignal): Promise<LoadReport> {
  const cancel = (): void => void client.connections.cancelLoadTest({ id }).catch(() => undefined);
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  let last: LoadReport | null = null;
  let told = 0;
  for await (const report of await client.connections.watchLoadTest({ id })) {
    last = report;
    const fresh = report.points.filter(({ second }) => second > told);
    told = report.points.at(-1)?.second ?? told;
    if (json) for (const point of fresh) printJson({ type: 'point', point });
    else if (process.stdout.isTTY) process.stdout.write(`\r${barOf(report)}\u001b[K`);
  }
  if (!json && process.stdout.isTTY) process.stdout.write('\r\u001b[K');
  return last ?? unwrap(fail('LOAD_TEST_UNKNOWN', 'There is no such load test.'));
}

function barOf({ progress, points }: LoadReport): string {
  const done = Math.round(progress * BAR);
  const point = points.at(-1);
  const now = point
    ? `${point.ready} clients  ${Math.round(point.callsPerSecond)} calls/s  ${Math.round(point.eventsPerSecond)} events/s  ${point.failures} failures`
    : 'connecting';
  return `${'█'.repeat(done)}${'░'.repeat(BAR - done)} ${String(Math.round(progress * 100)).padStart(3)} %  ${now}`;
}

function printReport(report: LoadReport): void {
  const { clients, seconds, sessions, host } = report.options;
  print(`${clients} clients, ${sessions} streams, ${seconds} s, host ${plain(host)}: ${verdictOf(report)}`);
  if (report.kpis.length > 0) printTable([['', 'measured', 'goal', 'n', 'KPI'], ...report.kpis.map(kpiRow)]);
  if (report.detail !== '') print(plain(report.detail));
  print(`Kept as ${report.id}.`);
}

const kpiRow = ({ name, value, unit, op, goal, n, holds }: Kpi): string[] => [
  holds ? paint('green', 'ok    ') : paint('red', 'MISSED'),
  `${value === null ? 'not measured' : Number(value.toPrecision(4))} ${unit}`,
  `${op} ${goal}`,
  String(n),
  name,
];

function verdictOf({ status, passed }: LoadReport): string {
  if (status !== 'done') return paint('yellow', status);
  return passed ? paint('green', 'every goal holds') : paint('red', 'a goal is missed');
}

/** A number where the text is one; the schema says the rest. */
const whole = (text: string | undefined): number | undefined => (text === undefined ? undefined : /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN);

function tokenOf(file: string): string {
  try {
    const token = readFileSync(file, 'utf8').trim().split(/\s/, 1)[0] ?? '';
    if (token.length >= 32) return token;
  } catch (error) {
    return unwrap(fail('TOKEN_FILE_BAD', 'The token file cannot be read.', { why: error instanceof Error ? error.message : String(error) }));
  }
  return unwrap(fail('TOKEN_FILE_BAD', 'The token file holds no token of at least 32 characters.', { fix: 'Write the token of the host on its first line.' }));
}
