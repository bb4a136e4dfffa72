/** A core that says why and dies at once, as one with a damaged installation would. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';

appendFileSync(path.join(process.argv.at(-1) ?? '.', 'log.jsonl'), `${JSON.stringify({ pid: process.pid, at: Date.now() })}\n`);
console.error('the store could not be opened');
process.exit(1);
