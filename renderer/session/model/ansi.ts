/** Program output as plain text: colours and cursor movements removed, a line rewritten by carriage returns shown as it ended. */

/** CSI and OSC sequences, short escapes, and control characters other than tab, line feed and carriage return. */
const ESCAPES = new RegExp(
  [
    String.raw`\u001b\[[0-?]*[ -/]*[@-~]`,
    String.raw`\u009b[0-?]*[ -/]*[@-~]`,
    String.raw`\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?`,
    String.raw`\u001b[ -/]*[0-~]`,
    String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]`,
  ].join('|'),
  'g',
);

/** @returns `text` as a person would read it at the end on a terminal */
export function plainOutput(text: string): string {
  const clean = text.replaceAll('\r\n', '\n').replaceAll(ESCAPES, '');
  if (!clean.includes('\r')) return clean;
  return clean.split('\n').map(lastWritten).join('\n');
}

function lastWritten(line: string): string {
  const parts = line.split('\r').filter((part) => part !== '');
  return parts.at(-1) ?? '';
}
