/**
 * What every agent looks like to the host: start, send, answer a permission, interrupt, stop; events out. A driver owns one
 * agent process (or connection) for one run of a session and knows nothing of sockets, storage or worktrees.
 */
import type { AgentChoice, Limits } from '#shared/domain/agent.ts';
import type { Answers } from '#shared/domain/question.ts';
import type { LivePart, MessageSource, SessionEvent } from '#shared/domain/session-event.ts';
import type { Result } from '#shared/lib/fault.ts';

export type DriverStart = {
  readonly sessionId: string;
  readonly agent: AgentChoice;
  /** Program with leading arguments; never empty. */
  readonly program: readonly string[];
  readonly cwd: string;
  /** The whole environment of the child: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly prompt: string;
  readonly promptFrom: MessageSource;
  /** The agent's own session to go on with; null starts a new one. */
  readonly resume: string | null;
  readonly limits: Limits;
  readonly allow: readonly string[];
  /** Facts, in the order they happened. `exited` is the last and comes exactly once, whatever happens. */
  readonly emit: (event: SessionEvent) => void;
  /** Text that is still being written. */
  readonly live: (part: LivePart) => void;
};

export type PermissionReply = {
  readonly requestId: string;
  readonly allow: boolean;
  readonly note: string;
  readonly remember: readonly string[];
  /** By question, for a request that asked some. */
  readonly answers?: Readonly<Answers> | undefined;
};

export type DriverRun = {
  /** Root of the agent's process tree; null when nothing runs. */
  readonly pid: number | null;
  send(text: string, from: 'person' | 'review'): Promise<Result<void>>;
  answer(reply: PermissionReply): Promise<Result<void>>;
  interrupt(): Promise<Result<void>>;
  /** Ends the run; resolves after `exited` was emitted and no process of the tree is left. */
  stop(how: 'finish' | 'stop', reason: 'completed' | 'stopped' | 'limit', graceMs: number): Promise<void>;
};

/** Starts one run. A missing or broken program is told by an `exited` event with a fault, not by a throw. */
export type Driver = (start: DriverStart) => Promise<DriverRun>;
