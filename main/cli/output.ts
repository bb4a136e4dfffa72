/** How commands speak: tables and sentences for people, one JSON object a line for programs. */
import { styleText } from 'node:util';
import { FaultError, type Fault } from '#shared/lib/fault.ts';

type Style = Parameters<typeof styleText>[0];

/** Colours text when the stream is a terminal that wants colours. */
export const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Columns as wide as their widest cell, the last one as it is. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  for (const row of rows)
    print(
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    );
}

/** Text from an agent or a repository may hold terminal codes: they are shown, not obeyed. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
export const plain = (text: string): string => text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '�');

export function printFault(fault: Fault, json: boolean): void {
  if (json) printJson({ type: 'error', ...fault });
  const lines = [`acc: ${fault.message}`, fault.why && `  why: ${fault.why}`, fault.fix && `  do:  ${fault.fix}`, `  (${fault.code})`];
  process.stderr.write(`${lines.filter(Boolean).join('\n')}\n`);
}

/** Reads what a contract call threw: the core's fault when it is one. */
export function faultFrom(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(error.code)) {
    const data = 'data' in error && typeof error.data === 'object' && error.data !== null ? error.data : {};
    return {
      code: error.code,
      message: error.message,
      ...('why' in data && typeof data.why === 'string' ? { why: data.why } : {}),
      ...('fix' in data && typeof data.fix === 'string' ? { fix: data.fix } : {}),
    };
  }
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}
