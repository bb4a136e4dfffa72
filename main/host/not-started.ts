/** The run of an agent that could not be started: tells so by its `exited` event, and nothing can be asked of it. One for every driver. */
import { agentLabel } from '#shared/domain/agent.ts';
import { fail, type Fault, type Result } from '#shared/lib/fault.ts';
import type { DriverRun, DriverStart } from './driver.ts';

/** Emits the end with the fault of the start. @returns a run whose every act but `stop` is the fault SESSION_NOT_RUNNING */
export function notStarted({ emit, agent }: Pick<DriverStart, 'emit' | 'agent'>, fault: Fault): DriverRun {
  emit({ kind: 'exited', exitCode: null, signal: null, reason: 'spawn_failed', fault });
  const refused = async (): Promise<Result<void>> =>
    fail('SESSION_NOT_RUNNING', `${agentLabel(agent)} did not start in this session.`, { why: fault.message, fix: 'Resume the session when that is mended.' });
  return { pid: null, send: refused, answer: refused, interrupt: refused, stop: async () => undefined };
}
