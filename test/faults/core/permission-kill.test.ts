/** A permission that waits when the core is killed: the real Claude Code CLI is resumed, asks again, and hears the one answer. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { claudeProgram, findClaude } from '#test/support/claude-cli.ts';
import { sessionIn, startTestCore, until, type TestCore } from '#test/support/core/test-core.ts';
import { startModel, type Model } from '#test/support/model/server.ts';
import { makeSandbox, openRepo, type Sandbox } from '#test/support/repos.ts';

const TEST_MS = 240_000;
const cli = findClaude();
const Asked = z.object({ sessionId: z.string(), permissionId: z.string() });
const dataDir = mkdtempSync(path.join(tmpdir(), 'acc-ask-kill-'));
let box: Sandbox | null = null;
let model: Model | null = null;
let core: TestCore | null = null;
let asker: ChildProcess | null = null;

afterEach(async () => {
  asker?.kill('SIGKILL');
  await core?.close();
  await model?.close();
  box?.close();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

test.skipIf(!cli.found)(`asked before the kill, asked again after it, answered once${cli.found ? '' : `: ${cli.skip}`}`, { timeout: TEST_MS }, async () => {
  box = makeSandbox();
  model = await startModel();
  const repo = box.repo();
  const program = claudeProgram(cli, model.url, box.root);
  // Appends, so that a command that was run twice shows.
  const { sessionId, permissionId } = await killedWhileAsking([dataDir, repo.path, program, 'scenario:bash keep=yes cmd=tee+-a+made.log+<<<ran']);

  core = await startTestCore({ dataDir });
  const { client } = core;
  // Across the restart the request is never away from the inbox, and never there twice.
  const again = await until('the new request', async () => {
    const open = (await client.permissions.list({})).permissions;
    expect(open).toHaveLength(1);
    return open[0]?.id === permissionId ? null : open[0];
  });
  // Asked and left open by the run that went down, then asked anew by the next.
  const all = (await client.permissions.list({ waiting: false })).permissions;
  expect(all.map(({ id, status }) => [id, status])).toEqual(
    expect.arrayContaining([
      [permissionId, 'expired'],
      [again.id, 'waiting'],
    ]),
  );
  expect(all).toHaveLength(2);
  expect(all.find((each) => each.id === permissionId)?.note).toContain(again.id);
  expect(again).toMatchObject({ sessionId, tool: 'Bash' });
  const late = client.permissions.answer({ id: permissionId, answer: { kind: 'allow-once' } });
  await expect(late).rejects.toMatchObject({ code: 'PERMISSION_CLOSED' });

  await client.permissions.answer({ id: again.id, answer: { kind: 'allow-once' } });
  const session = await sessionIn(client, sessionId, 'finished');
  expect(readFileSync(path.join(openRepo(session.cwd).path, 'made.log'), 'utf8')).toBe('ran\n');
  const { events } = await client.sessions.events({ id: sessionId });
  expect(events.map((each) => each.seq)).toEqual(events.map((_, index) => index + 1));
  expect((await client.permissions.list({})).permissions).toEqual([]);
  await until('the change', async () => (await client.review.list({})).changes.length > 0);
  expect((await client.review.list({})).changes).toMatchObject([{ sessionId, status: 'waiting', files: [{ path: 'made.log' }] }]);
});

/** Runs a core until its agent asks, and kills it there. */
async function killedWhileAsking(args: string[]): Promise<z.infer<typeof Asked>> {
  const child = spawn(process.execPath, [path.resolve('test/faults/core/asker.ts'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  asker = child;
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-10_000)));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([new Promise<string>((resolve) => lines.once('line', resolve)), exited.then(() => '')]);
  child.kill('SIGKILL');
  await exited;
  if (line === '') throw new Error(`the core ended before its agent asked: ${errors}`);
  return Asked.parse(JSON.parse(line));
}
