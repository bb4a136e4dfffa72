/** Protected branches are matched as patterns, never as regular expressions. */
import { expect, test } from 'vitest';
import { protectedBy } from '#review/protected.ts';

test('a pattern covers what its stars stand for and nothing else', () => {
  const patterns = ['main', 'release/*', '*.x', 'a+b(c)'];
  expect(protectedBy(patterns, 'main')).toBe('main');
  expect(protectedBy(patterns, 'maint')).toBeNull();
  expect(protectedBy(patterns, 'release/1.0/fix')).toBe('release/*');
  expect(protectedBy(patterns, '2.x')).toBe('*.x');
  expect(protectedBy(patterns, '2yx')).toBeNull();
  expect(protectedBy(patterns, 'a+b(c)')).toBe('a+b(c)');
  expect(protectedBy([], 'main')).toBeNull();
});
