import { expect, test } from 'vitest';
import { replyOf } from '#cli/questions.ts';

const question = (text: string, multiple = false, ...labels: string[]) => ({
  question: text,
  header: '',
  multiple,
  options: labels.map((label) => ({ label, description: '' })),
});
const port = question('Port?', false, '80', '8080');
const parts = question('Parts?', true, 'api', 'ui', 'docs');
const answers = (...args: Parameters<typeof replyOf>): unknown => {
  const reply = replyOf(...args);
  return reply.ok ? reply.value.kind === 'reply' && reply.value.answers : reply.fault.code;
};

test('one question is answered by number, by name or by words', () => {
  expect(answers([port], ['2'])).toEqual({ 'Port?': '8080' });
  expect(answers([port], ['80'])).toEqual({ 'Port?': '80' });
  expect(answers([port], ['the', 'first', 'free'])).toEqual({ 'Port?': 'the first free' });
  expect(answers([port], ['7'])).toEqual({ 'Port?': '7' });
});

test('several choices are named by their numbers', () => {
  expect(answers([parts], ['1,3'])).toEqual({ 'Parts?': 'api, docs' });
  expect(answers([parts], ['1,9'])).toEqual({ 'Parts?': '1,9' });
  expect(answers([port], ['1,2'])).toEqual({ 'Port?': '1,2' });
});

test('several questions take one argument each', () => {
  expect(answers([port, parts], ['2', 'all of them'])).toEqual({ 'Port?': '8080', 'Parts?': 'all of them' });
  expect(answers([port, parts], ['2'])).toBe('REPLY_INCOMPLETE');
});
