/** Acts on permissions and on many sessions at once, the same from every list. Each says what it did, with its way back. */
import { plural } from '#shared/lib/format.ts';
import { answersText } from '#shared/domain/question.ts';
import type { Alert } from '#shared/domain/alert.ts';
import type { Permission, PermissionAnswer, Session } from '#shared/domain/session.ts';
import { client } from './client.ts';
import { isEnded, isLive } from './live-select.ts';
import { adopt } from './live.ts';
import { attempt, say } from './toasts.ts';

/** Answers under way: a second press of the same key must not answer twice. */
const answering = new Set<string>();

/**
 * Answers one request.
 * @returns whether the answer was taken
 */
export async function answer(permission: Permission, given: PermissionAnswer): Promise<boolean> {
  if (answering.has(permission.id)) return false;
  answering.add(permission.id);
  try {
    const answered = await attempt(() => client.permissions.answer({ id: permission.id, answer: given }));
    if (!answered) return false;
    adopt({ permissions: [answered] });
    say(words(permission, given));
    return true;
  } finally {
    answering.delete(permission.id);
  }
}

function words(permission: Permission, given: PermissionAnswer): string {
  switch (given.kind) {
    case 'allow-once':
      return `Allowed once: ${permission.title}`;
    case 'allow-session':
      return `Allowed for this session: ${permission.title}`;
    case 'allow-always':
      return `Always allowed from now on: ${given.rule}`;
    case 'deny':
      return permission.questions.length > 0 ? `Skipped: ${permission.title}` : `Denied: ${permission.title}`;
    case 'reply':
      return `Answered: ${answersText(permission.questions, given.answers)}`;
  }
}

/**
 * Says that a person knows of an alert: it is not told again until it is over.
 * @returns whether it was taken
 */
export async function acknowledge(alert: Alert): Promise<boolean> {
  const acknowledged = await attempt(() => client.analytics.acknowledge({ id: alert.id }));
  if (!acknowledged) return false;
  adopt({ alerts: [acknowledged] });
  say(`Acknowledged "${alert.ruleName}".`);
  return true;
}

const named = (sessions: readonly Session[]): string => (sessions.length === 1 ? `"${sessions[0]?.title}"` : plural(sessions.length, 'session'));

/** Takes ended sessions off the lists; running ones are left and named. */
export async function archiveSessions(chosen: readonly Session[]): Promise<void> {
  const ended = chosen.filter(isEnded);
  const left = chosen.length - ended.length;
  if (ended.length === 0) {
    if (left > 0) say('Only ended sessions can be archived. Stop it first.');
    return;
  }
  const ids = ended.map((session) => session.id);
  const done = await attempt(() => client.sessions.archive({ ids, archived: true }));
  if (!done) return;
  adopt({ sessions: ended.map((session) => ({ ...session, archivedAt: Date.now() })) });
  say(`Archived ${named(ended)}.${left > 0 ? ` ${plural(left, 'session')} still active stayed.` : ''}`, async () => {
    await client.sessions.archive({ ids, archived: false });
    adopt({ sessions: ended });
  });
}

/** Ends sessions; each can be resumed by the undo. */
export async function stopSessions(chosen: readonly Session[]): Promise<void> {
  const going = chosen.filter((session) => isLive(session) || session.status === 'queued');
  if (going.length === 0) return;
  const stopped = (await Promise.all(going.map((session) => attempt(() => client.sessions.stop({ id: session.id }))))).filter((one) => one !== undefined);
  adopt({ sessions: stopped });
  if (stopped.length > 0) say(`Stopped ${named(stopped)}.`, () => resumeSessions(stopped));
}

/** Goes on with ended sessions where they were. */
export async function resumeSessions(chosen: readonly Session[]): Promise<void> {
  const resumed = (await Promise.all(chosen.map((session) => attempt(() => client.sessions.resume({ id: session.id, text: '' }))))).filter(
    (one) => one !== undefined,
  );
  adopt({ sessions: resumed });
  if (resumed.length > 0) say(`Resumed ${named(resumed)}.`);
}
