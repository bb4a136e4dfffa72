/** Changes one member of a JSON object in its text and leaves every other byte where it is: people's own settings keep their layout. Pure. */

type Member = { readonly key: string; /** Of the key's quotation mark. */ readonly from: number; readonly valueFrom: number; readonly to: number };

/**
 * @param text valid JSON, an object
 * @param value JSON text of the new value; null takes the member away
 */
export function setMember(text: string, key: string, value: string | null): string {
  const members = membersOf(text);
  // Of a key that is there twice, the last one counts.
  const at = members.findLastIndex((member) => member.key === key);
  const member = members[at];
  if (!member) return value === null ? text : added(text, members, key, value);
  if (value !== null) return text.slice(0, member.valueFrom) + value + text.slice(member.to);
  const next = members[at + 1];
  const before = members[at - 1];
  if (next) return text.slice(0, member.from) + text.slice(next.from);
  if (before) return text.slice(0, before.to) + text.slice(member.to);
  return text.slice(0, text.indexOf('{') + 1) + text.slice(text.lastIndexOf('}'));
}

/** JSON text of a member's value; null when there is none. */
export function memberText(text: string, key: string): string | null {
  const member = membersOf(text).findLast((each) => each.key === key);
  return member ? text.slice(member.valueFrom, member.to) : null;
}

function added(text: string, members: readonly Member[], key: string, value: string): string {
  const last = members.at(-1);
  const written = `${JSON.stringify(key)}: ${value}`;
  const open = text.indexOf('{');
  if (!last) return `${text.slice(0, open + 1)}\n  ${written}\n${text.slice(text.lastIndexOf('}'))}`;
  // As the members before it stand.
  const gap = text.slice(members.length > 1 ? text.indexOf(',', members.at(-2)?.to) + 1 : open + 1, last.from);
  return `${text.slice(0, last.to)},${gap}${written}${text.slice(last.to)}`;
}

function membersOf(text: string): Member[] {
  const members: Member[] = [];
  let at = space(text, text.indexOf('{') + 1);
  while (text[at] === '"') {
    const from = at;
    const keyEnd = stringEnd(text, at);
    const valueFrom = space(text, space(text, keyEnd) + 1);
    const to = valueEnd(text, valueFrom);
    members.push({ key: String(JSON.parse(text.slice(from, keyEnd))), from, valueFrom, to });
    at = space(text, to);
    if (text[at] === ',') at = space(text, at + 1);
  }
  return members;
}

function space(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at++;
  return at;
}

/** Behind the closing quotation mark. */
function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function valueEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === '"') at = stringEnd(text, at);
    else {
      if (depth === 0 && /[\s,}\]]/.test(char)) return at;
      if (char === '{' || char === '[') depth++;
      if (char === '}' || char === ']') depth--;
      at++;
    }
    if (depth === 0 && /["}\]]/.test(char)) return at;
  }
  return at;
}
