/** What git prints is read without loss: names, worktree lists, diffs, and the reasons of a failure. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDiff } from '#host/workspace/changes.ts';
import { exclusive } from '#host/workspace/exclusive.ts';
import { faultOfGit } from '#host/workspace/git-faults.ts';
import { contentText, joinNul, nameText, splitNul } from '#host/workspace/names.ts';
import { isPlaced } from '#host/workspace/placed.ts';
import { parseWorktrees } from '#host/workspace/worktrees.ts';

const bytes = fc
  .uint8Array({ minLength: 1, maxLength: 30 })
  .map((part) => Buffer.from(part).filter((byte) => byte !== 0))
  .map((part) => Buffer.from(part))
  .filter((part) => part.length > 0);

test('no two names have the same text, and a name that is plain UTF-8 is its own', () => {
  fc.assert(
    fc.property(bytes, (name) => {
      const text = nameText(name);
      // A file may bear the very text of another's quoted name: it must not be taken for it.
      const twin = Buffer.from(text);
      expect(nameText(twin) === text).toBe(twin.equals(name));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
      fc.pre(!text.startsWith('"'));
      expect(nameText(Buffer.from(text))).toBe(text);
    }),
  );
  expect(nameText(Buffer.from([0x61, 0xff]))).toBe('"a\\377"');
  expect(nameText(Buffer.from('"a\\377"'))).toBe('"\\"a\\\\377\\""');
});

test('NUL-terminated lists survive the way there and back', () => {
  fc.assert(
    fc.property(fc.array(bytes), (names) => {
      expect(splitNul(joinNul(names)).map((name) => name.toString('hex'))).toEqual(names.map((name) => name.toString('hex')));
    }),
  );
});

test('content is text only when it is UTF-8 without NUL', () => {
  expect(contentText(Buffer.from('ü\r\n'))).toBe('ü\r\n');
  expect(contentText(Buffer.from([0xe9]))).toBeNull();
  expect(contentText(Buffer.from('a\0b'))).toBeNull();
  expect(contentText(Buffer.alloc(0))).toBe('');
});

test('a list of worktrees with every attribute', () => {
  const list = [
    'worktree /r',
    'bare',
    '',
    'worktree /w\nx',
    'HEAD abc',
    'branch refs/heads/a/b',
    'locked why not',
    '',
    'worktree /gone',
    'HEAD abc',
    'detached',
    'locked',
    'prunable gitdir file points to non-existent location',
    '',
    '',
  ].join('\0');
  expect(parseWorktrees(list)).toEqual([
    { path: '/r', main: true, bare: true, branch: null, locked: null },
    { path: '/w\nx', main: false, bare: false, branch: 'a/b', locked: 'why not' },
    { path: '/gone', main: false, bare: false, branch: null, locked: '' },
  ]);
  expect(parseWorktrees('')).toEqual([]);
});

test('a diff with renames, binary files and names that look like fields', () => {
  const raw = [
    ':100644 100644 aaa bbb R087',
    'old',
    'new\t1',
    ':100644 000000 ccc 000 D',
    ':colon',
    ':000000 100644 000 ddd A',
    'bin',
    '1\t2\t',
    'old',
    'new\t1',
    '0\t5\t:colon',
    '-\t-\tbin',
    '',
  ].join('\0');
  const { entries, counts } = parseDiff(Buffer.from(raw));
  expect(entries.map((entry) => [entry.letter, String(entry.oldName), String(entry.name)])).toEqual([
    ['R', 'old', 'new\t1'],
    ['D', 'null', ':colon'],
    ['A', 'null', 'bin'],
  ]);
  expect(counts).toEqual([
    { added: 1, deleted: 2, binary: false },
    { added: 0, deleted: 5, binary: false },
    { added: 0, deleted: 0, binary: true },
  ]);
});

test('placed paths cover what lies under them and nothing beside them', () => {
  const placed = ['node_modules', 'config/local'];
  const of = (name: string): boolean => isPlaced(Buffer.from(name), placed);
  expect(['node_modules', 'node_modules/a', 'config/local', 'config/local/x'].map(of)).toEqual([true, true, true, true]);
  expect(['node_modules2', 'config', 'config/locals', 'a/node_modules'].map(of)).toEqual([false, false, false, false]);
});

test.each([
  ['REPOSITORY_UNSAFE', "fatal: detected dubious ownership in repository at '/r'\nTo add an exception…"],
  ['DISK_FULL', 'error: unable to write file x: No space left on device'],
  ['WRITE_FAILED', 'error: unable to write file big'],
  ['REPOSITORY_BUSY', "fatal: Unable to create '/r/.git/index.lock': File exists."],
  ['NOT_A_REPOSITORY', 'fatal: not a git repository (or any of the parent directories): .git'],
  ['GIT_IDENTITY_MISSING', 'fatal: no email was given and auto-detection is disabled'],
  ['FILE_UNREADABLE', 'error: open("secret"): Permission denied'],
  ['GIT_FAILED', 'fatal: something new'],
])('stderr is read as %s', (code, stderr) => {
  const fault = faultOfGit('add', '/r', 128, stderr);
  expect(fault.code).toBe(code);
  expect(fault.why).toBe(stderr);
  if (code !== 'GIT_FAILED') expect(fault.fix).toBeTruthy();
});

test('work with one key goes one at a time in order, also after a failure; other keys do not wait', async () => {
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = exclusive('k', async () => {
    await gate.promise;
    seen.push('first');
    throw new Error('broken');
  });
  const second = exclusive('k', async () => void seen.push('second'));
  await exclusive('other', async () => void seen.push('other'));
  gate.resolve();
  await expect(first).rejects.toThrow('broken');
  await second;
  expect(seen).toEqual(['other', 'first', 'second']);
});
