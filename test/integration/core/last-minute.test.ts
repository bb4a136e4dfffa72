/** A core that is stopped has told what its connections did until then, also in the minute that was not over and when nobody had asked for a figure. */
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { PoolLimits } from '#shared/domain/connection.ts';
import { Query, type Filter } from '#shared/domain/query.ts';
import { startTestCore, until, type TestCore } from '#test/support/core/test-core.ts';
import { HOST_TOKEN, startHostProcess, type HostProcess } from '#test/support/host-process.ts';

let at: TestCore;
let far: HostProcess;
afterEach(async () => {
  await at.remove();
  await far.kill();
});

test('connections of the seconds before a stop are in the answer after it, those of two short runs together', { timeout: 180_000 }, async () => {
  at = await startTestCore();
  far = await startHostProcess(path.join(at.dataDir, 'far'));
  const limits = PoolLimits.parse({ minSockets: 2, beatMs: 300, beatDeadlineMs: 5000 });
  const { id } = await at.client.connections.add({ name: 'far', url: `ws://127.0.0.1:${far.port}`, token: HOST_TOKEN, limits });
  const host: Filter = { tag: 'host', op: 'is', values: [id] };
  const total = async (metric: string, outcome: string): Promise<number> => {
    const where = [host, { tag: 'outcome', op: 'is', values: [outcome] }];
    const { answers } = await at.client.analytics.query({ queries: [Query.parse({ metric, where, range: { kind: 'last', ms: 3_600_000 } })] });
    const [answered] = answers;
    if (!answered?.ok) throw new Error(JSON.stringify(answered));
    return answered.answer.total.value ?? 0;
  };
  const connected = (): Promise<number> =>
    until('both connections', async () => {
      const shown = (await at.client.connections.view({})).hosts.find((each) => each.id === id);
      return shown && shown.success.ready >= 2 && shown.success.ready;
    });
  let opened = await connected();
  at = await at.reopen();
  expect(await total('connection_open', 'ready')).toBe(opened);
  opened += await connected();
  at = await at.reopen();
  expect(await total('connection_open', 'ready')).toBe(opened);
});
