/** Notifications of an alert: made with it in one transaction, so that none is forgotten and none is made twice. */
import type { Alert, AlertChannel, NoticeKind } from '#shared/domain/alert.ts';
import type { KeptAlert, Notice } from '#store/alerting.ts';
import { detailOf, type Message, type Outcome } from './channels/channel.ts';

/** Waits between tries, in milliseconds; after the last it is given up and said. */
const WAITS = [5000, 30_000, 120_000, 600_000, 3_600_000];
/** No notice waits longer than this; one that does was made before the clock was set back. */
export const LONGEST_WAIT = 3_600_000;

type Body = Omit<KeptAlert, 'rev'>;
type Told = Alert['told'][number];

/** The alert with a notice for each channel. Its number names it for good. */
export function withNotices(alert: Body, what: NoticeKind, channels: readonly string[], sentence: string, at: number): Body {
  const made = [...new Set(channels)].map((channel): Notice => ({ id: `${alert.id}.${what}.${channel}`, channel, what, sentence, at, tries: 0, dueAt: at }));
  const known = new Set(alert.pending.map(({ id }) => id));
  return { ...alert, pending: [...alert.pending, ...made.filter(({ id }) => !known.has(id))] };
}

export function messageOf(alert: Body, { id, what, sentence, at }: Notice): Message {
  const { ruleId, ruleName, severity, startedAt, endedAt, value, threshold, n, test } = alert;
  const words = {
    fired: `${severity}: ${ruleName}`,
    escalated: `${severity}, not acknowledged: ${ruleName}`,
    ended: `over: ${ruleName}`,
    test: `test: ${ruleName}`,
  };
  return { id, what, subject: words[what], sentence, at, alert: { id: alert.id, ruleId, ruleName, severity, startedAt, endedAt, value, threshold, n, test } };
}

/** The alert after a try: told, told that it failed for good, or due again. One line for each channel and notice, the latest. */
export function afterTry(alert: Body, notice: Notice, outcome: Outcome, via: AlertChannel['kind'] | undefined, now: number): Body {
  const tries = notice.tries + 1;
  const wait = outcome.ok || !outcome.again ? undefined : WAITS[tries - 1];
  const others = alert.pending.filter(({ id }) => id !== notice.id);
  const afterMs = outcome.ok ? 0 : (outcome.afterMs ?? 0);
  const pending = wait === undefined ? others : [...others, { ...notice, tries, dueAt: now + Math.max(wait, afterMs) }];
  const often = tries === 1 ? '' : ` Tried ${tries} times.`;
  const rest = wait === undefined ? '' : ' It is tried again by itself.';
  const line: Told = {
    channel: notice.channel,
    at: now,
    ok: outcome.ok,
    detail: `${detailOf(outcome)}${often}${rest}`,
    what: notice.what,
    ...(via ? { via } : {}),
  };
  return { ...alert, pending, told: [...alert.told.filter(({ channel, what }) => channel !== notice.channel || what !== notice.what), line] };
}
