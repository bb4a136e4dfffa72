/**
 * The scripts the model can play. A prompt picks one by the words `scenario:NAME key=value …`; a prompt without them gets
 * `plain`. Every script ends with a plain answer, so that a run always comes to an end unless the script is about not ending.
 */
import { message, say, text, thinking, tool, type Reply } from './reply.ts';
import type { Turn } from './request.ts';

export type Scenario = (turn: Turn) => Reply;

const number = (turn: Turn, key: string, otherwise: number): number => Number(turn.args[key] ?? otherwise);

/** Answers one step after the other, then says it is done. */
const steps =
  (...replies: readonly ((turn: Turn) => Reply)[]): Scenario =>
  (turn) =>
    replies[turn.step]?.(turn) ?? say('Done.');

const apiError = (status: number, type: string, said: string, headers: Record<string, string> = {}): Reply => ({
  kind: 'error',
  status,
  type,
  message: said,
  headers,
});

/** Fails the first `times` requests of a prompt (default: all), then goes on: the step counter only moves on answers, so failures are counted here. */
function failing(make: (turn: Turn) => Reply): () => Scenario {
  return () => {
    const failed = new Map<string, number>();
    return (turn) => {
      const count = failed.get(turn.prompt) ?? 0;
      if (count >= number(turn, 'times', Number.POSITIVE_INFINITY)) return say('It works again.');
      failed.set(turn.prompt, count + 1);
      return make(turn);
    };
  };
}

const fixed =
  (scenario: Scenario): (() => Scenario) =>
  () =>
    scenario;

/** Name → maker; each server makes its own, since some count. */
export const scenarios: Readonly<Record<string, () => Scenario>> = {
  plain: fixed(() => say('This is a plain answer.')),
  /** Repeats what people said in the whole conversation. */
  recall: fixed((turn) => say(`I heard: ${turn.heard}`)),
  thinking: fixed(() => message(thinking('First I weigh the two ways. The second is simpler.'), text('The second way is simpler.'))),
  /** Writes a file, reads it, edits it. `dir` is a folder below the working folder; empty for the folder itself. */
  edit: fixed((turn) => {
    const cwd = turn.args['cwd'] ?? '.';
    const file = `${cwd}/${turn.args['file'] ?? 'hello.txt'}`;
    return steps(
      () => message(text("I'll write the file first."), tool('Write', { file_path: file, content: 'hello\nworld\n' })),
      () => message(tool('Edit', { file_path: file, old_string: 'world', new_string: 'there' })),
      () => say('I wrote the file and changed one line.'),
    )(turn);
  }),
  /** Runs a command that needs permission; `cmd` with `+` for blanks. `again` asks once more with the same command. */
  bash: fixed((turn) => {
    const command = (turn.args['cmd'] ?? 'touch+made-by-bash').replaceAll('+', ' ');
    const times = number(turn, 'times', 1);
    if (turn.step < times) return message(text(`Step ${turn.step + 1}.`), tool('Bash', { command, description: 'Run the command' }));
    return say(`The command said: ${turn.results.join('\n') || 'nothing'}`);
  }),
  /** Several tools in one message. */
  parallel: fixed(
    steps((turn) =>
      message(
        ...(turn.args['files'] ?? 'a.txt,b.txt')
          .split(',')
          .map((name) => tool('Write', { file_path: `${turn.args['cwd'] ?? '.'}/${name}`, content: `${name}\n` })),
      ),
    ),
  ),
  /** Starts a subagent whose own prompt may name a scenario. */
  subagent: fixed(
    steps(
      (turn) =>
        message(
          text('I ask a helper.'),
          tool('Agent', {
            description: 'Look around',
            prompt: `scenario:${turn.args['child'] ?? 'plain'} ${turn.args['cwd'] === undefined ? '' : `cwd=${turn.args['cwd']}`}`,
            subagent_type: 'general-purpose',
            run_in_background: turn.args['background'] === 'yes',
          }),
        ),
      (turn) => say(`The helper said: ${turn.results.join('\n')}`),
    ),
  ),
  /** Asks the person a question with two choices. */
  question: fixed(
    steps(
      () =>
        message(
          tool('AskUserQuestion', {
            questions: [
              {
                question: 'Which port shall it use?',
                header: 'Port',
                multiSelect: false,
                options: [
                  { label: '80', description: 'The usual one' },
                  { label: '8080', description: 'The other one' },
                ],
              },
            ],
          }),
        ),
      (turn) => say(`You said: ${turn.results.join('\n')}`),
    ),
  ),
  /** Text at a rate: `rate` deltas a second for `seconds`. */
  stream: fixed((turn) => {
    const rate = number(turn, 'rate', 20);
    const word = 'streamed words ';
    return { kind: 'message', blocks: [text(word.repeat(Math.ceil(rate * number(turn, 'seconds', 3))))], pace: { perSecond: rate, chars: word.length } };
  }),
  /** Many turns of a cheap tool: `turns` of them. */
  loop: fixed((turn) =>
    turn.step < number(turn, 'turns', 1000)
      ? message(text(`Round ${turn.step + 1}.`), tool('Bash', { command: `echo round ${turn.step + 1}` }))
      : say('Enough rounds.'),
  ),
  /** One dear answer: `usd`-sized usage is made by many output tokens. */
  dear: fixed((turn) => {
    const usage = { input: 1000, output: number(turn, 'tokens', 100_000) };
    return turn.step < number(turn, 'turns', 3)
      ? { kind: 'message', blocks: [tool('Bash', { command: 'echo spending' })], usage }
      : { kind: 'message', blocks: [text('Spent.')], usage };
  }),
  refusal: fixed(() => ({ kind: 'message', blocks: [text('I cannot help with that.')], stop: 'refusal' })),
  huge: fixed((turn) => say('0123456789abcdef'.repeat(Math.ceil(number(turn, 'bytes', 1_000_000) / 16)))),
  unicode: fixed(() => ({ kind: 'message', blocks: [text('Grüße, 世界 🌍 — naïve café'.repeat(20))], splitBytes: 61, pace: { perSecond: 400, chars: 11 } })),
  'api-error': failing(() => apiError(500, 'api_error', 'Internal server error')),
  overloaded: failing(() => apiError(529, 'overloaded_error', 'Overloaded')),
  'rate-limit': failing((turn) =>
    apiError(429, 'rate_limit_error', 'This request would exceed your rate limit.', { 'retry-after': turn.args['after'] ?? '1' }),
  ),
  invalid: failing(() => apiError(400, 'invalid_request_error', 'messages: the request is invalid')),
  'no-login': failing(() => apiError(401, 'authentication_error', 'invalid x-api-key')),
  hang: fixed((turn) => ({ kind: 'hang', after: turn.args['after'] === 'start' ? 'start' : 'request' })),
  garbage: fixed(() => ({ kind: 'garbage' })),
  cut: failing(() => ({ kind: 'cut', text: 'This sentence will nev' })),
};
