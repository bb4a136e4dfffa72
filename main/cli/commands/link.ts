/** `acc link`: a new one-time link to the control center that runs on this data folder. */
import { parseArgs } from 'node:util';
import { readOwnerFile } from '#server/owner-file.ts';
import { FaultError } from '#shared/lib/fault.ts';
import { dataDir } from '#core/data-dir.ts';
import { Exit, type ExitCode } from '../exit-codes.ts';
import { print, printJson } from '../output.ts';

const LIMIT_MS = 5000;

export async function link(args: string[]): Promise<ExitCode> {
  const { values } = parseArgs({ args, options: { data: { type: 'string' }, json: { type: 'boolean' }, viewer: { type: 'boolean' } } });
  const owner = readOwnerFile(dataDir(values.data));
  const role = values.viewer ? 'viewer' : 'operator';
  const answer = owner
    ? await fetch(`${owner.url}/links?role=${role}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${owner.token}` },
        signal: AbortSignal.timeout(LIMIT_MS),
      }).catch(() => null)
    : null;
  if (!answer?.ok)
    throw new FaultError({ code: 'CORE_NOT_RUNNING', message: 'No control center runs on this data folder.', fix: 'Start one with: acc start --headless' });
  const url = (await answer.text()).trim();
  if (values.json) printJson({ link: url, role });
  else print(url);
  return Exit.ok;
}
