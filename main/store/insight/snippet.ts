/** Cuts the place out of a text where the words of a query stand. */

const BEFORE = 60;
const AFTER = 140;

/** Lower case without accents, one character for each of the text, as the index folds words. */
export function foldText(text: string): string {
  let folded = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    folded += char < '\u0080' ? char.toLowerCase() : ((char.normalize('NFD')[0] ?? char).toLowerCase()[0] ?? char);
  }
  return folded;
}

/** About 200 characters around the first place where one of the words stands, in one line; the beginning when none does. */
export function snippetOf(text: string, terms: readonly string[]): string {
  const folded = foldText(text);
  const places = terms.map((term) => placeOf(folded, foldText(term))).filter((place) => place >= 0);
  const place = places.length > 0 ? Math.min(...places) : 0;
  const start = Math.max(0, place - BEFORE);
  const end = Math.min(text.length, place + AFTER);
  const cut = text.slice(start, end).replaceAll(/\s+/g, ' ').trim();
  return `${start > 0 ? '… ' : ''}${cut}${end < text.length ? ' …' : ''}`;
}

/** Where a word begins that starts with `term`; -1 when there is none. */
function placeOf(folded: string, term: string): number {
  if (term === '') return -1;
  for (let place = folded.indexOf(term); place >= 0; place = folded.indexOf(term, place + 1)) {
    if (place === 0 || !/[\p{L}\p{N}]/u.test(folded[place - 1] ?? '')) return place;
  }
  return -1;
}
