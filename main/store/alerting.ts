/** What the store keeps of alerts and reports, and how the other rooms see it. */
import { z } from 'zod';
import { Alert, AlertState, NoticeKind } from '#shared/domain/alert.ts';
import type { MadeReport } from '#shared/domain/report.ts';

/** Times are milliseconds since the epoch. */
export const RuleState = z.object({
  state: AlertState,
  /** When it came into this state. */
  since: z.number().int(),
  /** The clock at the last look: what is measured from it goes on rightly when the clock is set back. */
  seenAt: z.number().int(),
  /** End of the cooling. */
  until: z.number().int().nullable(),
  /** When the firing is told again; null when it is not, or was. */
  escalateAt: z.number().int().nullable(),
  alertId: z.string().nullable(),
});
export type RuleState = z.infer<typeof RuleState>;

/** A notification that is still to be told. */
export const Notice = z.object({
  /** Names it to receivers: the same however often it is sent. */
  id: z.string(),
  channel: z.string(),
  what: NoticeKind,
  sentence: z.string(),
  at: z.number().int(),
  tries: z.number().int(),
  dueAt: z.number().int(),
});
export type Notice = z.infer<typeof Notice>;

export const KeptAlert = Alert.omit({ rev: true }).extend({ pending: z.array(Notice) });
/** An alert as it is kept: with what is still to be told of it. */
export type KeptAlert = z.infer<typeof KeptAlert> & { readonly rev: number };

/** As everybody sees it: what is still to be told is told in `told` once it was tried. */
export function shownAlert({ pending: _pending, ...alert }: KeptAlert): Alert {
  return alert;
}

export type AlertTables = {
  get(id: string): KeptAlert | null;
  /** Keeps an alert, a new one or the latest of one. @returns it with its revision */
  put(alert: Omit<KeptAlert, 'rev'>): KeptAlert;
  /** Newest first, those that began before a time. */
  page(filter: { before?: number; limit: number }): { alerts: KeptAlert[]; more: boolean };
  /** Those that began or were open within a time, oldest first. */
  between(from: number, to: number, limit: number): KeptAlert[];
  open(): KeptAlert[];
  since(rev: number): KeptAlert[];
  /** With notifications that are due, the longest due first. */
  due(now: number, limit: number): KeptAlert[];
  /** When the next notification is due; null when none is left. */
  nextDue(): number | null;
  /** Ended before a time, with nothing left to tell: forgotten. @returns how many */
  forget(before: number): number;
  state(ruleId: string): RuleState | null;
  setState(ruleId: string, state: RuleState | null): void;
};

export type Named = { readonly id: string };

export type Documents<T extends Named> = {
  get(id: string): T | null;
  /** Oldest first. */
  list(): T[];
  /** Keeps it: a new one, or in place of what is there under its id. `at`: milliseconds since the epoch. */
  save(document: T, at: number): void;
  /** False when it was not there. */
  remove(id: string): boolean;
};

export type ReportTable = {
  get(id: string): MadeReport | null;
  /** Newest first. */
  list(limit: number): MadeReport[];
  insert(report: MadeReport): void;
  /** False when it was not there. */
  remove(id: string): boolean;
};
