/** Real work for UI tests: repositories, and sessions of programs that need no model. Everything goes through the contract. */
import path from 'node:path';
import type { Repository, RepositorySettings } from '#shared/domain/repository.ts';
import type { NewTask } from '#shared/domain/session.ts';
import type { Client } from '#shared/contract/index.ts';
import type { Sandbox } from './repos.ts';
import { until } from './ui.ts';

const script = (code: string): string[] => [process.execPath, '-e', code];

/** Programs that stand for agents: they change a file, work on until stopped, or fail. */
export const programs = {
  edit: (file: string, text: string): string[] => script(`require('fs').writeFileSync(${JSON.stringify(file)}, ${JSON.stringify(text)}); console.log('wrote')`),
  work: (): string[] => script("let n = 0; setInterval(() => console.log('step', ++n), 200)"),
  fail: (): string[] => script("console.error('no such option'); process.exit(3)"),
} as const;

/** Makes a git repository with one commit and registers it. */
export async function addRepository(client: Client, sandbox: Sandbox, name: string, settings: Partial<RepositorySettings> = {}): Promise<Repository> {
  const repo = sandbox.repo({ name, files: { 'README.md': `# ${name}\n`, 'src/index.ts': 'export const answer = 41;\n' } });
  return client.repositories.add({ path: repo.path, name, settings });
}

/** Starts a task of a program. @returns the session */
export async function startCommand(client: Client, repositoryId: string, title: string, command: string[], more: Partial<NewTask> = {}): Promise<string> {
  const { sessionId } = await client.tasks.create({ repositoryId, title, text: title, agent: { kind: 'command', name: '', command, model: '' }, ...more });
  return sessionId;
}

/** Registers the tests' ACP agent, which asks before it acts, as `scripted`; nothing is tried twice. */
export async function addAskingAgent(client: Client): Promise<void> {
  const settings = await client.system.settings({});
  const command = [process.execPath, path.resolve(import.meta.dirname, 'agents/acp-agent.ts')];
  await client.system.saveSettings({
    ...settings,
    agents: { ...settings.agents, acp: [{ name: 'scripted', command }] },
    retry: { attempts: 1, backoffSeconds: 0 },
  });
}

/** Starts a session that asks to write `file` and waits for its request. */
export async function askToEdit(client: Client, repositoryId: string, title: string, file: string): Promise<{ sessionId: string; permissionId: string }> {
  const agent = { kind: 'acp' as const, name: 'scripted', command: [], model: '' };
  const { sessionId } = await client.tasks.create({ repositoryId, title, text: `edit ${file}`, agent });
  const permissionId = await until(`"${title}" to ask`, async () => {
    const { permissions } = await client.permissions.list({ waiting: true });
    return permissions.find((one) => one.sessionId === sessionId)?.id;
  });
  return { sessionId, permissionId };
}

/** Waits for a session to be in one of these states. */
export const whenStatus = (client: Client, sessionId: string, ...wanted: string[]): Promise<true> =>
  until(`${sessionId} to be ${wanted.join(' or ')}`, async () => wanted.includes((await client.sessions.get({ id: sessionId })).session.status));
