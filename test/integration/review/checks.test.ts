/** Checks of a change run one after the other, are stored with their output, can be cancelled, and do not survive a restart as "running". */
import { expect, test, vi } from 'vitest';
import { unwrap } from '#shared/lib/fault.ts';
import { setting, type Setting } from './desk.ts';

const node = (code: string): string[] => [process.execPath, '-e', code];
const check = (name: string, code: string, timeoutSeconds = 60): { name: string; command: string[]; timeoutSeconds: number } => ({
  name,
  command: node(code),
  timeoutSeconds,
});

async function waiting(desk: Setting): Promise<string> {
  const { sessionId, work } = await desk.session();
  work.write('new.txt', 'new\n');
  return unwrap(await desk.review.collect(sessionId))?.id ?? '';
}
const ended = (desk: Setting, id: string): Promise<void> =>
  vi.waitFor(() => expect(desk.store.changes.checks(id).every((row) => row.status !== 'running')).toBe(true), { timeout: 60_000, interval: 50 });

test('each check ends with its outcome, exit code and output, on the files as they are', async () => {
  const desk = setting({
    settings: {
      checks: [
        check('good', 'console.log(require("fs").readFileSync("new.txt", "utf8"))'),
        check('bad', 'console.error("no"); process.exit(3)'),
        { ...check('gone', ''), command: ['/no/such/program'] },
      ],
    },
  });
  const id = await waiting(desk);
  expect(unwrap(await desk.review.runChecks(id)).map((row) => row.status)).toEqual(['running', 'running', 'running']);
  await ended(desk, id);
  const rows = desk.store.changes.checks(id);
  expect(rows.map(({ name, status, exitCode }) => `${name} ${status} ${exitCode}`).toSorted()).toEqual(['bad failed 3', 'gone error null', 'good passed 0']);
  expect(rows.find((row) => row.name === 'good')).toMatchObject({ output: 'new\n\n', snapshot: desk.store.changes.get(id)?.snapshot });
  expect(await desk.review.runChecks(id, ['none'])).toMatchObject({ fault: { code: 'CHECK_UNKNOWN' } });
});

test('a running check and one that waits for its turn can both be cancelled', async () => {
  const desk = setting({ settings: { checks: [check('long', 'setTimeout(() => {}, 600000)', 600), check('next', '0')] } });
  const id = await waiting(desk);
  const [long, next] = unwrap(await desk.review.runChecks(id));
  // Asked for again while it runs, it is the same check.
  expect(unwrap(await desk.review.runChecks(id, ['long'])).map((row) => row.id)).toEqual([long?.id, next?.id]);
  unwrap(await desk.review.cancelCheck(id, next?.id ?? ''));
  await vi.waitFor(async () => {
    await desk.review.cancelCheck(id, long?.id ?? '');
    expect(desk.store.changes.checks(id).map((row) => row.status)).toEqual(['cancelled', 'cancelled']);
  }, 60_000);
});

test('a check that ran when the app ended is marked as cancelled at the next start', async () => {
  const desk = setting({ settings: { checks: [check('long', 'setTimeout(() => {}, 600000)', 600)] } });
  const id = await waiting(desk);
  unwrap(await desk.review.runChecks(id));
  desk.review.close();
  desk.restart();
  expect(desk.store.changes.runningChecks()).toHaveLength(1);
  await desk.review.recover('test');
  expect(desk.store.changes.checks(id)).toMatchObject([{ status: 'cancelled', output: expect.stringContaining('restarted') }]);
});
