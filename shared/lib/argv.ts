/**
 * A command as people write it, split into program and arguments without a shell: spaces divide, quotes hold together, a backslash
 * takes the next character as it is. Nothing is expanded; what only a shell can do is refused by name, so that it is never a surprise.
 */
import { fail, ok, type Result } from './fault.ts';

const SHELL_WORDS = new Set(['|', '||', '&&', '&', ';', '>', '>>', '<', '2>', '2>&1']);

/**
 * Splits one command line.
 * @returns the words, at least one; COMMAND_EMPTY, COMMAND_QUOTE_OPEN or COMMAND_NEEDS_SHELL as faults
 */
export function splitCommand(line: string): Result<string[]> {
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  let bare = true;
  const end = (): string | null => {
    const shell = bare && word !== null && SHELL_WORDS.has(word) ? word : null;
    if (word !== null) words.push(word);
    word = null;
    bare = true;
    return shell;
  };
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (quote === "'") {
      if (char === "'") quote = null;
      else word += char;
    } else if (char === '\\' && i + 1 < line.length && (quote === null || '"\\$`'.includes(line.charAt(i + 1)))) {
      word = (word ?? '') + line.charAt(++i);
      bare = false;
    } else if (quote === '"') {
      if (char === '"') quote = null;
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
      bare = false;
    } else if (/\s/.test(char)) {
      const shell = end();
      if (shell !== null) return needsShell(shell);
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== null)
    return fail('COMMAND_QUOTE_OPEN', `A ${quote === '"' ? 'double' : 'single'} quote is not closed.`, { fix: 'Close it, or put a backslash before it.' });
  const shell = end();
  if (shell !== null) return needsShell(shell);
  return words.length > 0 && words[0] !== '' ? ok(words) : fail('COMMAND_EMPTY', 'There is no command.', { fix: 'Write the program and its arguments.' });
}

const needsShell = (word: string): Result<string[]> =>
  fail('COMMAND_NEEDS_SHELL', `"${word}" works only in a shell, and commands run without one.`, {
    fix: `Put the line into a script, write sh -c '…', or quote the ${word}.`,
  });

/** Writes program and arguments as one line that `splitCommand` splits into the same words. */
export function joinCommand(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./~^-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
