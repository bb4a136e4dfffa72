/**
 * `npm run screenshots [-- NAME …] [--out DIR]`: makes the pictures of the README and the docs from the running product: its core, its UI in
 * Chromium, git, and the real Claude Code CLI on a scripted model. Nothing in them is drawn or made up; only what the model says is written.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { doHostWork } from './screenshots/hosts.ts';
import { takePictures, takePlace } from './screenshots/pictures.ts';
import { doWork } from './screenshots/work.ts';
import { openWorld } from './screenshots/world.ts';

const CONNECTIONS = 'connections';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: path.resolve(import.meta.dirname, '../docs/images') } },
});

const world = await openWorld();
try {
  const others = positionals.filter((name) => name !== CONNECTIONS);
  if (positionals.length === 0 || others.length > 0) await takePictures(world.ui, await doWork(world), values.out, others);
  // Last, and by itself: the other pictures are of one machine.
  if (positionals.length === 0 || positionals.includes(CONNECTIONS)) {
    const hosts = await doHostWork(world);
    await takePlace(world.ui, CONNECTIONS, `/connections/hosts/${hosts.shown}`, values.out).finally(hosts.close);
  }
  for (const problem of new Set(world.ui.problems)) console.log(`the page said: ${problem}`);
} finally {
  await world.close();
}
