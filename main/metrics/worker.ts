/** The threads of the analytics: one writes metrics.db, one reads it, one looks for trends. */
import { parentPort, workerData } from 'node:worker_threads';
import { Role } from './storage/messages.ts';
import { serveReading } from './storage/reading.ts';
import { serveWriting } from './storage/writing.ts';
import { serveTrends } from './trend-thread/serve.ts';

const { role, file, now } = Role.parse(workerData);
if (parentPort) {
  if (role === 'writer') serveWriting(parentPort, file, now);
  else if (role === 'trends') serveTrends(parentPort);
  else serveReading(parentPort, file);
}
