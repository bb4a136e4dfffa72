/** What an agent asks, with its choices and room for own words; the same in the inbox and above the composer. */
import { useId, useState } from 'react';
import { unanswered, type Answers, type Question } from '#shared/domain/question.ts';
import { useKeys } from '../lib/keys.ts';
import { Button } from './button.tsx';
import s from './question-form.module.css';

type Draft = { readonly picked: readonly string[]; readonly own: string };
const empty: Draft = { picked: [], own: '' };

/** Own words win over choices; several choices are joined as the agent expects them. */
const textOf = ({ picked, own }: Draft): string => own.trim() || picked.join(', ');

type Props = { questions: readonly Question[]; onReply: (answers: Answers) => void; busy?: boolean };

export function QuestionForm({ questions, onReply, busy = false }: Props) {
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const answers = Object.fromEntries(questions.map(({ question }) => [question, textOf(drafts[question] ?? empty)]));
  const complete = unanswered(questions, answers).length === 0;
  const reply = (): void => {
    if (complete && !busy) onReply(answers);
  };
  useKeys('Question', [{ keys: 'Mod+Enter', label: 'Reply', run: reply, enabled: complete && !busy, whileTyping: true }]);
  return (
    <form
      className={s.form}
      onSubmit={(event) => {
        event.preventDefault();
        reply();
      }}
    >
      {questions.map((question) => (
        <One
          key={question.question}
          question={question}
          draft={drafts[question.question] ?? empty}
          onChange={(draft) => setDrafts({ ...drafts, [question.question]: draft })}
        />
      ))}
      <div>
        <Button type="submit" look="primary" keys="Mod+Enter" isDisabled={!complete || busy}>
          Reply
        </Button>
      </div>
    </form>
  );
}

function One({ question, draft, onChange }: { question: Question; draft: Draft; onChange: (draft: Draft) => void }) {
  const name = useId();
  const pick = (label: string, on: boolean): void => {
    const others = question.multiple ? draft.picked.filter((one) => one !== label) : [];
    onChange({ picked: on ? [...others, label] : others, own: '' });
  };
  return (
    <fieldset className={s.question}>
      <legend>
        {question.header !== '' && <span className={s.header}>{question.header}</span>}
        {question.question}
      </legend>
      {question.options.map(({ label, description }) => (
        <label key={label} className={s.option}>
          <input
            type={question.multiple ? 'checkbox' : 'radio'}
            name={name}
            checked={draft.picked.includes(label)}
            onChange={(event) => pick(label, event.target.checked)}
          />
          <span>{label}</span>
          {description !== '' && <span className={s.note}>{description}</span>}
        </label>
      ))}
      <input
        className={s.own}
        aria-label={`Own answer: ${question.question}`}
        placeholder={question.options.length > 0 ? 'Or in your own words' : 'Your answer'}
        value={draft.own}
        onChange={(event) => onChange({ picked: [], own: event.target.value })}
      />
    </fieldset>
  );
}
