/** Lines that state a fact of the session: permissions, subagents, plans, program output, notices, ends of turns and runs. */
import { CircleCheck, CircleDashed, CircleDot } from 'lucide-react';
import { MAX_EVENT_TEXT } from '#shared/domain/session-event.ts';
import type { TranscriptItem } from '#shared/domain/transcript.ts';
import { plainOutput } from '../../model/ansi.ts';
import { formatCount } from '#shared/lib/format.ts';
import { Fold } from './fold.tsx';
import { LongText } from './long-text.tsx';
import type { RowProps } from '../row-props.ts';
import s from './items.module.css';

type Of<K extends TranscriptItem['kind']> = Extract<TranscriptItem, { kind: K }>;

const OUTCOMES = { waiting: 'Waiting for you', allowed: 'Allowed', denied: 'Denied', withdrawn: 'No longer asked' } as const;

/** An allowed request with a note was a question: the note is what a person replied. */
export function Permission({ item }: { item: Of<'permission'> }) {
  return (
    <div className={s.fact} data-tone={item.outcome === 'waiting' ? 'wait' : item.outcome === 'denied' ? 'bad' : undefined}>
      <span
        className={s.badge}
        data-tone={item.outcome === 'waiting' ? 'wait' : item.outcome === 'denied' ? 'bad' : item.outcome === 'allowed' ? 'ok' : undefined}
      >
        {item.outcome === 'allowed' && item.note ? 'Answered' : OUTCOMES[item.outcome]}
      </span>
      <span className={s.factText}>{item.title}</span>
      {item.note ? <span className={s.factNote}>{item.note}</span> : null}
    </div>
  );
}

const SUBAGENT = { running: 'running', done: 'done', failed: 'failed', stopped: 'stopped' } as const;

/** @param live the session still runs; without it nothing in it can */
export function Subagent({ item, live }: { item: Of<'subagent'>; live: boolean }) {
  const status = item.status === 'running' && !live ? 'stopped' : item.status;
  const state = status === 'done' ? 'ok' : status === 'stopped' ? 'off' : status;
  return (
    <div className={s.fact}>
      <span className={s.dot} data-state={state} role="img" aria-label={SUBAGENT[status]} />
      <span className={s.verb}>Subagent</span>
      <span className={s.factText}>{item.title}</span>
      {item.summary ? <span className={s.factNote}>{item.summary}</span> : null}
    </div>
  );
}

const ENTRY = {
  pending: { icon: CircleDashed, word: 'to do' },
  active: { icon: CircleDot, word: 'in work' },
  done: { icon: CircleCheck, word: 'done' },
} as const;

export function Plan({ item }: { item: Of<'plan'> }) {
  const done = item.entries.filter((entry) => entry.status === 'done').length;
  return (
    <div className={s.plan}>
      <p className={s.label}>
        Plan, {done} of {item.entries.length} done
      </p>
      <ul>
        {item.entries.map((entry, i) => {
          const { icon: Icon, word } = ENTRY[entry.status];
          return (
            // oxlint-disable-next-line react/no-array-index-key -- a plan is replaced as a whole; its entries have no names
            <li key={i} data-status={entry.status}>
              <Icon size={14} strokeWidth={1.8} aria-label={word} role="img" />
              <span>{entry.text}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

export function Output({ item }: { item: Of<'output'> }) {
  const text = plainOutput(item.text).replace(/\n$/, '');
  return (
    <div className={s.output} data-stream={item.stream}>
      {item.source === 'setup' && <span className={s.label}>Set-up command</span>}
      <LongText text={text} cut={item.cut} tail label={item.stream === 'stderr' ? 'Error output' : 'Output'} />
    </div>
  );
}

export function Notice({ item }: { item: Of<'notice'> }) {
  return (
    <div className={s.notice} data-level={item.level} role={item.level === 'error' ? 'alert' : undefined}>
      <p>{item.text}</p>
      {item.why && <p className={s.why}>{item.why}</p>}
      {item.fix && <p className={s.fix}>{item.fix}</p>}
      {item.level !== 'info' && <code className={s.code}>{item.code}</code>}
    </div>
  );
}

export function Unknown({ item, open, onToggle }: RowProps & { item: Of<'unknown'> }) {
  return (
    <Fold
      open={open}
      onToggle={onToggle}
      title={`Message this version does not know: ${item.type || 'no type'}`}
      hint={`${formatCount(Math.min(item.raw.length, MAX_EVENT_TEXT))} characters`}
    >
      <LongText text={item.raw} cut={item.cut} label="The message as it came" />
    </Fold>
  );
}

const TURN: Readonly<Record<string, string>> = {
  done: 'Turn ended',
  interrupted: 'Turn interrupted',
  max_turns: 'Stopped at the limit of turns',
  max_usd: 'Stopped at the limit of money',
  refused: 'The model refused',
  error: 'Turn ended with an error',
};

export function Turn({ item }: { item: Of<'turn'> }) {
  return (
    <div className={s.rule} data-tone={item.ok ? undefined : 'bad'}>
      <span>{TURN[item.code] ?? item.code}</span>
      {!item.ok && item.text !== '' && <span className={s.factNote}>{item.text.slice(0, 500)}</span>}
    </div>
  );
}

const EXIT: Readonly<Record<string, string>> = {
  completed: 'Session ended',
  failed: 'The agent failed',
  stopped: 'Stopped by you',
  limit: 'Stopped at a limit',
  host_lost: 'The agent host was lost',
  spawn_failed: 'The agent could not be started',
};

export function Exit({ item }: { item: Of<'exit'> }) {
  const bad = item.reason === 'failed' || item.reason === 'host_lost' || item.reason === 'spawn_failed';
  const how = item.signal ? `signal ${item.signal}` : item.exitCode !== null && item.exitCode !== 0 ? `exit code ${item.exitCode}` : '';
  return (
    <div className={s.rule} data-tone={bad ? 'bad' : undefined}>
      <span>
        {EXIT[item.reason] ?? item.reason}
        {how && `, ${how}`}
      </span>
      {item.text !== '' && <span className={s.factNote}>{item.text}</span>}
    </div>
  );
}
