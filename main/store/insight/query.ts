/** A person's words as an FTS5 expression in which nothing but their words has a meaning. */

const MAX_TERMS = 20;

/**
 * Reads a query: words all have to occur, the last one may be the beginning of a word, words in double quotes stand together.
 * @returns null when there is no word in it
 */
export function readQuery(query: string): { expression: string; terms: string[] } | null {
  const groups: { words: string[]; quoted: boolean }[] = [];
  // Odd parts lie between quotes; a quote that is never closed quotes the rest.
  query.split('"').forEach((part, index) => {
    const words = part.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
    if (index % 2 === 1) {
      if (words.length > 0) groups.push({ words, quoted: true });
    } else for (const word of words) groups.push({ words: [word], quoted: false });
  });
  const used = groups.slice(0, MAX_TERMS);
  if (used.length === 0) return null;
  const expression = used.map(({ words, quoted }, index) => `"${words.join(' ')}"${!quoted && index === used.length - 1 ? '*' : ''}`).join(' ');
  return { expression, terms: used.flatMap(({ words }) => words) };
}
