/**
 * `npm run screenshots [-- NAME …] [--out DIR]`: makes the pictures of the README and the docs from the running product: its core, its UI in
 * Chromium, git, and the real Claude Code CLI on a scripted model. Nothing in them is drawn or made up; only what the model says is written.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { takePictures } from './screenshots/pictures.ts';
import { doWork } from './screenshots/work.ts';
import { openWorld } from './screenshots/world.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: path.resolve(import.meta.dirname, '../docs/images') } },
});

const world = await openWorld();
try {
  const work = await doWork(world);
  await takePictures(world.ui, work, values.out, positionals);
  for (const problem of new Set(world.ui.problems)) console.log(`the page said: ${problem}`);
} finally {
  await world.close();
}
