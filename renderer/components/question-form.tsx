/** What an agent asks, with its choices and room for own words; the same in the inbox and above the composer. 1 to 9 choose, Ctrl-Enter replies. */
import { useId, useState } from 'react';
import { unanswered, type Answers, type Question } from '#shared/domain/question.ts';
import { useKeys } from '../lib/keys.ts';
import { Button } from './button.tsx';
import { KeyHint } from './key-hint.tsx';
import s from './question-form.module.css';

type Draft = { readonly picked: readonly string[]; readonly own: string };
const empty: Draft = { picked: [], own: '' };
/** Choices that have a key: one digit. */
const MOST_KEYS = 9;

/** Own words win over choices; several choices are joined as the agent expects them. */
const textOf = ({ picked, own }: Draft): string => own.trim() || picked.join(', ');

type Props = {
  questions: readonly Question[];
  onReply: (answers: Answers) => void;
  /** Denies: nothing is answered, a note may say why. */ onSkip: () => void;
  busy?: boolean;
};

export function QuestionForm({ questions, onReply, onSkip, busy = false }: Props) {
  const [drafts, setDrafts] = useState<readonly Draft[]>(() => questions.map(() => empty));
  const answers = Object.fromEntries(questions.map(({ question }, i) => [question, textOf(drafts[i] ?? empty)]));
  const open = unanswered(questions, answers);
  // The one the digits are for: where the focus was last, else the first without an answer.
  const [focused, setFocused] = useState<number | null>(null);
  const current =
    focused ??
    Math.max(
      0,
      questions.findIndex((question) => open.includes(question)),
    );
  const asked = questions[current];
  const change = (i: number, draft: Draft): void => setDrafts(drafts.map((before, at) => (at === i ? draft : before)));
  const pick = (i: number, label: string): void => {
    const picked = drafts[i]?.picked ?? [];
    const others = picked.filter((one) => one !== label);
    if (questions[i]?.multiple) change(i, { picked: others.length < picked.length ? others : [...picked, label], own: '' });
    else change(i, { picked: [label], own: '' });
  };
  const reply = (): void => {
    if (open.length === 0 && !busy) onReply(answers);
  };
  useKeys('Question', [
    { keys: 'Mod+Enter', label: 'Reply', run: reply, enabled: open.length === 0 && !busy, whileTyping: true },
    { keys: 'd', label: 'Skip the question with a note', run: onSkip, enabled: !busy },
    ...(asked?.options ?? []).slice(0, MOST_KEYS).map(({ label }, n) => ({
      keys: String(n + 1),
      label: `Choose ${label}`,
      quiet: true,
      run: () => {
        pick(current, label);
        if (!asked?.multiple) setFocused(null);
      },
    })),
  ]);
  return (
    <form
      className={s.form}
      onSubmit={(event) => {
        event.preventDefault();
        reply();
      }}
    >
      {questions.map((question, i) => (
        <One
          key={question.question}
          question={question}
          draft={drafts[i] ?? empty}
          keyed={i === current}
          onFocus={() => setFocused(i)}
          onPick={(label) => pick(i, label)}
          onWrite={(own) => change(i, { picked: [], own })}
        />
      ))}
      <div className={s.acts}>
        <Button type="submit" look="primary" keys="Mod+Enter" isDisabled={open.length > 0 || busy}>
          Reply
        </Button>
        <Button keys="d" isDisabled={busy} onPress={onSkip}>
          Skip…
        </Button>
      </div>
    </form>
  );
}

type OneProps = { question: Question; draft: Draft; keyed: boolean; onFocus: () => void; onPick: (label: string) => void; onWrite: (own: string) => void };

function One({ question, draft, keyed, onFocus, onPick, onWrite }: OneProps) {
  const name = useId();
  return (
    // The focus of any field inside chooses the question that the number keys answer.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <fieldset className={s.question} onFocus={onFocus}>
      <legend>
        {question.header !== '' && <span className={s.header}>{question.header}</span>}
        {question.question}
      </legend>
      {question.options.map(({ label, description }, n) => (
        <label key={label} className={s.option}>
          <input type={question.multiple ? 'checkbox' : 'radio'} name={name} checked={draft.picked.includes(label)} onChange={() => onPick(label)} />
          {keyed && n < MOST_KEYS && <KeyHint keys={String(n + 1)} />}
          <span>{label}</span>
          {description !== '' && <span className={s.note}>{description}</span>}
        </label>
      ))}
      <input
        className={s.own}
        aria-label={`Own answer: ${question.question}`}
        placeholder={question.options.length > 0 ? 'Other, in your own words' : 'Your answer'}
        value={draft.own}
        onChange={(event) => onWrite(event.target.value)}
      />
    </fieldset>
  );
}
