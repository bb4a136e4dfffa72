/** What a person can do to one session beyond what every list offers. Each says what it did, with its way back where there is one. */
import type { Session } from '#shared/domain/session.ts';
import { client } from '../lib/client.ts';
import { adopt } from '../lib/live.ts';
import { attempt, say } from '../lib/toasts.ts';

export async function interrupt(session: Session): Promise<void> {
  if (await attempt(() => client.sessions.interrupt({ id: session.id }))) say('Interrupted. Write what it should do instead, or stop it.');
}

/**
 * Goes on with an ended session.
 * @param text the next message; empty tells the agent to go on
 * @returns whether the core took it
 */
export async function resume(session: Session, text = ''): Promise<boolean> {
  const resumed = await attempt(() => client.sessions.resume({ id: session.id, text }));
  if (!resumed) return false;
  adopt({ sessions: [resumed] });
  return true;
}

/** Takes an archived session back into the lists. */
export async function bringBack(session: Session): Promise<void> {
  if (!(await attempt(() => client.sessions.archive({ ids: [session.id], archived: false })))) return;
  adopt({ sessions: [{ ...session, archivedAt: null }] });
  say(`"${session.title}" is back in the list.`);
}
