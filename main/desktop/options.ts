/** What the command line asks of the desktop: a data folder, and links to open. */
import { fail, ok, type Result } from '#shared/lib/fault.ts';

export type DesktopOptions = {
  /** Data folder; null leaves it to the core's own default. */
  readonly dataDir: string | null;
  readonly links: readonly string[];
};

/**
 * Reads the arguments after the program. Switches of Chromium and unknown words are left alone: other programs start us too.
 * @returns `DATA_DIR_MISSING` when `--data` has no folder after it
 */
export function readOptions(args: readonly string[]): Result<DesktopOptions> {
  let dataDir: string | null = null;
  const links: string[] = [];
  for (const [at, arg] of args.entries()) {
    if (arg.startsWith('acc:')) links.push(arg);
    if (arg.startsWith('--data=')) dataDir = arg.slice('--data='.length);
    if (arg === '--data') dataDir = args[at + 1] ?? '';
  }
  if (dataDir === '') return fail('DATA_DIR_MISSING', '`--data` names no folder.', { fix: 'Write `--data DIR`.' });
  return ok({ dataDir, links });
}
