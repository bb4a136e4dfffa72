/** What a permission request would do, made readable: the command, or the arguments one by one. Pure. */

export type InputPart = { readonly name: string; readonly text: string };

/** A command line is shown as itself; other arguments by name; what is not JSON as it came. */
export function readInput(input: string): { readonly command: string | null; readonly parts: readonly InputPart[] } {
  const value = parse(input);
  if (value === null) return { command: null, parts: input.trim() === '' ? [] : [{ name: '', text: input }] };
  const command = typeof value['command'] === 'string' ? value['command'] : null;
  const parts = Object.entries(value)
    .filter(([name, part]) => !(name === 'command' && command !== null) && part !== '' && part !== null)
    .map(([name, part]) => ({ name: name.replaceAll('_', ' '), text: typeof part === 'string' ? part : JSON.stringify(part, null, 2) }));
  return { command, parts };
}

function parse(input: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(input);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : null;
  } catch {
    return null;
  }
}
