/** One line a tool call: what a person reads of it is what the agent reported, in words. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainOutput } from '#renderer/session/model/ansi.ts';
import { summaryOf, targetOf, verbOf, type ToolItem } from '#renderer/session/model/describe.ts';
import { safeLink } from '#renderer/session/model/links.ts';
import { smallDiff } from '#renderer/session/model/small-diff.ts';

const call = (more: Partial<ToolItem>): ToolItem => ({
  kind: 'tool',
  callId: 'c',
  tool: 'Bash',
  toolKind: 'run',
  title: '',
  input: '{}',
  status: 'ok',
  output: '',
  edits: [],
  endedAt: 1,
  ...more,
});

test('the verb is not said twice, and the target comes from the input where the title says nothing', () => {
  expect(targetOf(call({ tool: 'Edit', toolKind: 'edit', title: 'Edit src/http.ts' }))).toBe('src/http.ts');
  expect(targetOf(call({ title: 'Bash', input: '{"command":"npm test\\n-- http"}' }))).toBe('npm test -- http');
  expect(verbOf({ tool: 'Write', toolKind: 'edit' })).toBe('Write');
  expect(verbOf({ tool: 'mcp__db__query', toolKind: 'other' })).toBe('mcp__db__query');
});

test('a failed run says which of its lines counts the failures', () => {
  expect(summaryOf(call({ status: 'failed', output: 'Exit code 1\nTests: 2 failed, 29 passed\nTime: 3 s' }))).toEqual({
    kind: 'words',
    text: 'Tests: 2 failed, 29 passed',
  });
  expect(summaryOf(call({ status: 'failed', output: 'Exit code 127' }))).toEqual({ kind: 'words', text: 'Exit code 127' });
});

test('a read says its lines, an edit what it added and removed, a running call nothing', () => {
  expect(summaryOf(call({ toolKind: 'read', output: 'a\nb\nc\n' }))).toEqual({ kind: 'words', text: '3 lines' });
  expect(summaryOf(call({ toolKind: 'edit', edits: [{ path: 'a', oldText: 'x\ny', newText: 'x\nz\nw' }] }))).toEqual({ kind: 'lines', added: 2, deleted: 1 });
  expect(summaryOf(call({ status: 'running' }))).toBeNull();
});

test('a small diff keeps every added and removed line, in order', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', '  d'), { maxLength: 30 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const text = (parts: string[]) => parts.map((part) => `${part}\n`).join('');
      const diff = smallDiff({ path: 'f', oldText: text(before), newText: text(after) });
      if (diff === 'too-large') throw new Error('thirty lines are not too large');
      expect(diff.lines.filter((line) => line.sign === '+')).toHaveLength(diff.added);
      expect(diff.lines.filter((line) => line.sign === '-')).toHaveLength(diff.deleted);
      expect(after.length - before.length).toBe(diff.added - diff.deleted);
    }),
  );
  expect(smallDiff({ path: 'f', oldText: null, newText: 'x'.repeat(100_000) })).toBe('too-large');
});

test('program output is shown without colours, links and rewritten lines', () => {
  expect(plainOutput('\u001b[32mok\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007')).toBe('ok link');
  expect(plainOutput('10 %\r50 %\r100 %\r\ndone')).toBe('100 %\ndone');
});

test('only web addresses become links', () => {
  expect(safeLink('https://example.org/a')).toBe('https://example.org/a');
  for (const bad of ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'acc://x', 'relative/path', ' JaVaScRiPt:1'])
    expect(safeLink(bad)).toBeNull();
});
