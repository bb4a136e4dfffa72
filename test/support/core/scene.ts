/** A core over a scripted host with one repository, ready for tasks. */
import { cp, mkdtemp, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { NewTask, Task } from '#shared/domain/session.ts';
import type { Settings } from '#shared/domain/settings.ts';
import { ScriptedHost } from './scripted-host.ts';
import { scriptedPool } from './scripted-pool.ts';
import { startTestCore, until, type TestCore } from './test-core.ts';

export type Scene = TestCore & {
  /** The host of this machine. */
  readonly host: ScriptedHost;
  /** Those elsewhere, in the order they were added; the repository is on each of them. */
  readonly others: readonly ScriptedHost[];
  readonly repositoryId: string;
  /** Creates a task for Claude Code unless told otherwise. */
  task(more?: Partial<NewTask>): Promise<{ task: Task; sessionId: string }>;
  /** Creates a task and waits until its session runs. */
  running(more?: Partial<NewTask>): Promise<{ task: Task; sessionId: string }>;
  settings(change: (settings: Settings) => Settings): Promise<void>;
  /** What a kill at this moment would leave: a core on a copy of the database, over the same or another host. */
  killed(host?: ScriptedHost): Promise<Scene>;
};

/** A token long enough for any host. */
export const TOKEN = 'x'.repeat(40);

export async function scene(options: { dataDir?: string; host?: ScriptedHost; others?: readonly ScriptedHost[]; now?: () => number } = {}): Promise<Scene> {
  const host = options.host ?? new ScriptedHost();
  const others = options.others ?? [];
  const core = await startTestCore({ ...options, pool: scriptedPool([host, ...others]) });
  const repository = await core.client.repositories.add({ path: '/r' });
  const known = (await core.client.connections.list({})).hosts;
  const places = [];
  for (const { url } of others) {
    const { id } = known.find((each) => each.url === url) ?? (await core.client.connections.add({ url, token: TOKEN }));
    places.push({ hostId: id, path: `/far/${new URL(url).hostname}` });
  }
  if (places.length > 0) {
    const { id, name, settings } = repository;
    await core.client.repositories.save({ id, name, settings: { ...settings, hosts: places } });
  }
  const task = (more: Partial<NewTask> = {}): Promise<{ task: Task; sessionId: string }> =>
    core.client.tasks.create({ repositoryId: repository.id, title: 'Fix the bug', text: 'There is a bug.', agent: { kind: 'claude-code' }, ...more });
  return {
    ...core,
    host,
    others,
    repositoryId: repository.id,
    task,
    async running(more) {
      const created = await task(more);
      await until('a running session', async () => (await core.client.sessions.get({ id: created.sessionId })).session.status === 'running');
      return created;
    },
    async settings(change) {
      await core.client.system.saveSettings(change(await core.client.system.settings({})));
    },
    async killed(next = host) {
      const dataDir = await mkdtemp(path.join(os.tmpdir(), 'acc-killed-'));
      for (const name of await readdir(core.dataDir))
        if (name.startsWith('acc.db') || name === 'host-tokens') await cp(path.join(core.dataDir, name), path.join(dataDir, name), { recursive: true });
      for (const each of [host, ...others]) each.orphan();
      await core.remove();
      return scene({ ...options, dataDir, host: next });
    },
  };
}
