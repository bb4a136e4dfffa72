/** State, always as colour and word (or shape): badges, dots, and the words of every session and change state. */
import type { ReactNode } from 'react';
import type { ChangeStatus, SessionStatus } from '#shared/domain/status.ts';
import { cx } from '../lib/cx.ts';
import type { Tone } from './tone.ts';
import s from './status.module.css';

/** A word on a soft ground of its state. */
export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={cx(s.badge, s[`soft-${tone}`])}>{children}</span>;
}

/** A dot with its word; the word is only read, not shown, when the place already says it. */
export function StatusDot({ tone, word, hideWord = false }: { tone: Tone; word: string; hideWord?: boolean }) {
  return (
    <span className={s.status}>
      <span className={cx(s.dot, s[tone])} aria-hidden="true" />
      <span className={hideWord ? 'visually-hidden' : s.word}>{word}</span>
    </span>
  );
}

/** A small number beside a name in the rail or a tab. */
export function CountBadge({ count, tone = 'off', label }: { count: number; tone?: Tone; label: string }) {
  return (
    <span className={cx(s.count, tone !== 'off' && s[`soft-${tone}`])}>
      {count}
      <span className="visually-hidden"> {label}</span>
    </span>
  );
}

export const sessionWords: Readonly<Record<SessionStatus, { word: string; tone: Tone }>> = {
  queued: { word: 'queued', tone: 'off' },
  starting: { word: 'starting', tone: 'run' },
  running: { word: 'running', tone: 'run' },
  waiting: { word: 'waiting for you', tone: 'wait' },
  finished: { word: 'finished', tone: 'ok' },
  failed: { word: 'failed', tone: 'bad' },
  stopped: { word: 'stopped', tone: 'off' },
  limited: { word: 'stopped by a limit', tone: 'wait' },
  interrupted: { word: 'interrupted', tone: 'bad' },
};

export const changeWords: Readonly<Record<ChangeStatus, { word: string; tone: Tone }>> = {
  waiting: { word: 'to review', tone: 'run' },
  merged: { word: 'merged', tone: 'ok' },
  kept: { word: 'kept', tone: 'ok' },
  rejected: { word: 'rejected', tone: 'off' },
  changes_asked: { word: 'changes asked', tone: 'wait' },
  conflicted: { word: 'conflict', tone: 'bad' },
};

export const SessionBadge = ({ status }: { status: SessionStatus }) => <Badge tone={sessionWords[status].tone}>{sessionWords[status].word}</Badge>;
export const ChangeBadge = ({ status }: { status: ChangeStatus }) => <Badge tone={changeWords[status].tone}>{changeWords[status].word}</Badge>;
