/** The command line of a new task is split as a person means it, and never given to a shell. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinCommand, splitCommand } from '#shared/lib/argv.ts';

const words = (line: string): string[] | string => {
  const result = splitCommand(line);
  return result.ok ? result.value : result.fault.code;
};

test('spaces divide, quotes hold together, a backslash takes the next character', () => {
  expect(words('npm test -- --grep "two words"')).toEqual(['npm', 'test', '--', '--grep', 'two words']);
  expect(words(`git commit -m 'it'\\''s done'`)).toEqual(['git', 'commit', '-m', "it's done"]);
  expect(words('a\\ b   c""d ""')).toEqual(['a b', 'cd', '']);
  expect(words(String.raw`node -e "console.log(\"x\\n\")"`)).toEqual(['node', '-e', String.raw`console.log("x\n")`]);
});

test('what cannot be meant is refused by name', () => {
  expect(words('  ')).toBe('COMMAND_EMPTY');
  expect(words('echo "open')).toBe('COMMAND_QUOTE_OPEN');
  expect(words('npm test | tee log')).toBe('COMMAND_NEEDS_SHELL');
  expect(words('make && make install')).toBe('COMMAND_NEEDS_SHELL');
  expect(words("grep '|' file")).toEqual(['grep', '|', 'file']);
});

test('every list of words survives being written as a line and split again', () => {
  const word = fc.string({ unit: 'binary', maxLength: 20 });
  fc.assert(
    fc.property(
      fc.tuple(
        word.filter((one) => one !== ''),
        fc.array(word, { maxLength: 6 }),
      ),
      ([program, rest]) => {
        expect(words(joinCommand([program, ...rest]))).toEqual([program, ...rest]);
      },
    ),
  );
});
