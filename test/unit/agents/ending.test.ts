import { expect, test } from 'vitest';
import { endingOf, type Exit, type LastTurn } from '#agents/dispatcher/ending.ts';

const agent = (kind: 'claude-code' | 'command'): { kind: 'claude-code' | 'command'; name: string; command: string[]; model: string } => ({
  kind,
  name: '',
  command: [],
  model: '',
});
const session = (kind: 'claude-code' | 'command', statusCode = ''): Parameters<typeof endingOf>[0] => ({
  statusCode,
  statusText: 'because',
  agent: agent(kind),
});
const exit = (reason: Exit['reason'], exitCode: number | null = 0): Exit => ({ reason, exitCode, signal: null, fault: null });
const turn = (code: NonNullable<LastTurn>['code']): LastTurn => ({ ok: code === 'done', code, text: '' });

test.each<[string, Parameters<typeof endingOf>, string, string]>([
  ['a command that ends well', [session('command'), exit('completed'), null, true], 'finished', 'done'],
  ['a command that ends badly', [session('command'), exit('failed', 3), null, true], 'failed', 'failed'],
  [
    'an agent whose turn ended with an API error though the process ended well',
    [session('claude-code'), exit('completed'), turn('error'), true],
    'failed',
    'failed',
  ],
  ['a person who stopped it', [session('claude-code', 'STOPPING'), exit('stopped'), null, true], 'stopped', 'stopped'],
  ['a budget that is used up', [session('claude-code', 'BUDGET_DAY'), exit('limit'), null, true], 'limited', 'limited'],
  ["the agent's own limit of turns", [session('claude-code'), exit('completed'), turn('max_turns'), true], 'limited', 'limited'],
  ['a pause', [session('claude-code', 'PAUSING'), exit('stopped'), null, true], 'queued', 'held'],
  ['closing the app', [session('claude-code', 'QUITTING'), exit('stopped'), null, true], 'queued', 'held'],
  ['closing the app while a command runs', [session('command', 'QUITTING'), exit('stopped'), null, true], 'interrupted', 'interrupted'],
  ['a lost process of an agent that can go on', [session('claude-code'), exit('host_lost', null), null, true], 'queued', 'held'],
  ['a process lost again and again', [session('claude-code'), exit('host_lost', null), null, false], 'interrupted', 'interrupted'],
  ['a lost command', [session('command'), exit('host_lost', null), null, true], 'interrupted', 'interrupted'],
  ['a process lost after its work was done', [session('claude-code'), exit('host_lost', null), turn('done'), true], 'finished', 'done'],
  ['a program that is not there', [session('claude-code'), exit('spawn_failed', null), null, true], 'failed', 'failed'],
])('%s', (_what, args, status, outcome) => {
  expect(endingOf(...args)).toMatchObject({ status, outcome });
});

test('what would fail the same way is not tried again', () => {
  expect(endingOf(session('claude-code'), exit('spawn_failed', null), null, true).retryable).toBe(false);
  expect(endingOf(session('claude-code'), exit('completed'), turn('refused'), true).retryable).toBe(false);
  expect(endingOf(session('command'), exit('failed', 1), null, true).retryable).toBe(true);
});

test('only what the app takes up by itself counts against the loop guard', () => {
  expect(endingOf(session('claude-code'), exit('host_lost', null), null, true).automatic).toBe(true);
  expect(endingOf(session('claude-code', 'QUITTING'), exit('stopped'), null, true).automatic).toBe(false);
});
