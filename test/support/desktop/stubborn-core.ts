/** A core that does not listen to the request to end. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';

process.on('SIGTERM', () => undefined);
appendFileSync(path.join(process.argv.at(-1) ?? '.', 'log.jsonl'), `${JSON.stringify({ pid: process.pid })}\n`);
setInterval(() => undefined, 60_000);
