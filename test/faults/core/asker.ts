/**
 * A core whose agent, the real Claude Code CLI, asks for a permission, for the test beside it, which kills the core then.
 * Arguments: data folder, repository, program of the CLI, prompt. Prints the session and the request, and waits for its end.
 */
import { createRouterClient } from '@orpc/server';
import { createCore } from '#core/core.ts';
import type { Client } from '#shared/contract/index.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { until } from '#test/support/core/test-core.ts';

const [dataDir = '', repo = '', claudePath = '', text = ''] = process.argv.slice(2);
const core = unwrap(await createCore({ dataDir, mode: 'headless', version: 'test', log: (line) => process.stderr.write(`${line}\n`) }));
const client: Client = createRouterClient(core.router, { context: { role: 'operator', actor: 'test', client: 'test' } });
const settings = await client.system.settings({});
await client.system.saveSettings({ ...settings, agents: { ...settings.agents, claudePath } });
const repository = await client.repositories.add({ path: repo });
await client.tasks.create({ repositoryId: repository.id, title: 'Ask', text, agent: { kind: 'claude-code' } });
const asked = await until('a request', async () => (await client.permissions.list({})).permissions[0]);
process.stdout.write(`${JSON.stringify({ sessionId: asked.sessionId, permissionId: asked.id })}\n`);
