/**
 * Entry of the local agent host, a child process of the core. The first line of stdin holds the token; stdin stays open as the
 * sign that the core lives. When it ends, the host ends its agents and itself, so that nothing survives a killed core.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startHost } from './host.ts';
import { fixedToken } from './server/tokens.ts';

const { values } = parseArgs({ options: { data: { type: 'string' }, version: { type: 'string', default: 'unknown' }, 'stdin-token': { type: 'boolean' } } });
if (!values.data || !values['stdin-token']) {
  process.stderr.write('usage: host --data DIR --stdin-token   (for a host that stands alone: acc host --help)\n');
  process.exit(2);
}

// The core that reads this may be gone before we are: a closed pipe is no reason to die half-way.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const input = createInterface({ input: process.stdin });
// Heard from the beginning: the core may be killed while the host is still starting.
const orphaned = new Promise<void>((resolve) => input.once('close', () => resolve()));
const first = await new Promise<string>((resolve) => {
  input.once('line', resolve);
  input.once('close', () => resolve(''));
});
const greeting = z.object({ token: z.string().min(32) }).safeParse(JSON.parse(first || 'null'));
if (!greeting.success) process.exit(2);

const host = await startHost({
  dataDir: values.data,
  address: '127.0.0.1',
  port: 0,
  tokens: fixedToken(greeting.data.token),
  version: values.version,
  otlp: { address: '127.0.0.1', port: 0, whenAsked: true },
});
if (!host.ok) {
  process.stderr.write(`${host.fault.message}\n`);
  process.exit(1);
}
process.stdout.write(`${JSON.stringify({ type: 'listening', port: host.value.port })}\n`);

let ending = false;
const end = (): void => {
  if (ending) return;
  ending = true;
  void host.value.stop().finally(() => process.exit(0));
};
void orphaned.then(end);
process.on('SIGTERM', end);
// Ctrl-C in a terminal reaches the whole group: the core decides when we end.
process.on('SIGINT', () => {});
