/** Checks of a repository: real programs with a time limit, bounded output and cancel. */
import { tmpdir } from 'node:os';
import { afterAll, expect, test } from 'vitest';
import { newId } from '#shared/lib/id.ts';
import { createChecks } from '#host/checks/runner.ts';
import { childEnvironment } from '#host/process/environment.ts';
import { carrying, until } from '#test/support/agents/trial.ts';

const records: string[] = [];
const checks = createChecks({
  environment: (checkId) => childEnvironment({ from: process.env, marker: checkId }),
  leftovers: {
    expect: (id) => void records.push(`expect ${id}`),
    started: async (id, pid) => void records.push(`started ${id} ${pid > 0}`),
    ended: (id) => void records.push(`ended ${id}`),
  },
});
afterAll(() => checks.close());

const run = (command: string[], timeoutMs = 60_000, checkId = newId('chk')) => checks.run({ checkId, cwd: tmpdir(), command, timeoutMs });

test('passed and failed, with both outputs and the exit code', async () => {
  expect(await run(['sh', '-c', 'echo out; sleep 0.1; echo err >&2'])).toEqual({
    ok: true,
    value: { outcome: 'passed', exitCode: 0, output: 'out\nerr\n', cut: 0 },
  });
  expect(await run(['sh', '-c', 'exit 4'])).toMatchObject({ value: { outcome: 'failed', exitCode: 4 } });
});

test('a program that is not there is an error with its fix', async () => {
  const checkId = newId('chk');
  expect(await run(['acc-no-such-check'], 1000, checkId)).toMatchObject({
    value: { outcome: 'error', exitCode: null, output: expect.stringContaining('Install') },
  });
  expect(records.filter((record) => record.includes(checkId))).toEqual([`expect ${checkId}`, `ended ${checkId}`]);
});

test('a check that hangs is ended with all it started, and a record is kept for as long as it lives', async () => {
  const checkId = newId('chk');
  const hung = run(['sh', '-c', 'trap "" TERM; setsid sleep 7381.25 & echo begun; sleep 7381.25'], 500, checkId);
  expect(await hung).toMatchObject({ value: { outcome: 'timeout', output: 'begun\n' } });
  expect(await carrying(checkId)).toEqual([]);
  expect(records.filter((record) => record.includes(checkId))).toEqual([`expect ${checkId}`, `started ${checkId} true`, `ended ${checkId}`]);
});

test('cancel ends it; a second run under the same name is refused meanwhile', async () => {
  const checkId = newId('chk');
  const running = run(['sleep', '7382.25'], 60_000, checkId);
  await until(async () => (await carrying(checkId)).length > 0);
  expect(await run(['true'], 1000, checkId)).toMatchObject({ fault: { code: 'CHECK_BUSY' } });
  expect(await checks.cancel(checkId)).toMatchObject({ ok: true });
  expect(await running).toMatchObject({ value: { outcome: 'cancelled' } });
  expect(await checks.cancel(checkId)).toMatchObject({ ok: true });
});

test('endless output keeps its beginning and its end and says what is missing', async () => {
  const done = await run(['sh', '-c', 'echo first; yes | head -c 20000000; echo last']);
  if (!done.ok) throw new Error(done.fault.message);
  const { output, cut } = done.value;
  expect(output.length).toBeLessThan(300_000);
  expect(output.startsWith('first\ny\n')).toBe(true);
  expect(output.endsWith('y\nlast\n')).toBe(true);
  expect(output).toContain(`… ${cut} characters left out …`);
  expect(output.length - `\n… ${cut} characters left out …\n`.length + cut).toBe('first\n'.length + 20_000_000 + 'last\n'.length);
});
