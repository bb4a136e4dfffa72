/** Runs an ACP agent (Gemini, Codex, OpenCode and others) for one session, over its stdin and stdout. */
import { fail, type Result } from '#shared/lib/fault.ts';
import type { Driver, DriverRun } from '../driver.ts';
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
  if (!spawned.ok) {
    start.emit({ kind: 'exited', exitCode: null, signal: null, reason: 'spawn_failed', fault: spawned.fault });
    return nothingRuns;
  }
  run.begin(spawned.value);
  return run;
};

const gone = async (): Promise<Result<void>> => fail('SESSION_NOT_RUNNING', 'The agent of this session did not start.');

const nothingRuns: DriverRun = { pid: null, send: gone, answer: gone, interrupt: gone, stop: async () => undefined };
