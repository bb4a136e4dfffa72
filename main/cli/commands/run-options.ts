/** What `acc run` was asked for, read from its arguments. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { AgentChoice, Limits } from '#shared/domain/agent.ts';
import { dataDir } from '#core/data-dir.ts';
import { UsageError } from '../exit-codes.ts';

export type RunOptions = {
  readonly dataDir: string;
  readonly json: boolean;
  readonly repository: string;
  readonly title: string;
  readonly prompt: string;
  readonly agent: AgentChoice;
  readonly limits: Limits;
  readonly allow: string[];
  readonly onAsk: 'wait' | 'deny';
};

const options = {
  data: { type: 'string' },
  json: { type: 'boolean' },
  repo: { type: 'string' },
  agent: { type: 'string' },
  prompt: { type: 'string' },
  title: { type: 'string' },
  model: { type: 'string' },
  'max-turns': { type: 'string' },
  'max-usd': { type: 'string' },
  'max-minutes': { type: 'string' },
  allow: { type: 'string', multiple: true },
  'on-ask': { type: 'string' },
} as const;

/** @throws {UsageError} naming the option that is wrong */
export function readRunOptions(args: string[]): RunOptions {
  const split = args.indexOf('--');
  const { values, positionals } = parseArgs({ args: split === -1 ? args : args.slice(0, split), options, allowPositionals: true });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0] ?? ''}" is one word too many; quote the prompt, and put a command after --`);
  if (!values.repo) throw new UsageError('run needs --repo DIR');
  if (values.prompt === undefined) throw new UsageError('run needs --prompt TEXT');
  const prompt = values.prompt === '-' ? readFileSync(0, 'utf8') : values.prompt;
  if (prompt.trim() === '') throw new UsageError('the prompt is empty');
  const onAsk = values['on-ask'] ?? (process.stdin.isTTY ? 'wait' : 'deny');
  if (onAsk !== 'wait' && onAsk !== 'deny') throw new UsageError('--on-ask is wait or deny');
  return {
    dataDir: dataDir(values.data),
    json: values.json ?? false,
    repository: path.resolve(values.repo),
    title: (values.title ?? firstLine(prompt)).slice(0, 200),
    prompt,
    agent: agentOf(values.agent ?? 'claude-code', values.model ?? '', split === -1 ? [] : args.slice(split + 1)),
    limits: {
      maxTurns: numberOf(values['max-turns'], '--max-turns', true),
      maxUsd: numberOf(values['max-usd'], '--max-usd', false),
      maxMinutes: numberOf(values['max-minutes'], '--max-minutes', false),
    },
    allow: values.allow ?? [],
    onAsk,
  };
}

function agentOf(asked: string, model: string, command: string[]): AgentChoice {
  if (asked === 'command') {
    if (command.length === 0) throw new UsageError('--agent command needs the program after --');
    return { kind: 'command', name: '', command, model };
  }
  if (asked === 'claude-code' && command.length === 0) return { kind: 'claude-code', name: '', command: [], model };
  if (asked === 'claude-code') throw new UsageError('a program after -- goes with --agent command or acp:NAME');
  const name = /^acp:(.+)$/.exec(asked)?.[1];
  if (!name) throw new UsageError('--agent is claude-code, acp:NAME or command');
  return { kind: 'acp', name, command, model };
}

function numberOf(text: string | undefined, option: string, whole: boolean): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || (whole && !Number.isInteger(value)))
    throw new UsageError(`${option} is a ${whole ? 'whole ' : ''}number above 0`);
  return value;
}

const firstLine = (text: string): string => text.trim().split('\n', 1)[0]?.slice(0, 80) ?? 'Task';
