/** An ACP agent that greets, closes its input before it answers `session/new`, and stays: whoever writes to it learns that nobody reads. */
import { closeSync, readSync, writeSync } from 'node:fs';
import { z } from 'zod';

const Request = z.object({ id: z.number() });
const answers = [{ protocolVersion: 1 }, { sessionId: 'deaf-1' }];
const buffer = Buffer.alloc(65_536);
for (const [index, result] of answers.entries()) {
  const line = buffer.toString('utf8', 0, readSync(0, buffer));
  if (index === answers.length - 1) closeSync(0);
  writeSync(1, `${JSON.stringify({ jsonrpc: '2.0', id: Request.parse(JSON.parse(line)).id, result })}\n`);
}
setInterval(() => undefined, 1000);
