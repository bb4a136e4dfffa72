/**
 * Starts a program that will not go, as a host would, and prints a line when all of it runs; a test then kills this process.
 * Arguments: folder of records, session id, `recorded` or `expected` (killed between the spawn and its record).
 */
import { join } from 'node:path';
import { childEnvironment } from '#host/process/environment.ts';
import { createReaper } from '#host/process/reap.ts';
import { spawnChild } from '#host/process/spawn.ts';
import { carrying, until } from './trial.ts';

const [folder = '', sessionId = '', how = ''] = process.argv.slice(2);
const reaper = createReaper(folder);
reaper.expect(sessionId);
const spawned = await spawnChild({
  program: [join(import.meta.dirname, 'stubborn.sh'), '7394.25'],
  cwd: folder,
  env: childEnvironment({ from: process.env, marker: sessionId }),
  onStdoutLine: () => undefined,
  onStderr: () => undefined,
});
if (!spawned.ok) throw new Error(spawned.fault.message);
if (how === 'recorded') await reaper.started(sessionId, spawned.value.pid);
await until(async () => (await carrying(sessionId)).length >= 6);
process.stdout.write('all run\n');
