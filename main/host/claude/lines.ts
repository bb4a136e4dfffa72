/** Reads one line of the CLI's stdout: JSON, a line that was too long, or garbage. */
import type { SessionEvent } from '#shared/domain/session-event.ts';
import { oneLine } from './clip.ts';
import { Envelope } from './messages.ts';

/** Longest line that is read whole, in bytes. Longer ones are results of edits in very large files, or a fault. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;

export type Line = { readonly message: Envelope | null; readonly notice: SessionEvent | null };

/** @param cut characters that were left out of the line */
export function readLine(line: string, cut: number): Line {
  if (cut > 0) {
    const notice = {
      kind: 'notice',
      level: 'warn',
      code: 'LINE_TOO_LONG',
      text: `The agent printed a line of ${line.length + cut} characters; what is over ${MAX_LINE_BYTES / 1024 / 1024} MB is not read.`,
    } as const;
    return { message: salvage(line), notice };
  }
  if (line.trim() === '') return { message: null, notice: null };
  const message = parse(line);
  if (message !== null) return { message, notice: null };
  return {
    message: null,
    notice: { kind: 'notice', level: 'warn', code: 'GARBAGE_LINE', text: 'The agent printed a line that is no message.', why: oneLine(line, 500) },
  };
}

function parse(line: string): Envelope | null {
  try {
    return Envelope.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/**
 * The result of an edit carries the whole file behind the message itself. The message in front of it is enough: without it the
 * call would look as if it never ended. The words cannot occur inside a JSON string, where quotes are escaped.
 */
function salvage(line: string): Envelope | null {
  const at = line.indexOf(',"tool_use_result":');
  return at === -1 ? null : parse(`${line.slice(0, at)}}`);
}
