/** Questions of agents on a terminal: printed with numbered choices, answered by number, by name or in own words. */
import type { Question } from '#shared/domain/question.ts';
import type { Permission, PermissionAnswer } from '#shared/domain/session.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { plain, print } from './output.ts';

/** What an agent wants to know, with its choices and the command that answers. */
export function printQuestions({ id, questions }: Pick<Permission, 'id' | 'questions'>): void {
  for (const { question, options, multiple } of questions) {
    print(`\n${plain(question)}${multiple ? ' (several may be chosen)' : ''}`);
    options.forEach(({ label, description }, i) => print(`  ${i + 1}  ${plain(label)}${description === '' ? '' : `: ${plain(description)}`}`));
  }
  print(`  answer with: acc permissions reply ${id} ${questions.length === 1 ? 'TEXT' : 'TEXT …'}   or: acc permissions deny ${id} NOTE`);
}

/**
 * The reply to questions from the words of a command line.
 * @param words one question may be answered by several words; several questions take one argument each, in their order
 * @returns REPLY_INCOMPLETE when they do not come out even
 */
export function replyOf(questions: readonly Question[], words: readonly string[]): Result<PermissionAnswer> {
  const texts = questions.length === 1 ? [words.join(' ')] : words;
  if (questions.length > 1 && texts.length !== questions.length) {
    return fail('REPLY_INCOMPLETE', `The agent asks ${questions.length} questions, the reply has ${texts.length} ${texts.length === 1 ? 'part' : 'parts'}.`, {
      fix: 'Give one argument for each question, in their order; quote those of several words.',
    });
  }
  return ok({ kind: 'reply', answers: Object.fromEntries(questions.map((question, i) => [question.question, choiceOf(question, texts[i] ?? '')])) });
}

/** A number names the choice that was printed under it, unless a choice is called that itself; `1,3` names two where several may be chosen. */
function choiceOf({ options, multiple }: Question, text: string): string {
  if (options.some(({ label }) => label === text)) return text;
  const numbers = multiple ? text.split(',') : [text];
  const chosen = numbers.map((number) => (/^\s*\d+\s*$/.test(number) ? options[Number(number) - 1]?.label : undefined));
  return chosen.every((label) => label !== undefined) ? chosen.join(', ') : text;
}
