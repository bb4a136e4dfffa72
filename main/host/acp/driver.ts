/** Runs an ACP agent (Gemini, Codex, OpenCode and others) for one session, over its stdin and stdout. */
import type { Driver } from '../driver.ts';
import { notStarted } from '../not-started.ts';
import { spawnChild } from '../process/spawn.ts';
import { acpProgram } from './programs.ts';
import { AcpRun } from './run.ts';

/** A message may carry whole files, twice for a diff: longest line taken, in bytes. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

export const acpDriver: Driver = async (start) => {
  start.emit({ kind: 'message', from: start.promptFrom, text: start.prompt });
  const run = new AcpRun(start);
  const { agent, program } = start;
  const spawned = await spawnChild({
    program: program.length > 0 ? program : agent.command.length > 0 ? agent.command : acpProgram(agent.name),
    cwd: start.cwd,
    env: start.env,
    maxLineBytes: MAX_LINE_BYTES,
    onStdoutLine: (line, cut) => run.line(line, cut),
    onStderr: (text) => run.stderr(text),
  });
  if (!spawned.ok) return notStarted(start, spawned.fault);
  run.begin(spawned.value);
  return run;
};
