/** What the next run of a session is told, and whether its agent goes on with its own session. Pure. */
import type { SessionRow } from '#store/store.ts';

/** What an agent is told after a crash, a pause or a restart of the app. */
export const GO_ON = 'Go on where you stopped.';

/** What an agent is told with its task when its own session of an earlier run is gone. */
export const BEGIN_AGAIN = 'An earlier run already worked on this in the same folder, but its conversation is gone. Look at what is there, then go on from it.';

export type Prompt = NonNullable<SessionRow['nextPrompt']>;

/** A command starts from nothing each time; agents keep a session of their own that a new process can load. */
export const isResumable = (session: Pick<SessionRow, 'agent'>): boolean => session.agent.kind !== 'command';

/** The prompt of a resume: the message alone when the agent remembers the rest, else the task with the message. */
export function resumePrompt(session: Pick<SessionRow, 'agent' | 'agentSessionId'>, body: string, text: string, from: Prompt['from']): Prompt | null {
  if (isResumable(session) && session.agentSessionId !== null) return text.trim() === '' ? { text: GO_ON, from: 'app' } : { text, from };
  return text.trim() === '' ? null : { text: `${body}\n\n${text}`, from };
}

/** The prompt when the agent's own session is gone: the task, how things stand, and the message that was to be the next. */
export function restartPrompt(body: string, waiting: Prompt | null): Prompt {
  const message = waiting === null || isGoOn(waiting) ? '' : `\n\n${waiting.text}`;
  return { text: `${body}\n\n${BEGIN_AGAIN}${message}`, from: 'app' };
}

/** What a new attempt on another host is told beside its task: the message that waited, as nothing else of the lost run is there. */
export function promptElsewhere(waiting: Prompt | null, body: string): Prompt | null {
  if (waiting === null || waiting.from === 'app') return null;
  return waiting.text.startsWith(body) ? waiting : { text: `${body}\n\n${waiting.text}`, from: waiting.from };
}

/** Adds a message of a person to what waits for the next start; a mere "go on" of the app gives way to it. */
export function addMessage(waiting: Prompt | null, body: string, text: string): Prompt {
  if (waiting !== null && isGoOn(waiting)) return { text, from: 'person' };
  return { text: `${waiting?.text ?? body}\n\n${text}`, from: waiting?.from ?? 'task' };
}

const isGoOn = (prompt: Prompt): boolean => prompt.from === 'app' && prompt.text === GO_ON;
