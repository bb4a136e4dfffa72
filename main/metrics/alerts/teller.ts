/**
 * Tells what is pending. The list is in the store: what was kept is told even after a kill; what was sent when the kill came is sent once more
 * under the same number (at least once, and a receiver can know it).
 *
 *   pending ──due──► sending ──taken──► told
 *                      ├──may work later──► pending, due after 5 s, 30 s, 2 min, 10 min, 1 h
 *                      └──refused, or the last try──► told that it failed
 */
import { faultOf } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';
import type { KeptAlert, Notice } from '#store/alerting.ts';
import type { Outcome } from './channels/channel.ts';
import { send, shown, type SendParts } from './channels/send.ts';
import { afterTry, LONGEST_WAIT, messageOf } from './notices.ts';

/** Sent at the same time: one receiver that hangs holds nobody else up. */
const AT_ONCE = 16;
const LOOK_MS = 30_000;

export type TellerParts = SendParts & { readonly store: Store; readonly log: Log };

export class Teller {
  readonly #parts: TellerParts;
  readonly #sending = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  /** Notices whose outcome could not be kept, and until when they rest: a store in trouble must not make them go out again and again. */
  readonly #resting = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  /** Begins to tell what is due and comes back by itself for the rest. */
  wake(): void {
    if (this.#closing.signal.aborted) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const { store, now, log } = this.#parts;
    try {
      this.#mendClock();
      for (const alert of store.alerts.due(now(), AT_ONCE * 4)) for (const notice of alert.pending) this.#begin(alert.id, notice);
      const next = store.alerts.nextDue();
      if (next !== null) this.#timer = setTimeout(() => this.wake(), Math.min(LOOK_MS, Math.max(1000, next - now()))).unref();
    } catch (error) {
      log('warn', 'alerts could not be told', { error: faultOf(error).message });
      this.#timer = setTimeout(() => this.wake(), LOOK_MS).unref();
    }
  }

  /** Tells all of an alert once, and waits for what comes of it. */
  async tell(alertId: string): Promise<void> {
    const { store } = this.#parts;
    for (const notice of store.alerts.get(alertId)?.pending ?? []) this.#begin(alertId, notice);
    await Promise.all([...this.#sending].flatMap(([id, sent]) => (id.startsWith(`${alertId}.`) ? [sent] : [])));
  }

  /** Ends what is being sent; it stays pending. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#timer) clearTimeout(this.#timer);
    await Promise.all(this.#sending.values());
  }

  #begin(alertId: string, notice: Notice): void {
    if (notice.dueAt > this.#parts.now() || this.#sending.has(notice.id) || this.#sending.size >= AT_ONCE) return;
    if ((this.#resting.get(notice.id) ?? 0) > performance.now()) return;
    this.#resting.delete(notice.id);
    const sent = this.#send(alertId, notice).finally(() => {
      this.#sending.delete(notice.id);
      this.wake();
    });
    this.#sending.set(notice.id, sent);
  }

  async #send(alertId: string, notice: Notice): Promise<void> {
    const { store, now, log } = this.#parts;
    try {
      const alert = store.alerts.get(alertId);
      if (!alert) return;
      const channel = store.alertChannels.get(notice.channel);
      const outcome: Outcome = channel
        ? await send(channel, messageOf(alert, notice), this.#parts, this.#closing.signal)
        : { ok: false, again: false, fault: { code: 'ALERT_CHANNEL_UNKNOWN', message: 'The channel was removed.' } };
      if (this.#closing.signal.aborted && !outcome.ok) return;
      store.transaction(() => {
        const latest = store.alerts.get(alertId);
        if (latest) store.alerts.put(afterTry(latest, notice, outcome, channel?.kind, now()));
      });
      if (!outcome.ok) log('warn', 'an alert was not told', { alert: alertId, channel: notice.channel, code: outcome.fault.code });
    } catch (error) {
      this.#resting.set(notice.id, performance.now() + LOOK_MS);
      log('error', 'an alert could not be told', { alert: alertId, error: faultOf(error).message });
    }
  }

  /** A wait that is longer than any was begun before the clock was set back: over at once. */
  #mendClock(): void {
    const { store, now } = this.#parts;
    const next = store.alerts.nextDue();
    if (next === null || next <= now() + LONGEST_WAIT) return;
    store.transaction(() => {
      for (const alert of store.alerts.due(Number.MAX_SAFE_INTEGER, 1000)) {
        store.alerts.put({ ...alert, pending: alert.pending.map((notice) => ({ ...notice, dueAt: now() })) });
      }
    });
  }
}

/** Tells what needs no sending: by keeping the alert. For the transaction that keeps it. */
export function toldByKeeping(alert: Omit<KeptAlert, 'rev'>, { store, hasDesktop, now }: TellerParts): Omit<KeptAlert, 'rev'> {
  let told = alert;
  for (const notice of alert.pending) {
    const channel = store.alertChannels.get(notice.channel);
    const outcome = channel ? shown(channel, hasDesktop) : null;
    if (channel && outcome) told = afterTry(told, notice, outcome, channel.kind, now());
  }
  return told;
}
