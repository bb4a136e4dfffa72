import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowingRule, parseRule, ruleAllows } from '#shared/domain/rules.ts';

const bash = (command: string): { tool: string; input: string; cwd: string } => ({ tool: 'Bash', input: JSON.stringify({ command }), cwd: '/repo' });
const edit = (file_path: string, tool = 'Edit'): { tool: string; input: string; cwd: string } => ({ tool, input: JSON.stringify({ file_path }), cwd: '/repo' });

describe('what a rule allows', () => {
  test.each([
    ['Bash', bash('rm -rf /'), true],
    ['Bash(npm test)', bash('npm test'), true],
    ['Bash(npm test)', bash('npm test -- -u'), false],
    ['Bash(npm test:*)', bash('npm test -- -u'), true],
    ['Bash(npm test:*)', bash('npm testing'), false],
    ['Bash(git log *)', bash('git log --oneline'), true],
    ['Bash(git log *)', bash('git push'), false],
    ['Bash(npm a && npm b)', bash('npm a && npm b'), true],
    ['Edit', edit('/etc/passwd', 'Write'), true],
    ['Edit(src/**)', edit('/repo/src/a/b.ts', 'Write'), true],
    ['Edit(src/**)', edit('src/a.ts'), true],
    ['Edit(src/*.ts)', edit('/repo/src/a/b.ts'), false],
    ['Edit(src/**)', edit('/repo/src/../secret'), false],
    ['Edit(src/**)', edit('/other/src/a.ts'), false],
    ['Edit(//tmp/**)', edit('/tmp/x'), true],
    ['Read', edit('/repo/a'), false],
    ['WebFetch(domain:example.org)', { tool: 'WebFetch', input: '{"url":"https://example.org/a"}', cwd: '/' }, true],
    ['WebFetch(domain:example.org)', { tool: 'WebFetch', input: '{"url":"https://example.org.evil.net/"}', cwd: '/' }, false],
    ['mcp__github', { tool: 'mcp__github__create_issue', input: '{}', cwd: '/' }, true],
    ['mcp__git', { tool: 'mcp__github__create_issue', input: '{}', cwd: '/' }, false],
    ['Bash(npm test:*)', { tool: 'Bash', input: 'no json', cwd: '/' }, false],
    ['not a rule(', bash('npm test'), false],
    ['Bash()', bash(''), false],
  ])('%s on %o: %s', (rule, request, allowed) => {
    expect(ruleAllows(rule, request)).toBe(allowed);
  });

  test('a command given as arguments is read like one in a line, but never when a part could hide another', () => {
    const argv = (command: string[]): { tool: string; input: string; cwd: string } => ({ tool: 'Bash', input: JSON.stringify({ command }), cwd: '/' });
    expect(ruleAllows('Bash(npm test:*)', argv(['npm', 'test', '-u']))).toBe(true);
    expect(ruleAllows('Bash(npm test:*)', argv(['npm', 'test; rm -rf /']))).toBe(false);
  });

  test('the first rule that allows is named', () => {
    expect(allowingRule(['Edit', 'Bash(npm:*)', 'Bash'], bash('npm test'))).toBe('Bash(npm:*)');
    expect(allowingRule(['Edit'], bash('npm test'))).toBeNull();
  });
});

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const words = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' '));

test('a compound command never passes by a prefix or a pattern, wherever its second part hides', () => {
  const glue = fc.constantFrom('&&', ';', '|', '||', '&', '\n', '>', '<', '$(', '`', '${');
  fc.assert(
    fc.property(words, glue, words, fc.boolean(), (first, between, second, spaced) => {
      const command = spaced ? `${first} ${between} ${second}` : `${first}${between}${second}`;
      expect(ruleAllows(`Bash(${first}:*)`, bash(command))).toBe(false);
      expect(ruleAllows(`Bash(${first}*)`, bash(command))).toBe(false);
    }),
  );
});

test('a prefix rule allows the prefix and what follows a blank, nothing else', () => {
  fc.assert(
    fc.property(words, words, (prefix, rest) => {
      expect(ruleAllows(`Bash(${prefix}:*)`, bash(`${prefix} ${rest}`))).toBe(true);
      expect(ruleAllows(`Bash(${prefix}:*)`, bash(`${prefix}${rest}`))).toBe(false);
    }),
  );
});

test('no path leaves the folder of its rule', () => {
  const part = fc.constantFrom('..', '.', 'a', 'b', '');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const file = `/repo/src/${parts.join('/')}`;
      const inside = new URL(file, 'file:///').pathname.replace(/\/+/g, '/').startsWith('/repo/src/');
      if (ruleAllows('Edit(src/**)', edit(file))) expect(inside).toBe(true);
    }),
  );
});

test('reading a rule never throws', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (rule, input) => void [parseRule(rule), ruleAllows(rule, { tool: 'Bash', input, cwd: '/' })]));
});
