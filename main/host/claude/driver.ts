/**
 * Runs the Claude Code CLI for one session over stream-json on stdin and stdout.
 *
 *   spawn ──► running ──(turns: send, answer, interrupt)──► stopping ──► exited
 *     └── fault ──► exited (spawn_failed)       └──(ends by itself)──────┘
 */
import { randomUUID } from 'node:crypto';
import type { Driver, DriverRun, DriverStart } from '../driver.ts';
import { notStarted } from '../not-started.ts';
import { spawnChild } from '../process/spawn.ts';
import { envOf, programOf } from './args.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import { ClaudeRun } from './run.ts';

export const claudeDriver: Driver = async (start: DriverStart): Promise<DriverRun> => {
  start.emit({ kind: 'message', from: start.promptFrom, text: start.prompt });
  const run = new ClaudeRun(start);
  const spawned = await spawnChild({
    program: programOf(start, randomUUID()),
    cwd: start.cwd,
    env: envOf(start.env),
    maxLineBytes: MAX_LINE_BYTES,
    onStdoutLine: (line, cut) => run.line(line, cut),
    onStderr: (text) => run.stderr(text),
  });
  if (!spawned.ok) return notStarted(start, spawned.fault);
  run.begin(spawned.value);
  return run;
};
