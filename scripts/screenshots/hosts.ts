/** Two more agent hosts with work on them, for the picture of Connections: `acc host` as other machines run it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startRemoteHost, type RemoteHost } from '#test/support/ui-hosts.ts';
import { until } from '#test/support/ui.ts';
import { parcels } from './sample.ts';
import type { World } from './world.ts';

/** Long enough for latencies to be measured and for the slow start to be over, milliseconds. */
const MEASURED_MS = 32_000;
const SESSIONS = 7;

export type HostWork = { /** The host the picture shows. */ readonly shown: string; close(): Promise<void> };

/** Adds the hosts, starts sessions over all of them, drains one. The caller closes the hosts when the pictures are taken. */
export async function doHostWork(world: World): Promise<HostWork> {
  const { client } = world.ui;
  const remotes: RemoteHost[] = [];
  for (const name of ['build-1', 'build-2']) remotes.push(await startRemoteHost(name));
  const close = async (): Promise<void> => void (await Promise.all(remotes.map((remote) => remote.close())));
  try {
    const ids: string[] = [];
    for (const { name, url, token } of remotes) ids.push((await client.connections.add({ name, url, token, weight: name === 'build-1' ? 2 : 1 })).id);
    const settings = await client.system.settings({});
    await client.system.saveSettings({ ...settings, tourDone: true, governor: { ...settings.governor, global: 0, perRepository: 0 } });
    const { path } = world.repository('labels', parcels);
    const repository = await client.repositories.add({ path, name: 'labels', settings: { hosts: ids.map((hostId) => ({ hostId, path })) } });
    await until('all hosts', async () => (await client.connections.view({})).hosts.every((host) => host.state === 'ready'));
    await sleep(MEASURED_MS);
    for (let nth = 1; nth <= SESSIONS; nth++) {
      const title = `Soak test, depot ${nth}`;
      await client.tasks.create({
        repositoryId: repository.id,
        title,
        text: 'Run until stopped.',
        agent: { kind: 'command', name: '', command: ['node', 'scripts/soak.js'], model: '' },
      });
    }
    await until('the sessions', async () => (await client.sessions.list({ status: ['running'] })).sessions.length >= SESSIONS);
    const [shown = '', drained = ''] = ids;
    await client.connections.drain({ id: drained });
    return { shown, close };
  } catch (error) {
    await close();
    throw error;
  }
}
