/** What was said: by a person, by the agent, and what the agent thought. */
import { useState } from 'react';
import type { TranscriptItem } from '#shared/domain/transcript.ts';
import { formatCount } from '#shared/lib/format.ts';
import { Markdown } from '../markdown.tsx';
import { Fold } from './fold.tsx';
import type { RowProps } from '../row-props.ts';
import s from './items.module.css';

type Of<K extends TranscriptItem['kind']> = Extract<TranscriptItem, { kind: K }>;

const FROM = { task: 'Task, from you', person: 'You', review: 'Review, from you', app: 'From the app' } as const;
/** Longest Markdown compiled at once: a longer text is a long task on a slow machine. */
const MOST = 12_000;

export function Message({ item }: { item: Of<'message'> }) {
  return (
    <div className={s.message}>
      <span className={s.label}>{FROM[item.from]}</span>
      <p className={s.said}>
        <Bounded text={item.text} plain />
      </p>
    </div>
  );
}

export function Text({ item }: { item: Of<'text'> }) {
  return (
    <>
      <Bounded text={item.text} />
      {item.cut ? <p className={s.note}>{formatCount(item.cut)} more characters were not kept.</p> : null}
    </>
  );
}

export function Thinking({ item, open, onToggle }: RowProps & { item: Of<'thinking'> }) {
  return (
    <Fold open={open} onToggle={onToggle} title="Thought" hint={item.text.replace(/[#*`_\s]+/g, ' ').trim()}>
      <Bounded text={item.text} quiet />
    </Fold>
  );
}

/** Markdown up to a length; the rest comes on demand and in pieces. */
function Bounded({ text, quiet = false, plain = false }: { text: string; quiet?: boolean; plain?: boolean }) {
  const [most, setMost] = useState(MOST);
  const shown = text.length > most ? text.slice(0, most) : text;
  return (
    <>
      {plain ? shown : <Markdown text={shown} quiet={quiet} />}
      {text.length > most && (
        <button type="button" className={s.more} onClick={() => setMost(most + MOST)}>
          Show more, {formatCount(text.length - most)} characters after this
        </button>
      )}
    </>
  );
}
