/**
 * Takes the spare worktree for a start, as a host would, and dies by SIGKILL before the file system changes for the n-th time.
 * Arguments: the preparation's spec as JSON, n. Prints `whole` when it came to its end before.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { WorkspaceSpec } from '#shared/host-protocol/commands.ts';

const [json = '', at = ''] = process.argv.slice(2);
const spec = WorkspaceSpec.parse(JSON.parse(json));
let left = z.coerce.number().int().parse(at);

const { renameSync, rmSync, writeFileSync } = fs;
const count = (): void => {
  if (--left === 0) process.kill(process.pid, 'SIGKILL');
};
fs.renameSync = (...args) => (count(), renameSync(...args));
fs.rmSync = (...args) => (count(), rmSync(...args));
fs.writeFileSync = (...args) => (count(), writeFileSync(...args));
syncBuiltinESMExports();

// After the change of the module: what is imported now sees it.
const { createSpares, openScratch, prepareWorkspace } = await import('#host/workspace/index.ts');
const spares = createSpares();
const scratch = await openScratch(path.join(spec.cwd, '../../host'));
const made = await prepareWorkspace(spec, { base: null }, { output: () => undefined, signal: new AbortController().signal, scratch, spares });
await spares.close();
process.stdout.write(made.ok ? 'whole' : JSON.stringify(made.fault));
