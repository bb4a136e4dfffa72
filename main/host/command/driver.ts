/**
 * Any program as an agent: the prompt on stdin and in ACC_PROMPT, its output as events, its exit code as the result.
 *
 *   running ──(exit 0)──► completed
 *     ├──(other exit)──► failed, COMMAND_FAILED
 *     ├──(interrupt)──► SIGINT; what it does with it is its own affair, a death by it counts as stopped
 *     └──(stop)──► whole tree ended ──► the reason the caller gave
 */
import { agentLabel } from '#shared/domain/agent.ts';
import { fail, ok, type Fault } from '#shared/lib/fault.ts';
import type { Driver, DriverStart } from '../driver.ts';
import { notStarted } from '../not-started.ts';
import { createOutputBatch } from '../process/output.ts';
import { spawnChild, type ExitStatus } from '../process/spawn.ts';
import { settledWithin } from '../process/wait.ts';

/** Longest prompt that is also put into the environment, in bytes: Linux takes 128 kB in one variable. */
const MAX_PROMPT_VARIABLE = 100_000;
/** What a command left running after its own end gets this long to go, in milliseconds. */
const LEFTOVER_GRACE_MS = 1000;

/** Starts a command. A program that cannot be started is told by the `exited` event. */
export const commandDriver: Driver = async (start) => {
  const { emit, prompt } = start;
  emit({ kind: 'message', from: start.promptFrom, text: prompt });
  const output = createOutputBatch(emit);
  const inVariable = Buffer.byteLength(prompt) <= MAX_PROMPT_VARIABLE;
  const program = start.agent.command.length > 0 ? start.agent.command : start.program;
  const spawned = await spawnChild({
    program,
    cwd: start.cwd,
    env: inVariable ? { ...start.env, ACC_PROMPT: prompt } : start.env,
    onStdout: (text) => output.push('stdout', text),
    onStderr: (text) => output.push('stderr', text),
  });
  if (!spawned.ok) return notStarted(start, spawned.fault);
  const child = spawned.value;
  emit({ kind: 'started', pid: child.pid, cwd: start.cwd, agentSessionId: null, resumed: start.resume !== null, model: null, version: null });
  if (!inVariable)
    emit({ kind: 'notice', level: 'info', code: 'PROMPT_ON_STDIN_ONLY', text: 'The prompt is too long for ACC_PROMPT; the command gets it on stdin only.' });

  let interrupted = false;
  let asked: 'completed' | 'stopped' | 'limit' | null = null;
  let forced = false;
  void child.write(prompt).then(() => child.endInput());
  const over = child.exited.then(async (status) => {
    output.end();
    await child.stop(LEFTOVER_GRACE_MS);
    // A command that was given time to finish and used it is judged by its exit code, like one that nobody stopped.
    const byCaller = asked !== null && (forced || asked !== 'completed');
    const reason = byCaller ? (asked === 'limit' ? 'limit' : 'stopped') : interrupted && status.code !== 0 ? 'stopped' : null;
    tellEnd(start, status, reason, output.lastLine('stderr') || output.lastLine('stdout'));
  });

  return {
    pid: child.pid,
    send: async () => notSupported('takes no messages while it runs', 'Stop it and start it again with a new prompt.'),
    answer: async () => notSupported('never asks for permission', 'There is nothing to answer.'),
    async interrupt() {
      interrupted = true;
      return child.signal('SIGINT') ? ok(undefined) : fail('SESSION_NOT_RUNNING', 'The command has ended already.');
    },
    async stop(how, reason, graceMs) {
      asked ??= reason;
      const finished = how === 'finish' && (await settledWithin(child.exited, graceMs));
      if (!finished) forced = true;
      await child.stop(how === 'finish' ? 0 : graceMs);
      await over;
    },
  };
};

function tellEnd({ emit, agent, cwd }: DriverStart, { code, signal }: ExitStatus, stopped: 'stopped' | 'limit' | null, lastLine: string): void {
  if (stopped) {
    emit({ kind: 'turn_ended', ok: false, code: 'interrupted', text: '' });
    emit({ kind: 'exited', exitCode: code, signal, reason: stopped, fault: null });
    return;
  }
  if (code === 0) {
    emit({ kind: 'turn_ended', ok: true, code: 'done', text: '' });
    emit({ kind: 'exited', exitCode: code, signal, reason: 'completed', fault: null });
    return;
  }
  const message = `${agentLabel(agent)} ended ${signal ? `by signal ${signal}` : `with exit code ${code ?? 'unknown'}`}.`;
  const fault: Fault = {
    code: 'COMMAND_FAILED',
    message,
    ...(lastLine === '' ? {} : { why: lastLine }),
    fix: `Read its output, or run the same command in ${cwd} to try it.`,
  };
  emit({ kind: 'turn_ended', ok: false, code: 'error', text: message });
  emit({ kind: 'exited', exitCode: code, signal, reason: 'failed', fault });
}

const notSupported = (what: string, fix: string): ReturnType<typeof fail> => fail('NOT_SUPPORTED', `A command ${what}.`, { fix });
