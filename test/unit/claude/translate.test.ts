/** What the real CLI printed, read back as events. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SessionEvent, type SessionEventOf } from '#shared/domain/session-event.ts';
import { linesOf, NOW, play, translator } from './recorded.ts';

const RECORDED = [
  'conversation-lost',
  'denied',
  'edit-without-states',
  'interrupted',
  'max-budget',
  'max-turns',
  'not-logged-in',
  'rate-limited',
  'refused-by-api',
  'resumed',
  'subagent',
  'thinking',
  'two-turns',
];

const of = <K extends SessionEvent['kind']>(events: readonly SessionEvent[], kind: K): SessionEventOf<K>[] =>
  events.filter((event): event is SessionEventOf<K> => event.kind === kind);
const ends = (events: readonly SessionEvent[]): string[] => of(events, 'turn_ended').map((end) => end.code);

describe('recorded runs', () => {
  test.each(RECORDED)('%s: every event has the agreed shape, nothing is unknown, one turn ends', (name) => {
    const events = play(linesOf(name));
    for (const event of events) expect(SessionEvent.parse(event)).toEqual(event);
    expect(of(events, 'unknown')).toEqual([]);
    expect(of(events, 'turn_ended')).toHaveLength(1);
  });

  test('a run that edits: start, words, calls with edits, results, usage, end', () => {
    const events = play(linesOf('edit-without-states'));
    expect(events.map((event) => event.kind).filter((kind) => kind !== 'usage')).toEqual([
      'started',
      'text',
      'tool_call',
      'tool_result',
      'tool_call',
      'tool_result',
      'text',
      'turn_ended',
    ]);
    expect(of(events, 'started')[0]).toMatchObject({ pid: 42, cwd: '/repo', model: 'claude-opus-5-5', version: '2.1.330' });
    expect(of(events, 'tool_call').map((call) => call.title)).toEqual(['Write hello.txt', 'Edit hello.txt']);
    expect(of(events, 'usage').at(-1)?.usage).toEqual({
      inputTokens: 40955,
      outputTokens: 55,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      costUsd: 0.16492,
      turns: 3,
      contextTokens: 13769,
      contextWindow: 1_000_000,
    });
  });

  test('usage counts subagents, whose tokens the result itself leaves out', () => {
    expect(of(play(linesOf('subagent')), 'usage').at(-1)?.usage).toMatchObject({ inputTokens: 44623, outputTokens: 253, costUsd: 0.183552 });
  });

  test('a resumed run counts its own money, not the total that the CLI carries over', () => {
    expect(of(play(linesOf('resumed')), 'usage').at(-1)?.usage).toMatchObject({ inputTokens: 13582, costUsd: 0.054628 });
  });

  test('two turns in a row end once, with the money of both', () => {
    const events = play(linesOf('two-turns'));
    expect(of(events, 'turn_ended')[0]?.text).toBe('This is a plain answer.');
    expect(of(events, 'usage').at(-1)?.usage).toMatchObject({ turns: 2, costUsd: expect.closeTo(0.11042, 6) });
  });

  test.each([
    ['interrupted', 'interrupted'],
    ['max-turns', 'max_turns'],
    ['max-budget', 'max_usd'],
    ['refused-by-api', 'error'],
    ['not-logged-in', 'error'],
    ['conversation-lost', 'error'],
    ['denied', 'done'],
  ])('%s ends with code %s', (name, code) => {
    expect(ends(play(linesOf(name)))).toEqual([code]);
  });

  test('a missing login is told with what to do', () => {
    const subject = translator();
    const notice = of(play(linesOf('not-logged-in'), subject), 'notice')[0];
    expect(notice).toMatchObject({ level: 'error', code: 'AGENT_NOT_LOGGED_IN', why: 'Not logged in · Please run /login' });
    expect(subject.complaint?.code).toBe('AGENT_NOT_LOGGED_IN');
  });

  test('429 limits until its time, and the next answer lifts it', () => {
    expect(of(play(linesOf('rate-limited')), 'rate_limit')).toEqual([
      { kind: 'rate_limit', provider: 'anthropic', status: 'limited', resetsAt: NOW + 1137, text: expect.stringContaining('attempt 1 of 10') },
      { kind: 'rate_limit', provider: 'anthropic', status: 'ok', resetsAt: null, text: expect.any(String) },
    ]);
  });

  test('a subagent is told from start to end, with its last report', () => {
    const states = of(play(linesOf('subagent')), 'subagent');
    expect(states.map((state) => state.status)).toEqual(['running', 'running', 'done']);
    expect(new Set(states.map((state) => state.taskId)).size).toBe(1);
    expect(states.at(-1)).toMatchObject({ title: 'Look around', summary: 'The command said: nothing', callId: 'toolu_msg_000001_1' });
  });
});

describe('single messages', () => {
  const system = (subtype: string, more: object): string => JSON.stringify({ type: 'system', subtype, ...more });

  test("a subscription near and at its limit, in the API's seconds", () => {
    const event = (status: string): string =>
      JSON.stringify({ type: 'rate_limit_event', rate_limit_info: { status, resetsAt: 1_800_000_100, rateLimitType: 'five_hour', utilization: 0.91 } });
    const limits = of(play([event('allowed_warning'), event('rejected'), event('allowed')]), 'rate_limit');
    expect(limits.map((limit) => [limit.status, limit.resetsAt])).toEqual([
      ['warning', NOW + 100_000],
      ['limited', NOW + 100_000],
      ['ok', NOW + 100_000],
    ]);
    expect(limits[0]?.text).toBe('The five hour window is near its limit, 91 % used.');
  });

  test('a background command is no subagent', () => {
    expect(
      play([
        system('task_started', { task_id: 't', description: 'npm run dev', task_type: 'local_bash' }),
        system('task_notification', { task_id: 't', status: 'completed' }),
      ]),
    ).toEqual([]);
  });

  test('a turn whose result line was lost ends when the CLI is idle', () => {
    expect(play([system('session_state_changed', { state: 'running' }), system('session_state_changed', { state: 'idle' })])).toEqual([
      { kind: 'turn_ended', ok: true, code: 'done', text: '' },
    ]);
  });

  test('a turn that failed and went on is told as a notice, not as the end', () => {
    const result = JSON.stringify({ type: 'result', subtype: 'success', is_error: true, num_turns: 1, result: 'API Error: 500' });
    const events = play([
      system('session_state_changed', { state: 'running' }),
      result,
      system('init', { session_id: 's' }),
      system('session_state_changed', { state: 'idle' }),
    ]);
    expect(of(events, 'notice')[0]).toMatchObject({ code: 'TURN_FAILED', text: 'API Error: 500' });
    expect(ends(events)).toEqual(['done']);
  });

  test('an interrupt between turns does not colour the turn after it', () => {
    const subject = translator();
    play([system('session_state_changed', { state: 'running' }), system('session_state_changed', { state: 'idle' })], subject);
    subject.interruptAsked();
    const result = JSON.stringify({ type: 'result', subtype: 'success', is_error: true, num_turns: 1, result: 'API Error: 500' });
    expect(ends(play([system('session_state_changed', { state: 'running' }), result, system('session_state_changed', { state: 'idle' })], subject))).toEqual([
      'error',
    ]);
  });

  test('a CLI that neither tells its state nor counts by result: the end comes with the result, the total stands for the run', () => {
    const model = { inputTokens: 10, outputTokens: 5, cacheReadInputTokens: 0, cacheCreationInputTokens: 0, costUSD: 0.1, contextWindow: 200_000 };
    const result = JSON.stringify({
      type: 'result',
      subtype: 'success',
      is_error: false,
      num_turns: 1,
      result: 'ok',
      total_cost_usd: 0.1,
      modelUsage: { m: model },
    });
    const events = play([system('init', { session_id: 's', model: 'm' }), result, result]);
    expect(ends(events)).toEqual(['done', 'done']);
    expect(of(events, 'usage').at(-1)?.usage).toMatchObject({ inputTokens: 10, outputTokens: 5, costUsd: 0.1, contextWindow: 200_000 });
  });

  test('what the CLI tells a person is a notice', () => {
    const notices = of(
      play([
        system('informational', { content: 'A hook said no.', level: 'warning' }),
        system('local_command_output', { content: 'Total cost: $1' }),
        system('permission_denied', { tool_name: 'Bash', tool_use_id: 'c', message: 'rule' }),
        system('api_retry', { attempt: 1, max_retries: 10, retry_delay_ms: 500, error_status: 401, error: 'authentication_failed' }),
      ]),
      'notice',
    );
    expect(notices.map((notice) => [notice.level, notice.code])).toEqual([
      ['warn', 'AGENT_NOTICE'],
      ['info', 'AGENT_NOTICE'],
      ['warn', 'PERMISSION_DENIED_BY_AGENT'],
      ['warn', 'AGENT_NOT_LOGGED_IN'],
    ]);
  });

  test('the context that was summarized is told with its sizes', () => {
    const [event] = play([system('compact_boundary', { compact_metadata: { trigger: 'auto', pre_tokens: 160_000, post_tokens: 20_000 } })]);
    expect(event).toMatchObject({ kind: 'notice', code: 'CONTEXT_COMPACTED', text: expect.stringContaining('160000 tokens before, 20000 after') });
  });

  test('a plan becomes a plan', () => {
    const todos = [
      { content: 'Read', status: 'completed', activeForm: 'Reading' },
      { content: 'Write', status: 'in_progress', activeForm: 'Writing' },
    ];
    const line = JSON.stringify({ type: 'assistant', message: { id: 'm', content: [{ type: 'tool_use', id: 'c', name: 'TodoWrite', input: { todos } }] } });
    expect(of(play([line]), 'plan')).toEqual([
      {
        kind: 'plan',
        entries: [
          { text: 'Read', status: 'done' },
          { text: 'Write', status: 'active' },
        ],
      },
    ]);
  });
});

describe('whatever comes', () => {
  const TYPES = ['assistant', 'user', 'system', 'result', 'stream_event', 'rate_limit_event', 'tomorrow'];
  const SUBTYPES = ['init', 'api_retry', 'task_started', 'task_notification', 'session_state_changed', 'compact_boundary', 'success', 'tomorrow'];
  const message = fc.record(
    {
      type: fc.constantFrom(...TYPES),
      subtype: fc.constantFrom(...SUBTYPES),
      message: fc.oneof(fc.jsonValue(), fc.record({ id: fc.string(), content: fc.jsonValue() })),
      state: fc.constantFrom('idle', 'running', 'other'),
      event: fc.jsonValue(),
      task_id: fc.string(),
      description: fc.jsonValue(),
      result: fc.jsonValue(),
      modelUsage: fc.jsonValue(),
    },
    { requiredKeys: ['type'] },
  );

  test('no message throws, and every event has the agreed shape', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
        for (const event of play(messages.map((one) => JSON.stringify(one)))) SessionEvent.parse(event);
      }),
    );
  });

  test('a message of an unknown type is kept as it came', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,12}$/), fc.jsonValue(), (type, body) => {
        const raw = JSON.stringify({ type: `x_${type}`, body });
        expect(play([raw])).toEqual([{ kind: 'unknown', type: `x_${type}`, raw }]);
      }),
    );
  });

  test('recorded lines in any loss still give events of the agreed shape', () => {
    const all = RECORDED.flatMap(linesOf);
    fc.assert(
      fc.property(fc.subarray(all), (lines) => {
        for (const event of play(lines)) SessionEvent.parse(event);
      }),
      { numRuns: 40 },
    );
  });
});
