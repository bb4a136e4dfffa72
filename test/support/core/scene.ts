/** A core over a scripted host with one repository, ready for tasks. */
import { cp, mkdtemp, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { NewTask, Task } from '#shared/domain/session.ts';
import type { Settings } from '#shared/domain/settings.ts';
import { ScriptedHost } from './scripted-host.ts';
import { startTestCore, until, type TestCore } from './test-core.ts';

export type Scene = TestCore & {
  readonly host: ScriptedHost;
  readonly repositoryId: string;
  /** Creates a task for Claude Code unless told otherwise. */
  task(more?: Partial<NewTask>): Promise<{ task: Task; sessionId: string }>;
  /** Creates a task and waits until its session runs. */
  running(more?: Partial<NewTask>): Promise<{ task: Task; sessionId: string }>;
  settings(change: (settings: Settings) => Settings): Promise<void>;
  /** What a kill at this moment would leave: a core on a copy of the database, over the same or another host. */
  killed(host?: ScriptedHost): Promise<Scene>;
};

export async function scene(options: { dataDir?: string; host?: ScriptedHost; now?: () => number } = {}): Promise<Scene> {
  const host = options.host ?? new ScriptedHost();
  const core = await startTestCore({ ...options, createHost: host.factory });
  const repository = await core.client.repositories.add({ path: '/r' });
  const task = (more: Partial<NewTask> = {}): Promise<{ task: Task; sessionId: string }> =>
    core.client.tasks.create({ repositoryId: repository.id, title: 'Fix the bug', text: 'There is a bug.', agent: { kind: 'claude-code' }, ...more });
  return {
    ...core,
    host,
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
      for (const name of await readdir(core.dataDir)) if (name.startsWith('acc.db')) await cp(path.join(core.dataDir, name), path.join(dataDir, name));
      await core.remove();
      return scene({ ...options, dataDir, host: next });
    },
  };
}
