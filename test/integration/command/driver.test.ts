/** Any program as an agent, through the command driver. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { DriverStart } from '#host/driver.ts';
import { childEnvironment } from '#host/process/environment.ts';
import { commandDriver } from '#host/command/driver.ts';
import { carrying, startTrial, type Trial } from '#test/support/agents/trial.ts';

const STUBBORN = join(import.meta.dirname, '../../support/agents/stubborn.sh');
const HOME_WITH_BASHRC = mkdtempSync(join(tmpdir(), 'acc-home-'));
writeFileSync(join(HOME_WITH_BASHRC, '.bashrc'), 'echo from bashrc\n');
const trials: Trial[] = [];

async function command(program: string[], more: Partial<DriverStart> = {}): Promise<Trial> {
  const trial = await startTrial(commandDriver, { kind: 'command', command: program }, more);
  trials.push(trial);
  return trial;
}
const output = (trial: Trial, stream: 'stdout' | 'stderr'): string =>
  trial
    .all('output')
    .filter((event) => event.stream === stream)
    .map((event) => event.text)
    .join('');
afterAll(() => rmSync(HOME_WITH_BASHRC, { recursive: true }));
afterEach(async () => {
  await Promise.all(trials.splice(0).map((trial) => trial.end()));
});

test('the prompt comes on stdin and in ACC_PROMPT; exit code 0 completes the run', async () => {
  const trial = await command(['sh', '-c', 'cat; printf "|%s|" "$ACC_PROMPT"; echo careful >&2'], { prompt: 'Grüße\n"quoted" $HOME', promptFrom: 'review' });
  await trial.event('exited');
  expect(trial.events.map((event) => event.kind)).toEqual(['message', 'started', 'output', 'output', 'turn_ended', 'exited']);
  expect(output(trial, 'stdout')).toBe('Grüße\n"quoted" $HOME|Grüße\n"quoted" $HOME|');
  expect(output(trial, 'stderr')).toBe('careful\n');
  expect(trial.events[0]).toMatchObject({ from: 'review' });
  expect(trial.all('started')[0]).toMatchObject({ pid: trial.run.pid, cwd: trial.cwd });
  expect(trial.events.at(-2)).toMatchObject({ ok: true, code: 'done' });
  expect(trial.events.at(-1)).toMatchObject({ exitCode: 0, reason: 'completed', fault: null });
});

test('another exit code fails with its last words', async () => {
  const trial = await command(['sh', '-c', 'echo so far so good; echo "error: no tests" >&2; exit 9']);
  const exited = await trial.event('exited');
  expect(exited).toMatchObject({
    exitCode: 9,
    reason: 'failed',
    fault: { code: 'COMMAND_FAILED', message: 'sh ended with exit code 9.', why: 'error: no tests' },
  });
  expect(trial.all('turn_ended')).toMatchObject([{ ok: false, code: 'error' }]);
});

test('a missing program is an exit with a fault, not a throw', async () => {
  const trial = await command(['acc-no-such-program']);
  expect(trial.events.at(-1)).toMatchObject({ kind: 'exited', reason: 'spawn_failed', fault: { code: 'AGENT_NOT_FOUND' } });
  expect(trial.run.pid).toBeNull();
  expect(await trial.run.send('hello', 'person')).toMatchObject({ fault: { code: 'SESSION_NOT_RUNNING' } });
});

test('interrupt is SIGINT to the program; one that dies of it counts as stopped', async () => {
  const trial = await command(['sh', '-c', 'echo ready; sleep 7395.25']);
  await trial.event('output');
  expect(await trial.run.send('hello', 'person')).toMatchObject({ fault: { code: 'NOT_SUPPORTED' } });
  expect(await trial.run.interrupt()).toMatchObject({ ok: true });
  expect(await trial.event('exited')).toMatchObject({ reason: 'stopped', fault: null, signal: 'SIGINT' });
  expect(await trial.leftovers()).toEqual([]);
});

test('stop ends a whole stubborn tree and tells the reason of the caller', async () => {
  const trial = await command([STUBBORN, '7396.25']);
  await trial.event('output');
  await trial.run.stop('stop', 'limit', 200);
  expect(trial.events.at(-1)).toMatchObject({ kind: 'exited', reason: 'limit' });
  expect(trial.all('exited')).toHaveLength(1);
  expect(await trial.leftovers()).toEqual([]);
});

test('finish lets a command end by itself and believes its exit code', async () => {
  const fine = await command(['sh', '-c', 'sleep 0.3']);
  const broken = await command(['sh', '-c', 'sleep 0.3; exit 2']);
  const endless = await command(['sleep', '7397.25']);
  await Promise.all([
    fine.run.stop('finish', 'completed', 20_000),
    broken.run.stop('finish', 'completed', 20_000),
    endless.run.stop('finish', 'completed', 300),
  ]);
  expect([fine, broken, endless].map((trial) => trial.all('exited')[0]?.reason)).toEqual(['completed', 'failed', 'stopped']);
});

test('what a command leaves running ends with it', async () => {
  const trial = await command(['sh', '-c', 'setsid sleep 7398.25 & echo served']);
  expect(await trial.event('exited')).toMatchObject({ reason: 'completed' });
  expect(await trial.leftovers()).toEqual([]);
});

test('a flood of output is bounded, counted, and does not hold up the end', async () => {
  const trial = await command(['sh', '-c', 'yes | head -c 60000000; echo last words >&2; exit 1']);
  const exited = await trial.event('exited');
  expect(exited.fault?.why).toBe('last words');
  const kept = output(trial, 'stdout').length;
  const cut = trial.all('output').reduce((sum, event) => sum + (event.cut ?? 0), 0);
  expect(kept).toBeLessThan(8_000_000);
  expect(kept + output(trial, 'stderr').length + cut).toBe(60_000_000 + 'last words\n'.length);
});

test('bash runs the command and not the start-up file of a person', async () => {
  const trial = await command(['bash', '-c', 'echo "home is $HOME"'], {
    env: childEnvironment({ from: process.env, add: { HOME: HOME_WITH_BASHRC } }),
  });
  expect(await trial.event('exited')).toMatchObject({ reason: 'completed' });
  expect(output(trial, 'stdout')).toBe(`home is ${HOME_WITH_BASHRC}\n`);
});

test('a prompt too long for the environment still comes on stdin', async () => {
  const trial = await command(['sh', '-c', 'wc -c; echo "[${ACC_PROMPT-none}]"'], { prompt: 'x'.repeat(500_000) });
  expect(await trial.event('exited')).toMatchObject({ reason: 'completed' });
  expect(output(trial, 'stdout').replaceAll(/\s/g, '')).toBe('500000[none]');
  expect(trial.all('notice')).toMatchObject([{ code: 'PROMPT_ON_STDIN_ONLY' }]);
});

test('200 commands at once: every one ends and nothing is left', async () => {
  const runs = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      command(['sh', '-c', `(setsid sleep 7399.25 &); echo "hello ${index}"; ${index % 2 ? 'exit 0' : 'sleep 7399.25'}`]),
    ),
  );
  await Promise.all(runs.map((trial) => trial.event('output')));
  await Promise.all(runs.map((trial) => trial.run.stop('stop', 'stopped', 500)));
  runs.forEach((trial, index) => {
    expect(output(trial, 'stdout')).toBe(`hello ${index}\n`);
    expect(trial.all('exited')).toHaveLength(1);
  });
  const left = await Promise.all(runs.map((trial) => carrying(trial.sessionId)));
  expect(left.flat()).toEqual([]);
});
