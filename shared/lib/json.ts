/** JSON from outside, for callers whose schema refuses what is not there: a text that is no JSON reads as null. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
