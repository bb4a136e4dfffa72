/** What waits for a person: permissions, hosts in trouble, alerts that fire, changes to review, sessions that ended badly. One list, the most urgent kind first, oldest first within it. */
import type { Alert, Severity } from '#shared/domain/alert.ts';
import type { Change } from '#shared/domain/change.ts';
import type { Permission, Session } from '#shared/domain/session.ts';
import { plural } from '#shared/lib/format.ts';
import { isLasting, type HostTrouble } from '../connections/troubles.ts';
import { isLive } from '../lib/live-select.ts';
import type { Tone } from '../components/tone.ts';

export type Need =
  | { readonly kind: 'permission'; readonly id: string; readonly at: number; readonly permission: Permission }
  | { readonly kind: 'review'; readonly id: string; readonly at: number; readonly change: Change }
  | { readonly kind: 'host'; readonly id: string; readonly at: number; readonly trouble: HostTrouble; readonly sessions: number }
  | { readonly kind: 'alert'; readonly id: string; readonly at: number; readonly alert: Alert }
  | { readonly kind: 'failure'; readonly id: string; readonly at: number; readonly session: Session };

const BAD = new Set<Session['status']>(['failed', 'interrupted', 'limited']);

/**
 * Builds the list. A failed session whose change waits for review is one need, the review. A host in trouble is one when sessions are on it.
 * @param alerts those that nobody acknowledged, the most severe first
 * @param now the core's time, milliseconds
 */
export function needsOf(
  permissions: readonly Permission[],
  changes: readonly Change[],
  sessions: readonly Session[],
  troubles: readonly HostTrouble[],
  alerts: readonly Alert[],
  now: number,
): Need[] {
  const inReview = new Set(changes.map((change) => change.sessionId));
  return [
    ...permissions.map((permission): Need => ({ kind: 'permission', id: permission.id, at: permission.askedAt, permission })),
    ...troubles
      .filter((trouble) => isLasting(trouble, now))
      .map((trouble): Need => ({
        kind: 'host',
        id: trouble.id,
        at: trouble.since,
        trouble,
        sessions: sessions.filter((one) => one.hostId === trouble.id && isLive(one)).length,
      }))
      .filter((need) => need.kind === 'host' && need.sessions > 0),
    ...alerts.map((alert): Need => ({ kind: 'alert', id: alert.id, at: alert.startedAt, alert })),
    ...changes.map((change): Need => ({ kind: 'review', id: change.id, at: change.createdAt, change })),
    ...sessions
      .filter((session) => BAD.has(session.status) && session.archivedAt === null && !inReview.has(session.id))
      .map((session): Need => ({ kind: 'failure', id: session.id, at: session.endedAt ?? session.createdAt, session }))
      .toSorted((a, b) => a.at - b.at),
  ];
}

const needWords: Readonly<Record<Exclude<Need['kind'], 'alert'>, { word: string; tone: Tone }>> = {
  permission: { word: 'Permission', tone: 'wait' },
  host: { word: 'Host', tone: 'bad' },
  review: { word: 'Review', tone: 'run' },
  failure: { word: 'Failed', tone: 'bad' },
};

const alertWords: Readonly<Record<Severity, { word: string; tone: Tone }>> = {
  info: { word: 'Info', tone: 'run' },
  warning: { word: 'Warning', tone: 'wait' },
  critical: { word: 'Critical', tone: 'bad' },
};

/** The word on the badge; a conflict and a limit are named as what they are, an alert by how severe it is. */
export function needBadge(need: Need): { word: string; tone: Tone } {
  if (need.kind === 'alert') return alertWords[need.alert.severity];
  if (need.kind === 'permission' && need.permission.questions.length > 0) return { word: 'Question', tone: 'wait' };
  if (need.kind === 'review' && need.change.status === 'conflicted') return { word: 'Conflict', tone: 'bad' };
  if (need.kind === 'failure' && need.session.status === 'limited') return { word: 'Limit', tone: 'wait' };
  if (need.kind === 'failure' && need.session.status === 'interrupted') return { word: 'Interrupted', tone: 'bad' };
  return needWords[need.kind];
}

/** Title and second voice of a row. */
export function needText(need: Need, repository: string): { title: string; note: string } {
  switch (need.kind) {
    case 'permission':
      return { title: need.permission.title, note: join(repository, need.permission.sessionTitle) };
    case 'review':
      return {
        title: need.change.title,
        note: join(
          repository,
          need.change.status === 'conflicted'
            ? plural(need.change.conflicts.length, 'conflict')
            : `${plural(need.change.files.length, 'file')} +${need.change.added} −${need.change.deleted}`,
        ),
      };
    case 'host':
      return {
        title: `${need.trouble.name} ${need.trouble.what === 'ejected' ? 'is ejected' : 'cannot be reached'}`,
        note: join(`${plural(need.sessions, 'session')} there`, need.trouble.cause),
      };
    case 'alert':
      return { title: need.alert.ruleName, note: need.alert.sentence };
    case 'failure':
      return { title: need.session.title, note: join(repository, need.session.statusText) };
  }
}

const join = (...parts: string[]): string => parts.filter((part) => part !== '').join(', ');
