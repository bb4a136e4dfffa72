/** Program: a core on a folder (argument), for a test to kill. Says `up`, then each sum of commits that it can tell; ends only by a signal. */
import { createRouterClient } from '@orpc/server';
import { createCore } from '#core/core.ts';
import type { Client } from '#shared/contract/index.ts';
import { unwrap } from '#shared/lib/fault.ts';

const core = unwrap(await createCore({ dataDir: process.argv[2] ?? '', mode: 'headless', version: 'test', log: () => undefined }));
const client: Client = createRouterClient(core.router, { context: { role: 'operator', actor: 'test', client: 'test' } });
process.stdout.write('up\n');
for (let told: number | null = null; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
  const { answers } = await client.analytics.query({ queries: [{ metric: 'commits', range: { kind: 'last', ms: 3_600_000 } }] });
  const now = answers[0]?.ok ? answers[0].answer.total.value : null;
  if (now !== told) process.stdout.write(`${String(now)}\n`);
  told = now;
}
