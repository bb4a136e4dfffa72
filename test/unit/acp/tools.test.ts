import { expect, test, vi } from 'vitest';
import { MAX_EVENT_TEXT, type SessionEvent } from '#shared/domain/session-event.ts';
import { actOf } from '#host/acp/acts.ts';
import { createBlocks } from '#host/acp/blocks.ts';
import { createToolCalls } from '#host/acp/tools.ts';

const cwd = '/work tree';
const text = (words: string) => [{ type: 'content' as const, content: { type: 'text' as const, text: words } }];

test('streamed output of a call is told at most four times a second, its end at once, and nothing after the end is lost', () => {
  vi.useFakeTimers();
  try {
    const events: SessionEvent[] = [];
    const tools = createToolCalls('r', cwd, (event) => void events.push(event));
    tools.update({ toolCallId: '1', title: 'make', kind: 'execute', rawInput: { command: 'make' } });
    for (let index = 0; index < 100; index++) {
      tools.update({ toolCallId: '1', content: text(`line ${index}`) });
      vi.advanceTimersByTime(10);
    }
    const running = events.filter((event) => event.kind === 'tool_result');
    expect(running.length).toBeLessThanOrEqual(4);
    tools.update({ toolCallId: '1', status: 'completed', content: text('done') });
    tools.update({ toolCallId: '1', content: text('done, and a word more') });
    vi.advanceTimersByTime(1000);
    expect(events.slice(-2)).toMatchObject([
      { kind: 'tool_result', status: 'ok', output: 'done' },
      { kind: 'tool_result', status: 'ok', output: 'done, and a word more' },
    ]);
    expect(events.filter((event) => event.kind === 'tool_call')).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

test('a call that is still running at the end of the turn has failed; one that gets its name later is told again', () => {
  const events: SessionEvent[] = [];
  const tools = createToolCalls('r', cwd, (event) => void events.push(event));
  tools.update({ toolCallId: '1' });
  tools.update({ toolCallId: '1', title: 'Read a.ts', kind: 'read', locations: [{ path: `${cwd}/a.ts` }] });
  tools.abandon();
  expect(events).toMatchObject([
    { kind: 'tool_call', callId: 'r:1', toolKind: 'other' },
    { kind: 'tool_call', callId: 'r:1', toolKind: 'read', title: 'Read a.ts', input: 'a.ts' },
    { kind: 'tool_result', callId: 'r:1', status: 'failed' },
  ]);
});

test('an act is named in the words of rules; what is unclear gets no narrow rule', () => {
  const asked = { name: '', rawInput: null, paths: [] };
  const shell = actOf({ ...asked, kind: 'execute', rawInput: { command: ['/bin/bash', '-lc', 'npm test'] } }, cwd);
  expect(shell).toMatchObject({ tool: 'Bash', input: { command: 'npm test' }, rules: ['Bash(npm test)'] });
  expect(actOf({ ...asked, kind: 'execute', rawInput: { command: ['git', 'commit', 'a b'] } }, cwd).rules).toEqual([]);
  expect(actOf({ ...asked, kind: 'edit', paths: [`${cwd}/src/a.ts`] }, cwd).rules[0]).toBe('Edit(src/a.ts)');
  // A file that the raw input names is not what the call touches, when it touches several.
  const several = actOf({ ...asked, kind: 'edit', rawInput: { path: 'src/a.ts', text: 'x' }, paths: ['src/a.ts', '/etc/passwd'] }, cwd);
  expect(several.input).toEqual({ text: 'x' });
  expect(several.rules).toEqual(['Edit(**)']);
  expect(actOf({ ...asked, kind: 'other', name: 'mcp__db__query' }, cwd)).toMatchObject({ tool: 'mcp__db__query', rules: ['mcp__db__query'] });
});

test('a block is cut at the longest event and counts what is left out; live parts join to the same text', () => {
  const events: SessionEvent[] = [];
  let live = '';
  const blocks = createBlocks(
    'r',
    (event) => void events.push(event),
    (part) => {
      expect(part.offset).toBe(live.length);
      live += part.text;
    },
  );
  for (let index = 0; index < 30; index++) blocks.add('text', null, 'x'.repeat(10_000));
  blocks.close();
  blocks.close();
  expect(events).toMatchObject([{ kind: 'text', blockId: 'r:b1', cut: 300_000 - MAX_EVENT_TEXT }]);
  expect(live).toHaveLength(MAX_EVENT_TEXT);
});
