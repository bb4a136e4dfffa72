/** Cuts text to what one event may hold and says how much was left out. */
import { MAX_EVENT_TEXT } from '#shared/domain/session-event.ts';

/** The beginning of `text`, with `cut` set when something was left out. Never splits a surrogate pair. */
export function clip(text: string, max: number = MAX_EVENT_TEXT): { text: string; cut?: number } {
  if (text.length <= max) return { text };
  const last = text.charCodeAt(max - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? max - 1 : max;
  return { text: text.slice(0, end), cut: text.length - end };
}

/** One line for a list: blanks joined, at most `max` characters. */
export function oneLine(text: string, max = 200): string {
  const line = text
    .slice(0, max * 4)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= max ? line : `${clip(line, max - 1).text}…`;
}
