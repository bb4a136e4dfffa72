import { expect, test } from 'vitest';
import { readRunOptions } from '#cli/commands/run-options.ts';

const base = ['--repo', '.', '--prompt', 'Fix the test\nand explain'];

test('the title is the first line of the prompt', () => {
  expect(readRunOptions(base)).toMatchObject({ title: 'Fix the test', agent: { kind: 'claude-code' } });
});

test('what follows -- is the command, options and all', () => {
  const { agent, json } = readRunOptions([...base, '--agent', 'command', '--', 'make', '--json', '-k']);
  expect(agent).toMatchObject({ kind: 'command', command: ['make', '--json', '-k'] });
  expect(json).toBe(false);
});

test('limits and rules are read', () => {
  expect(readRunOptions([...base, '--max-turns', '5', '--max-usd', '0.5', '--allow', 'Edit', '--allow', 'Bash(ls:*)'])).toMatchObject({
    limits: { maxTurns: 5, maxUsd: 0.5 },
    allow: ['Edit', 'Bash(ls:*)'],
  });
});

test.each([
  [['--prompt', 'x'], '--repo'],
  [['--repo', '.'], '--prompt'],
  [['--repo', '.', '--prompt', ' '], 'empty'],
  [[...base, '--max-turns', '1.5'], '--max-turns'],
  [[...base, '--max-usd', '-1'], '--max-usd'],
  [[...base, '--agent', 'robot'], '--agent'],
  [[...base, '--agent', 'command'], 'after --'],
  [[...base, 'stray'], 'stray'],
  [[...base, '--on-ask', 'maybe'], '--on-ask'],
])('a wrong call %j is refused by name', (args, named) => {
  expect(() => readRunOptions(args)).toThrow(named);
});
