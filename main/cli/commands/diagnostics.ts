/** `acc diagnostics`: what this machine has, what is missing, and the fix for each. Ends with 1 when something is broken. */
import { parseArgs } from 'node:util';
import { withCore } from '../connect.ts';
import { dataDir } from '#core/data-dir.ts';
import { Exit, type ExitCode } from '../exit-codes.ts';
import { paint, print, printJson } from '../output.ts';

const signs = { ok: paint('green', 'ok  '), warn: paint('yellow', 'warn'), bad: paint('red', 'bad '), off: paint('gray', 'off ') } as const;

export async function diagnostics(args: string[]): Promise<ExitCode> {
  const { values } = parseArgs({ args, options: { data: { type: 'string' }, json: { type: 'boolean' } } });
  return withCore(dataDir(values.data), async (client) => {
    const { findings } = await client.system.diagnose({});
    for (const finding of findings) {
      if (values.json) {
        printJson(finding);
        continue;
      }
      print(`${signs[finding.status]}  ${finding.title}: ${finding.detail}`);
      if (finding.fix) print(`      ${finding.fix}`);
    }
    return findings.some((finding) => finding.status === 'bad') ? Exit.error : Exit.ok;
  });
}
