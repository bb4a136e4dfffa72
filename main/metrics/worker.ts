/** The threads of the analytics: one writes metrics.db, one reads it. */
import { parentPort, workerData } from 'node:worker_threads';
import { Role } from './storage/messages.ts';
import { serveReading } from './storage/reading.ts';
import { serveWriting } from './storage/writing.ts';

const { role, file, now } = Role.parse(workerData);
if (parentPort) {
  if (role === 'writer') serveWriting(parentPort, file, now);
  else serveReading(parentPort, file);
}
