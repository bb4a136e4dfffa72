/** The small parts: live text, cutting, titles, rules, permission desk, lines, command line. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { envOf, programOf } from '#host/claude/args.ts';
import { clip, oneLine } from '#host/claude/clip.ts';
import { exitFault } from '#host/claude/complaints.ts';
import { readLine } from '#host/claude/lines.ts';
import { LIVE_INTERVAL_MS, LiveText } from '#host/claude/live.ts';
import { PermissionDesk } from '#host/claude/permissions.ts';
import { formatRule, parseRule, rulesFor } from '#host/claude/rules.ts';
import { Stderr } from '#host/claude/stderr.ts';
import { editsOf, shortPath, titleOf } from '#host/claude/tools.ts';
import type { DriverStart } from '#host/driver.ts';
import { MAX_EVENT_TEXT, type LivePart } from '#shared/domain/session-event.ts';

describe('live text', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const start = { type: 'message_start', message: { id: 'm' } } as const;
  const open = (index: number, type = 'text') => ({ type: 'content_block_start', index, content_block: { type, id: 'call' } }) as const;
  const delta = (index: number, text: string) => ({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } }) as const;

  test('the parts of a block are its text without gap or repeat, at most one an interval', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }), wait: fc.nat(100) }), { maxLength: 40 }), (pieces) => {
        const parts: LivePart[] = [];
        const live = new LiveText((part) => parts.push(part));
        live.take(start);
        live.take(open(0));
        let elapsed = 0;
        for (const { text, wait } of pieces) {
          live.take(delta(0, text));
          vi.advanceTimersByTime(wait);
          elapsed += wait;
        }
        vi.advanceTimersByTime(LIVE_INTERVAL_MS);
        let whole = '';
        for (const part of parts) {
          expect(part).toMatchObject({ blockId: 'm:0', kind: 'text', offset: whole.length });
          whole += part.text;
        }
        expect(whole).toBe(pieces.map((piece) => piece.text).join(''));
        expect(parts.length).toBeLessThanOrEqual(elapsed / LIVE_INTERVAL_MS + 1);
      }),
    );
  });

  test('what waits when the block is whole is not sent after it', () => {
    const parts: LivePart[] = [];
    const live = new LiveText((part) => parts.push(part));
    live.take(start);
    live.take(open(0));
    live.take(delta(0, 'half'));
    live.take({ type: 'content_block_stop', index: 0 });
    vi.advanceTimersByTime(1000);
    expect(parts).toEqual([]);
  });

  test('the input of a tool is live under the id of its call', () => {
    const parts: LivePart[] = [];
    const live = new LiveText((part) => parts.push(part));
    live.take(start);
    live.take(open(1, 'tool_use'));
    live.take({ type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"a":' } });
    vi.advanceTimersByTime(LIVE_INTERVAL_MS);
    expect(parts).toEqual([{ blockId: 'call', kind: 'tool_input', offset: 0, text: '{"a":' }]);
  });
});

test('cutting keeps the beginning, counts the rest and never splits a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 40 }), (text, max) => {
      const { text: kept, cut } = clip(text, max);
      expect(text.startsWith(kept)).toBe(true);
      expect(kept.length + (cut ?? 0)).toBe(text.length);
      expect(kept.length).toBeLessThanOrEqual(max);
      expect(kept.isWellFormed()).toBe(text.isWellFormed());
      expect(oneLine(text, max).length).toBeLessThanOrEqual(max);
    }),
  );
});

describe('tools', () => {
  test.each([
    ['Edit', { file_path: '/repo/src/http/client.ts' }, 'Edit src/http/client.ts'],
    ['Read', { file_path: '/etc/hosts' }, 'Read /etc/hosts'],
    ['Bash', { command: 'npm test \\\n  -- http' }, 'npm test \\ -- http'],
    ['Grep', { pattern: "require('request')", path: '/repo/src' }, "require('request') in src"],
    ['Glob', { pattern: '**/*.ts' }, '**/*.ts'],
    ['Agent', { description: 'Look around', prompt: 'x' }, 'Look around'],
    ['WebFetch', { url: 'https://example.org/a' }, 'WebFetch https://example.org/a'],
    ['mcp__db__query', {}, 'mcp__db__query'],
    ['AskUserQuestion', { questions: [{ question: 'Which port?' }] }, 'Which port?'],
    ['Bash', { command: 7 }, 'Bash'],
  ])('%s %j reads as %s', (tool, input, title) => {
    expect(titleOf(tool, input, '/repo')).toBe(title);
  });

  test('a path is short only inside the working folder', () => {
    expect(shortPath('/repo/a/b', '/repo')).toBe('a/b');
    expect(shortPath('/repo', '/repo')).toBe('.');
    expect(shortPath('/repository/a', '/repo')).toBe('/repository/a');
    expect(shortPath('/repo/..a', '/repo')).toBe('..a');
  });

  test('several edits of one call are told each; a diff too long for one event is left out whole', () => {
    const edits = [
      { old_string: 'a', new_string: 'b' },
      { old_string: 'c', new_string: '' },
    ];
    expect(editsOf('MultiEdit', { file_path: '/repo/f', edits }, '/repo')).toEqual([
      { path: 'f', oldText: 'a', newText: 'b' },
      { path: 'f', oldText: 'c', newText: '' },
    ]);
    expect(editsOf('Write', { file_path: '/repo/f', content: 'x'.repeat(MAX_EVENT_TEXT + 1) }, '/repo')).toEqual([]);
  });
});

describe('rules', () => {
  const ask = (tool_name: string, input: Record<string, unknown>, rules: string[] = []) =>
    rulesFor(
      { subtype: 'can_use_tool', tool_name, input, permission_suggestions: [{ type: 'addRules', behavior: 'allow', rules: rules.map(parseRule) }] },
      '/repo',
    );

  test('a rule is read and written without loss', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z_]{1,20}$/), fc.option(fc.stringMatching(/^[^()\s][^()]{0,30}$/), { nil: undefined }), (toolName, ruleContent) => {
        const rule = ruleContent === undefined ? { toolName } : { toolName, ruleContent };
        expect(parseRule(formatRule(rule))).toEqual(rule);
      }),
    );
  });

  test('the narrowest comes first', () => {
    expect(ask('Bash', { command: 'npm install undici@7.2.0' }, ['Bash(npm install *)'])).toEqual(['Bash(npm install undici@7.2.0)', 'Bash(npm install *)']);
    expect(ask('Write', { file_path: '/repo/src/a/b.ts' })).toEqual(['Edit(src/a/b.ts)', 'Edit(src/a/**)', 'Edit(**)']);
    expect(ask('Read', { file_path: '/etc/ssl/openssl.cnf' })).toEqual(['Read(//etc/ssl/openssl.cnf)', 'Read(//etc/ssl/**)', 'Read']);
    expect(ask('WebFetch', { url: 'https://example.org/a?b' })).toEqual(['WebFetch(domain:example.org)', 'WebFetch']);
    expect(ask('mcp__db__query', {})).toEqual(['mcp__db__query']);
  });

  test('no rule is offered that would mean more than the act: a command or file with pattern characters has no exact rule', () => {
    expect(ask('Bash', { command: 'rm -rf *' })).toEqual([]);
    expect(ask('Edit', { file_path: '/repo/[id]/page.tsx' })).toEqual(['Edit(**)']);
  });
});

describe('permission desk', () => {
  const request = { subtype: 'can_use_tool', tool_name: 'Bash', input: { command: 'ls' } } as const;

  test('an answer is written once and carries input, rules or words', () => {
    const desk = new PermissionDesk('/repo');
    desk.ask('q', request);
    const answered = desk.answer({ requestId: 'q', allow: true, note: '', remember: ['Bash(ls:*)'] });
    expect(answered.ok && JSON.parse(answered.value.line)).toMatchObject({
      response: {
        request_id: 'q',
        response: {
          behavior: 'allow',
          updatedInput: { command: 'ls' },
          updatedPermissions: [{ type: 'addRules', destination: 'session', rules: [{ toolName: 'Bash', ruleContent: 'ls:*' }] }],
        },
      },
    });
    expect(desk.answer({ requestId: 'q', allow: true, note: '', remember: [] })).toMatchObject({ ok: false, fault: { code: 'PERMISSION_GONE' } });
    expect(desk.withdrawAll()).toEqual([]);
  });

  test('a question of the agent is asked as one, and the reply goes into its input', () => {
    const desk = new PermissionDesk('/repo');
    const input = { questions: [{ question: 'Which port?', header: 'Port', options: [{ label: '80' }, 7], multiSelect: 'no' }] };
    expect(desk.ask('q', { subtype: 'can_use_tool', tool_name: 'AskUserQuestion', input })).toMatchObject({
      title: 'Which port?',
      questions: [{ question: 'Which port?', header: 'Port', multiple: false, options: [{ label: '80', description: '' }] }],
    });
    const answered = desk.answer({ requestId: 'q', allow: true, note: '', remember: [], answers: { 'Which port?': '8080' } });
    expect(answered.ok && JSON.parse(answered.value.line)).toMatchObject({ response: { response: { updatedInput: { answers: { 'Which port?': '8080' } } } } });
    expect(answered.ok && answered.value.event).toMatchObject({ outcome: 'allowed', note: '8080' });
  });

  test('questions without end, or of another shape, are a plain request', () => {
    const many = Array.from({ length: 100 }, (_, n) => ({ question: `Q${n}` }));
    for (const questions of [many, 'what?', [{ text: 'what?' }], [{ question: 'x'.repeat(5000) }]]) {
      const asked = new PermissionDesk('/repo').ask('q', { subtype: 'can_use_tool', tool_name: 'AskUserQuestion', input: { questions } });
      expect(asked).not.toHaveProperty('questions');
    }
  });
});

describe('lines', () => {
  test('a blank line says nothing, garbage is named', () => {
    expect(readLine('  ', 0)).toEqual({ message: null, notice: null });
    expect(readLine('Segmentation fault', 0).notice).toMatchObject({ code: 'GARBAGE_LINE', why: 'Segmentation fault' });
    expect(readLine('null', 0).notice).toMatchObject({ code: 'GARBAGE_LINE' });
  });

  test('the message in front of a file that was cut is saved, whatever the message quotes', () => {
    fc.assert(
      fc.property(fc.string(), (content) => {
        const line = JSON.stringify({ type: 'user', message: { content: `,"tool_use_result":${content}` }, tool_use_result: { originalFile: 'x'.repeat(50) } });
        expect(readLine(line.slice(0, -20), 20).message).toEqual({ type: 'user', message: { content: `,"tool_use_result":${content}` } });
      }),
    );
  });
});

describe('command line', () => {
  const start: DriverStart = {
    sessionId: 's',
    agent: { kind: 'claude-code', name: '', command: [], model: '' },
    program: ['claude'],
    cwd: '/repo',
    env: {},
    prompt: 'p',
    promptFrom: 'task',
    resume: null,
    limits: {},
    allow: [],
    emit: () => undefined,
    live: () => undefined,
  };

  test('a new session takes our id, a resume its own, limits and rules are handed over', () => {
    expect(programOf(start, 'uuid')).toContain('--session-id=uuid');
    const resumed = programOf(
      { ...start, resume: 'old', agent: { ...start.agent, model: 'opus' }, limits: { maxTurns: 5, maxUsd: 1.5 }, allow: ['Bash(npm test:*)', 'Edit'] },
      'uuid',
    );
    expect(resumed.filter((word) => word.startsWith('--session-id'))).toEqual([]);
    expect(resumed.slice(-6)).toEqual([
      '--resume=old',
      '--model=opus',
      '--max-turns=5',
      '--max-budget-usd=1.5',
      '--allowedTools=Bash(npm test:*)',
      '--allowedTools=Edit',
    ]);
  });

  test('marks of an agent around this app do not reach the child', () => {
    const env = envOf({ CLAUDECODE: '1', CLAUDE_CODE_ENTRYPOINT: 'cli', HOME: '/home/x' });
    expect(env).not.toHaveProperty('CLAUDECODE');
    expect(env).not.toHaveProperty('CLAUDE_CODE_ENTRYPOINT');
    expect(env['HOME']).toBe('/home/x');
  });
});

test('last words name the fault', () => {
  expect(exitFault(1, null, 'No conversation found with session ID: x').code).toBe('AGENT_SESSION_LOST');
  expect(exitFault(1, null, 'Invalid API key · Please run /login').code).toBe('AGENT_NOT_LOGGED_IN');
  expect(exitFault(null, 'SIGSEGV', '')).toMatchObject({ code: 'AGENT_EXITED', message: 'Claude Code ended by itself by signal SIGSEGV.' });
});

test('standard error is kept up to its bound, its last words always', () => {
  const stderr = new Stderr();
  const kept = Array.from({ length: 3000 }, () => stderr.take(`${'x'.repeat(999)}\n`)).flat();
  stderr.take('the last words');
  expect(kept.filter((event) => event.kind === 'notice')).toHaveLength(1);
  expect(JSON.stringify(kept).length).toBeLessThan(1_500_000);
  expect(stderr.lastWords.endsWith('the last words')).toBe(true);
});
