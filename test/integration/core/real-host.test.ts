/** Nothing is played here: core, store, agent host, git and agents are the real ones. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findClaude, useClaude } from '#test/support/claude-cli.ts';
import { sessionIn, startTestCore, until, type TestCore } from '#test/support/core/test-core.ts';
import { startModel, type Model } from '#test/support/model/server.ts';
import { makeSandbox, type Sandbox, type TestRepo } from '#test/support/repos.ts';
import type { NewTask, Task } from '#shared/domain/session.ts';

const TEST_MS = 180_000;
const cli = findClaude();
let box: Sandbox;
let at: TestCore;

beforeAll(() => void (box = makeSandbox()));
afterAll(() => box.close());
afterEach(() => at.remove());

const node = (script: string): NewTask['agent'] => ({ kind: 'command', name: '', command: [process.execPath, '-e', script], model: '' });
async function task(repo: TestRepo, more: Partial<NewTask> & Pick<NewTask, 'agent'>): Promise<{ task: Task; sessionId: string }> {
  const repository = await at.client.repositories.add({ path: repo.path });
  return at.client.tasks.create({ repositoryId: repository.id, title: 'Do it', text: 'Do it.', ...more });
}

test('a command works in a worktree; its change is reviewed and merged; the worktree is cleaned', { timeout: TEST_MS }, async () => {
  at = await startTestCore();
  const repo = box.repo({ files: { 'a.txt': 'old\n' } });
  const { sessionId } = await task(repo, { agent: node("require('fs').writeFileSync('a.txt', 'new\\n'); console.log(process.env.ACC_PROMPT)") });
  const session = await sessionIn(at.client, sessionId, 'finished');
  const change = await until('the change', async () => (await at.client.review.list({})).changes[0]);
  expect(change).toMatchObject({ files: [{ path: 'a.txt', status: 'modified' }], targetBranch: 'main', branch: session.branch });
  expect(repo.read('a.txt')).toBe('old\n');
  expect(await at.client.review.file({ id: change.id, path: 'a.txt' })).toMatchObject({ before: 'old\n', after: 'new\n' });
  const before = await at.client.repositories.worktrees({});
  expect(before.worktrees).toMatchObject([{ sessionId, removable: false }]);
  expect(await at.client.review.approve({ id: change.id })).toMatchObject({ status: 'merged' });
  expect(repo.read('a.txt')).toBe('new\n');
  expect(await at.client.repositories.cleanWorktrees({ sessionIds: [sessionId] })).toEqual({ removed: [sessionId], kept: [] });
  expect(existsSync(session.cwd)).toBe(false);
  const { items } = await at.client.sessions.items({ id: sessionId, from: 0, count: 50 });
  expect(items.map((each) => each.item.kind)).toEqual(expect.arrayContaining(['message', 'output', 'exit']));
});

test('a worktree whose repository was deleted is named as such, and goes only when that is asked for', { timeout: TEST_MS }, async () => {
  at = await startTestCore();
  const repo = box.repo({ files: { 'a.txt': 'old\n' } });
  const { sessionId } = await task(repo, { agent: node("require('fs').writeFileSync('a.txt', 'new\\n')") });
  const { cwd } = await sessionIn(at.client, sessionId, 'finished');
  const change = await until('the change', async () => (await at.client.review.list({})).changes[0]);
  await at.client.review.reject({ id: change.id });
  rmSync(repo.path, { recursive: true });
  expect((await at.client.repositories.worktrees({})).worktrees).toMatchObject([{ sessionId, removable: true, orphan: true }]);
  const kept = await at.client.repositories.cleanWorktrees({ sessionIds: [sessionId] });
  expect(kept).toMatchObject({ removed: [], kept: [{ sessionId, why: expect.stringContaining(repo.path) }] });
  expect(existsSync(cwd)).toBe(true);
  expect(await at.client.repositories.cleanWorktrees({ sessionIds: [sessionId], orphans: true })).toEqual({ removed: [sessionId], kept: [] });
  expect(existsSync(cwd)).toBe(false);
  const { decisions } = await at.client.insight.decisions({ targetId: sessionId });
  expect(decisions).toMatchObject([{ action: 'worktree.remove-orphan', actor: 'test operator', detail: expect.stringContaining(cwd) }]);
});

test('two repositories get their turn: the one that came late does not wait for the flood before it', { timeout: TEST_MS }, async () => {
  at = await startTestCore();
  const settings = await at.client.system.settings({});
  await at.client.system.saveSettings({ ...settings, governor: { ...settings.governor, global: 1 } });
  const log = path.join(box.root, 'order.log');
  // Each waits for the gate, so that all are in the queue before the first of them ends, however fast the machine is.
  const gate = path.join(box.root, 'gate');
  const say = (name: string): NewTask['agent'] =>
    node(
      `const fs = require('fs'); const t = setInterval(() => { if (!fs.existsSync(${JSON.stringify(gate)})) return; clearInterval(t); fs.appendFileSync(${JSON.stringify(log)}, ${JSON.stringify(`${name}\n`)}); }, 10)`,
    );
  const [big, small] = [box.repo(), box.repo()];
  const sessions = [];
  for (const name of ['big1', 'big2', 'big3', 'big4']) sessions.push(await task(big, { title: name, agent: say(name) }));
  sessions.push(await task(small, { title: 'small', agent: say('small') }));
  writeFileSync(gate, '');
  for (const { sessionId } of sessions) await sessionIn(at.client, sessionId, 'finished');
  const order = readFileSync(log, 'utf8').trim().split('\n');
  expect(order).toHaveLength(5);
  expect(order.indexOf('small')).toBeLessThanOrEqual(2);
});

test('a clock that is set back by an hour stops nothing, makes no time negative and loses no event', { timeout: TEST_MS }, async () => {
  let back = 0;
  at = await startTestCore({ now: () => Date.now() - back });
  const gate = path.join(box.root, 'clock-gate');
  const held = `const fs = require('fs'); console.log('before'); const t = setInterval(() => { if (!fs.existsSync(${JSON.stringify(gate)})) return; clearInterval(t); console.log('after'); fs.writeFileSync('made.txt', 'x'); }, 10)`;
  const { sessionId } = await task(box.repo(), { agent: node(held) });
  await until('its first line', async () => JSON.stringify(await at.client.sessions.items({ id: sessionId, from: 0, count: 50 })).includes('before'));
  back = 3600_000;
  writeFileSync(gate, '');
  const ended = await sessionIn(at.client, sessionId, 'finished');
  expect(ended.activeMs).toBeGreaterThanOrEqual(0);
  expect(ended.blockedMs).toBeGreaterThanOrEqual(0);
  expect(JSON.stringify(await at.client.sessions.items({ id: sessionId, from: 0, count: 50 }))).toContain('after');
  expect(await until('the change', async () => (await at.client.review.list({})).changes[0])).toMatchObject({ sessionId });
  const later = await task(box.repo(), { title: 'After it', agent: node('console.log(1)') });
  await sessionIn(at.client, later.sessionId, 'finished');
});

test('a person stops a command: its whole tree is gone, its worktree stays', { timeout: TEST_MS }, async () => {
  at = await startTestCore();
  const pidFile = path.join(box.root, 'child.pid');
  const script = `const c = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(c.pid)); setInterval(() => {}, 1000)`;
  const { task: made, sessionId } = await task(box.repo(), { agent: node(script) });
  const child = await until('the child', () => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')));
  expect(await at.client.sessions.stop({ id: sessionId })).toMatchObject({ status: 'stopped' });
  await until('the end of the tree', () => !alive(child));
  const { session } = await at.client.sessions.get({ id: sessionId });
  expect(existsSync(session.cwd)).toBe(true);
  expect((await at.client.tasks.get({ id: made.id })).plan.status).toBe('cancelled');
});

test('the tour needs no key and no network', { timeout: TEST_MS }, async () => {
  at = await startTestCore();
  const { sessionId } = await at.client.system.startTour({});
  await sessionIn(at.client, sessionId, 'finished');
  const change = await until('the change', async () => (await at.client.review.list({})).changes[0]);
  expect(change.files.map((file) => file.path)).toEqual(['README.md', 'src/greet.js', 'test/greet.test.js']);
  const { checks } = await at.client.review.runChecks({ id: change.id });
  expect(checks).toHaveLength(1);
  await until('the check', async () => (await at.client.review.get({ id: change.id })).checks.every((check) => check.status === 'passed'));
  expect(await at.client.review.approve({ id: change.id })).toMatchObject({ status: 'merged' });
  await at.client.system.endTour({});
  expect((await at.client.system.settings({})).tourDone).toBe(true);
});

describe.skipIf(!cli.found)('the real Claude Code on a scripted model', () => {
  let model: Model;
  beforeAll(async () => void (model = await startModel()));
  afterAll(() => model.close());

  const claude: NewTask['agent'] = { kind: 'claude-code', name: '', command: [], model: '' };

  test('a permission is asked, allowed, carried out; its change is sent back and comes again from the same conversation', { timeout: TEST_MS }, async () => {
    at = await startTestCore();
    await useClaude(at.client, cli, model.url, box.root);
    const { sessionId } = await task(box.repo(), { agent: claude, text: 'scenario:bash cmd=touch+made-by-claude' });
    await sessionIn(at.client, sessionId, 'waiting');
    const [request] = (await at.client.permissions.list({})).permissions;
    expect(request).toMatchObject({ tool: 'Bash', title: 'touch made-by-claude' });
    await at.client.permissions.answer({ id: request?.id ?? '', answer: { kind: 'allow-once' } });
    const session = await sessionIn(at.client, sessionId, 'finished');
    expect(session.blockedMs).toBeGreaterThan(0);
    expect(session.outputTokens).toBeGreaterThan(0);
    const change = await until('the change', async () => (await at.client.review.list({})).changes[0]);
    expect(change.files.map((file) => file.path)).toEqual(['made-by-claude']);
    await at.client.review.askForChanges({ id: change.id, note: 'scenario:recall Do it better.' });
    await until('the change again', async () => (await at.client.review.list({})).changes.some((each) => each.status === 'waiting' && each.rounds === 1));
    expect(model.turns.at(-1)?.heard).toContain('touch+made-by-claude');
    expect(model.turns.at(-1)?.heard).toContain('Do it better.');
    expect((await at.client.sessions.get({ id: sessionId })).session.agentSessionId).toBe(session.agentSessionId);
  });

  test('a question of the agent is answered by choice, and the model reads the answer', { timeout: TEST_MS }, async () => {
    at = await startTestCore();
    await useClaude(at.client, cli, model.url, box.root);
    const { sessionId } = await task(box.repo(), { agent: claude, text: 'scenario:question' });
    await sessionIn(at.client, sessionId, 'waiting');
    const [request] = (await at.client.permissions.list({})).permissions;
    expect(request).toMatchObject({ questions: [{ question: 'Which port shall it use?', options: [{ label: '80' }, { label: '8080' }] }] });
    await at.client.permissions.answer({ id: request?.id ?? '', answer: { kind: 'reply', answers: { 'Which port shall it use?': '8080' } } });
    await sessionIn(at.client, sessionId, 'finished');
    expect(model.turns.at(-1)?.results.join()).toContain('8080');
  });

  test('a resume whose conversation is gone begins the task again by itself, and says so', { timeout: TEST_MS }, async () => {
    at = await startTestCore();
    await useClaude(at.client, cli, model.url, box.root);
    const { sessionId } = await task(box.repo(), { agent: claude, text: 'scenario:plain' });
    const before = await sessionIn(at.client, sessionId, 'finished');
    rmSync(path.join(box.root, 'home', '.claude', 'projects'), { recursive: true });
    await at.client.sessions.resume({ id: sessionId, text: 'Also this.' });
    const after = await until('the new conversation', async () => {
      const { session } = await at.client.sessions.get({ id: sessionId });
      return session.status === 'finished' && session.agentSessionId !== before.agentSessionId ? session : undefined;
    });
    expect(after.taskId).toBe(before.taskId);
    const { items } = await at.client.sessions.items({ id: sessionId, from: 0, count: 100 });
    const said = items.flatMap(({ item }) => (item.kind === 'message' ? [item] : []));
    expect(said.map((item) => item.from)).toEqual(['task', 'person', 'app']);
    expect(said[2]?.text).toMatch(/^scenario:plain\n[^]*conversation is gone[^]*Also this\.$/);
    expect(items.some(({ item }) => item.kind === 'exit' && item.text.includes('does not have the conversation'))).toBe(true);
  });

  test('closing the app in the middle leaves no process, and the next start goes on', { timeout: TEST_MS }, async () => {
    at = await startTestCore();
    await useClaude(at.client, cli, model.url, box.root);
    const { sessionId } = await task(box.repo(), { agent: claude, text: 'scenario:bash cmd=touch+later' });
    await sessionIn(at.client, sessionId, 'waiting');
    const pids = processesOf(sessionId);
    expect(pids.length).toBeGreaterThan(0);
    const before = performance.now();
    at = await at.reopen();
    expect(performance.now() - before).toBeLessThan(30_000);
    for (const pid of pids) expect(alive(pid)).toBe(false);
    // The same conversation: the agent was told to go on, and its script says what it heard before.
    await sessionIn(at.client, sessionId, 'finished', 'waiting');
    const { events } = await at.client.sessions.events({ id: sessionId });
    expect(events.map((each) => each.seq)).toEqual(events.map((_, index) => index + 1));
    expect(JSON.stringify(events)).toContain('Go on where you stopped.');
  });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** Processes that carry the session's marker. */
function processesOf(sessionId: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`ACC_SESSION=${sessionId}`);
      } catch {
        return false;
      }
    });
}
