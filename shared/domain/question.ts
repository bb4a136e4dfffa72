/** What an agent asks a person, with the choices it offers. An answer in one's own words is always possible. */
import { z } from 'zod';

/** Longest text of a question or of a choice, and of an answer, in characters. */
export const MAX_QUESTION_TEXT = 4000;
export const MAX_ANSWER_TEXT = 10_000;

export const Question = z.object({
  question: z.string(),
  /** A word or two above it; may be empty. */
  header: z.string(),
  /** More than one choice may be taken. */
  multiple: z.boolean(),
  options: z.array(z.object({ label: z.string(), description: z.string() })),
});
export type Question = z.infer<typeof Question>;

/** Question → answer: the label of a choice, several joined by `, `, or own words. */
export const Answers = z.record(z.string(), z.string().max(MAX_ANSWER_TEXT));
export type Answers = z.infer<typeof Answers>;

/** The answer to one question, without blanks around it; empty when there is none. */
export const answerTo = (answers: Readonly<Answers>, { question }: Question): string =>
  Object.hasOwn(answers, question) ? (answers[question] ?? '').trim() : '';

/** The answers on one line, each after its header when there are several: `8080`, `Port: 8080; Log: json`. */
export function answersText(questions: readonly Question[], answers: Readonly<Answers>): string {
  const given = questions
    .map((question) => ({ name: question.header || question.question, text: answerTo(answers, question) }))
    .filter(({ text }) => text !== '');
  return given.length === 1 ? (given[0]?.text ?? '') : given.map(({ name, text }) => `${name}: ${text}`).join('; ');
}

/** The questions that have no answer, or none but blanks. */
export const unanswered = (questions: readonly Question[], answers: Readonly<Answers>): Question[] =>
  questions.filter((question) => answerTo(answers, question) === '');
