/** `acc host`: an agent host for a control center elsewhere. */
import { parseArgs } from 'node:util';
import path from 'node:path';
import { startHost } from '#host/host.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { dataDir, makeDataDir } from '#core/data-dir.ts';
import { Exit, UsageError, type ExitCode } from '../exit-codes.ts';
import { print, printJson } from '../output.ts';
import { readToken } from '../token-file.ts';
import { version } from '#core/version.ts';

export async function host(args: string[]): Promise<ExitCode> {
  const { values } = parseArgs({
    args,
    options: { data: { type: 'string' }, json: { type: 'boolean' }, listen: { type: 'string' }, 'token-file': { type: 'string' } },
  });
  const listen = /^(?:\[([0-9a-f:]+)\]|([^:]+)):(\d{1,5})$/i.exec(values.listen ?? '');
  if (!listen) throw new UsageError('host needs --listen ADDRESS:PORT');
  if (!values['token-file']) throw new UsageError('host needs --token-file F');
  const token = readToken(values['token-file']);
  const address = listen[1] ?? listen[2] ?? '';
  const folder = path.join(dataDir(values.data), 'host');
  unwrap(makeDataDir(folder));
  const running = unwrap(await startHost({ dataDir: folder, address, port: Number(listen[3]), token, version }));
  if (values.json) printJson({ type: 'listening', address, port: running.port });
  else print(`The agent host listens on ${address}:${running.port}. End it with Ctrl-C.`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await running.stop();
  return Exit.ok;
}
