/** Exit codes of every command. Scripts depend on them: they do not change. */
export const Exit = {
  ok: 0,
  /** Something failed that is none of the below. */
  error: 1,
  /** The call itself was wrong: unknown word, missing option, bad value. */
  usage: 2,
  agentFailed: 3,
  limit: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof Exit)[keyof typeof Exit];

/** A wrong call: says what was wrong; the command ends with `Exit.usage`. */
export class UsageError extends Error {}
