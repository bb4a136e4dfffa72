/** 1000 clients at once for a minute: the product's own load test, asked of the built core as the command line and the window ask it. */
import type { LoadReport } from '#shared/domain/load-test.ts';
import { build, startCore } from '../lib/core.ts';
import { bounded, type Bench } from '../lib/figure.ts';
import { sleep } from '../lib/until.ts';

const OPTIONS = { clients: 1000, seconds: 60, sessions: 1000, host: 'own' };

export const bench: Bench = {
  name: 'clients',
  title: `${OPTIONS.clients} clients at once for ${OPTIONS.seconds} s, through the load test`,
  async run(say) {
    build();
    const core = await startCore();
    try {
      // The core's own start is not what is measured.
      await core.host();
      await sleep(2000);
      const { id } = await core.client.connections.startLoadTest(OPTIONS);
      let last: LoadReport | null = null;
      for await (const report of await core.client.connections.watchLoadTest({ id })) last = report;
      if (last?.status !== 'done') throw new Error(`the load test is ${last?.status}: ${last?.detail}`);
      if (last.detail !== '') say(last.detail);
      return last.kpis.map(({ name, unit, value, op, goal, n }) =>
        op === '<='
          ? bounded(name, unit, value ?? Number.NaN, goal, n)
          : bounded(`${name}: missing to 100 %`, unit, 100 - (value ?? Number.NaN), 100 - goal, n),
      );
    } finally {
      await core.close();
    }
  },
};
