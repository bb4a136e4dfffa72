/** Plays lines that the real CLI (2.1.330) printed to the translator, with a fixed clock. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLine } from '#host/claude/lines.ts';
import { LiveText } from '#host/claude/live.ts';
import { Translator } from '#host/claude/translate.ts';
import type { LivePart, SessionEvent } from '#shared/domain/session-event.ts';

export const NOW = 1_800_000_000_000;

export function translator(live: (part: LivePart) => void = () => undefined): Translator {
  return new Translator({ cwd: '/repo', pid: 42, resumed: false, live: new LiveText(live), now: () => NOW });
}

export const linesOf = (name: string): string[] =>
  readFileSync(join(import.meta.dirname, 'recorded', `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');

/** Every event of some lines, and what the end of the process adds. */
export function play(lines: readonly string[], subject = translator()): SessionEvent[] {
  const events = lines.flatMap((line) => {
    const { message, notice } = readLine(line, 0);
    return [...(notice === null ? [] : [notice]), ...(message === null ? [] : subject.take(message, line))];
  });
  return [...events, ...subject.end()];
}
