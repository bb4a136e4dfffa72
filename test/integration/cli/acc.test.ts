/** The `acc` command as scripts and CI use it: its words, its exit codes, what it prints. Runs the built program. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { findClaude, offlineEnv } from '#test/support/claude-cli.ts';
import { startModel, type Model } from '#test/support/model/server.ts';
import { makeSandbox, type Sandbox, type TestRepo } from '#test/support/repos.ts';
import { acc, openTerminal, type Terminal } from './terminal.ts';

let sandbox: Sandbox;
let repo: TestRepo;
let dataDir: string;
let terminal: Terminal;

beforeAll(() => {
  sandbox = makeSandbox();
});
afterAll(() => sandbox.close());
beforeEach(() => {
  terminal = openTerminal();
  dataDir = terminal.dataDir;
  repo = sandbox.repo();
});
afterEach(() => terminal.close());

const begin: Terminal['begin'] = (args, env) => terminal.begin(args, env);
const run: Terminal['run'] = (args, env) => terminal.run(args, env);
const task = (...command: string[]): string[] => ['run', '--repo', repo.path, '--agent', 'command', '--prompt', 'Write the file', '--', ...command];
const node = (script: string): string[] => [process.execPath, '-e', script];

test('a wrong call ends with 2 and says what is wrong', async () => {
  for (const args of [
    ['fly'],
    ['run'],
    ['sessions', 'show'],
    ['review', 'approve', 'x', '--method', 'magic'],
    ['start', '--port', 'x'],
    ['run', '--unknown'],
  ]) {
    const { code, err } = await run(args);
    expect([args, code]).toEqual([args, 2]);
    expect(err).toContain('acc --help');
  }
  expect((await run(['--help'])).out).toMatch(/Usage: acc COMMAND[^]*run /);
});

test('a run that changes something ends with 0 and its change waits for review; approving merges it', async () => {
  const { code, lines } = await run(task(...node('require("fs").writeFileSync("made.txt", "made\\n")')).toSpliced(1, 0, '--json'));
  expect(code).toBe(0);
  expect(lines.map((line) => line['type'])).toEqual(expect.arrayContaining(['task', 'event', 'session']));
  const numbers = lines.filter((line) => line['type'] === 'event').map((line) => line['seq']);
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  const [change] = (await run(['review', 'list', '--json'])).lines;
  const id = String(change?.['id']);
  expect((await run(['review', 'diff', id])).out).toContain('+made');
  expect(repo.git(['status', '--porcelain'])).toBe('');
  const approved = await run(['review', 'approve', id]);
  expect(approved).toMatchObject({ code: 0 });
  expect(readFileSync(path.join(repo.path, 'made.txt'), 'utf8')).toBe('made\n');
  expect((await run(['review', 'undo', id])).code).toBe(0);
  expect(repo.git(['ls-files'])).not.toContain('made.txt');
});

test('a run that changes nothing ends with 0 and leaves the queue empty', async () => {
  const { code, out } = await run(task(...node('console.log("looked")')));
  expect(code).toBe(0);
  expect(out).toContain('Nothing had to change');
  expect((await run(['review'])).out).toContain('No change waits');
});

test('a run whose agent fails ends with 3 and says why', async () => {
  const failed = await run(task(...node('process.exit(7)')));
  expect(failed.code).toBe(3);
  const missing = await run(task('no-such-program-here'));
  expect(missing.code).toBe(3);
  expect(missing.out).toContain('no-such-program-here');
});

test('Ctrl-C stops the session, keeps its worktree and ends with 130', async () => {
  const running = begin(task(...node('require("fs").writeFileSync("begun.txt", "x"); console.log("begun"); setInterval(() => {}, 1000)')));
  await vi.waitFor(() => expect(running.out()).toContain('begun'), { timeout: 30_000 });
  running.child.kill('SIGINT');
  expect(await running.done).toMatchObject({ code: 130 });
  const [session] = (await run(['sessions', '--json'])).lines;
  expect(session).toMatchObject({ status: 'stopped' });
  expect(readFileSync(path.join(String(session?.['cwd']), 'begun.txt'), 'utf8')).toBe('x');
});

test('headless prints the link last, is joined by other commands, and ends within five seconds of SIGTERM', async () => {
  const center = begin(['start', '--headless', '--port', '0', '--no-open']);
  await vi.waitFor(() => expect(center.out().trim().split('\n').at(-1)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/), { timeout: 30_000 });
  const link = center.out().trim().split('\n').at(-1) ?? '';
  const page = await fetch(link, { redirect: 'manual' });
  expect(page.status).toBe(303);
  const ui = await fetch(new URL('/', link), { headers: { cookie: page.headers.getSetCookie()[0]?.split(';')[0] ?? '' } });
  expect(await ui.text()).toContain('<div id="root">');
  expect((await run(task(...node('console.log(1)')))).code).toBe(0);
  expect((await run(['link'])).out).toMatch(/\?token=/);
  const asked = performance.now();
  center.child.kill('SIGTERM');
  expect(await center.done).toMatchObject({ code: 0 });
  expect(performance.now() - asked).toBeLessThan(5000);
});

test('a second control center on the same folder is refused by name', async () => {
  const first = begin(['start', '--headless', '--port', '0', '--no-open']);
  await vi.waitFor(() => expect(first.out()).toContain('token='), { timeout: 30_000 });
  const second = await run(['start', '--headless', '--port', '0', '--no-open']);
  expect(second.code).toBe(1);
  expect(second.err).toContain('STORE_IN_USE');
});

test('a data folder that cannot be made or written to ends every command that needs one with 1 and says which folder', async () => {
  const file = path.join(dataDir, 'a-file');
  writeFileSync(file, '');
  const tokenFile = path.join(dataDir, 'token');
  writeFileSync(tokenFile, 't'.repeat(40));
  const unusable = [file, path.join(file, 'below'), ...(process.platform === 'linux' ? ['/proc/acc-data'] : [])];
  for (const folder of unusable) {
    for (const args of [['start', '--headless', '--no-open', '--port', '0'], ['host', '--listen', '127.0.0.1:0', '--token-file', tokenFile], ['sessions']]) {
      const { code, err } = await run([...args, '--data', folder]);
      expect([folder, args[0], code]).toEqual([folder, args[0], 1]);
      expect(err).toMatch(/DATA_FOLDER_UNUSABLE|STORE_NOT_OPENED/);
      expect(err).toContain(folder);
    }
  }
});

test('a link needs a running control center', async () => {
  expect(await run(['link'])).toMatchObject({ code: 1, err: expect.stringContaining('CORE_NOT_RUNNING') });
});

test('diagnostics print one finding a line', async () => {
  const { lines } = await run(['diagnostics', '--json']);
  expect(lines.find((line) => String(line['title']).startsWith('git'))).toMatchObject({ status: 'ok' });
});

test('completion scripts know every command', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) expect((await run(['completion', shell])).out).toContain('diagnostics');
});

const cli = findClaude();
/** A home with the real CLI on its PATH and the scripted model behind it. */
async function withClaude(work: (env: Record<string, string>) => Promise<void>): Promise<void> {
  const model: Model = await startModel();
  const home = mkdtempSync(path.join(os.tmpdir(), 'acc-cli-home-'));
  try {
    const bin = path.join(home, 'bin');
    mkdirSync(bin);
    symlinkSync(cli.found ? cli.path : '', path.join(bin, 'claude'));
    await work({ ...offlineEnv(model.url, home), PATH: `${bin}:${process.env['PATH'] ?? ''}` });
  } finally {
    rmSync(home, { recursive: true, force: true });
    await model.close();
  }
}
const skip = cli.found ? '' : `: ${cli.skip}`;

test.skipIf(!cli.found)(`the real Claude Code CLI on the scripted model edits a file; permission by rule, limit by turns${skip}`, async () => {
  await withClaude(async (env) => {
    const edited = await run(['run', '--json', '--repo', repo.path, '--prompt', 'scenario:edit', '--allow', 'Write', '--allow', 'Edit'], env);
    expect(edited.code).toBe(0);
    expect(edited.lines.at(-1)).toMatchObject({ type: 'session', session: { status: 'finished', changeId: expect.stringContaining('chg_') } });
    const denied = await run(['run', '--repo', repo.path, '--prompt', 'scenario:bash cmd=touch+x', '--on-ask', 'deny'], env);
    expect(denied.out).toContain('denied');
    const limited = await run(['run', '--repo', repo.path, '--prompt', 'scenario:loop', '--max-turns', '2', '--allow', 'Bash'], env);
    expect(limited.code).toBe(4);
  });
});

test.skipIf(!cli.found)(`a permission and a review are decided from another terminal${skip}`, async () => {
  await withClaude(async (env) => {
    const center = begin(['start', '--headless', '--port', '0', '--no-open'], env);
    await vi.waitFor(() => expect(center.out()).toContain('token='), { timeout: 30_000 });
    const running = begin(['run', '--repo', repo.path, '--on-ask', 'wait', '--prompt', 'scenario:bash cmd=touch+made.txt'], env);
    await vi.waitFor(async () => expect((await run(['permissions', '--json'])).lines).toHaveLength(1), { timeout: 60_000, interval: 200 });
    const asked = String((await run(['permissions', '--json'])).lines[0]?.['id']);
    expect((await run(['permissions'])).out).toContain(asked);
    expect((await run(['permissions', 'allow', asked])).code).toBe(0);
    expect(await running.done).toMatchObject({ code: 0 });
    expect((await run(['permissions', 'deny', asked, 'too late'])).err).toContain('PERMISSION_CLOSED');
    const id = String((await run(['review', '--json'])).lines[0]?.['id']);
    expect((await run(['review', 'show', id])).out).toContain('made.txt');
    expect((await run(['review', 'changes', id, 'scenario:plain', 'and say why'])).out).toContain('changes_asked');
    await vi.waitFor(async () => expect((await run(['review', '--json'])).lines).toMatchObject([{ id, rounds: 1 }]), { timeout: 60_000, interval: 200 });
    expect((await run(['review', 'reject', id, 'not needed'])).out).toContain('rejected');
    expect((await run(['review', '--all', '--json'])).lines).toMatchObject([{ id, status: 'rejected' }]);
    center.child.kill('SIGTERM');
    await center.done;
  });
});

test.skipIf(!cli.found)(`a session is shown, stopped, resumed and archived from a terminal${skip}`, async () => {
  await withClaude(async (env) => {
    const center = begin(['start', '--headless', '--port', '0', '--no-open'], env);
    await vi.waitFor(() => expect(center.out()).toContain('token='), { timeout: 30_000 });
    const running = begin(['run', '--repo', repo.path, '--prompt', 'scenario:stream seconds=60 rate=20'], env);
    await vi.waitFor(async () => expect((await run(['sessions', '--json'])).lines).toMatchObject([{ status: 'running' }]), { timeout: 60_000, interval: 200 });
    const id = String((await run(['sessions', '--json'])).lines[0]?.['id']);
    expect((await run(['sessions'])).out).toContain(id);
    expect((await run(['sessions', 'show', id])).out).toContain('running');
    expect((await run(['sessions', 'stop', id])).out).toContain('stopped');
    expect((await running.done).code).toBe(3);
    expect((await run(['sessions', 'resume', id, 'scenario:plain'])).code).toBe(0);
    await vi.waitFor(async () => expect((await run(['sessions', 'show', id, '--json'])).lines).toMatchObject([{ status: 'finished' }]), {
      timeout: 60_000,
      interval: 200,
    });
    const events = (await run(['sessions', 'events', id])).lines;
    expect(events.map((event) => event['seq'])).toEqual(events.map((_, i) => i + 1));
    expect((await run(['sessions', 'archive', id])).code).toBe(0);
    expect((await run(['sessions'])).out).toContain('No sessions yet');
    expect((await run(['sessions', '--archived', '--json'])).lines).toMatchObject([{ id }]);
    center.child.kill('SIGTERM');
    await center.done;
  });
});

test.skipIf(!cli.found)(`a question is shown with its choices and answered by number; a message reaches a running session${skip}`, async () => {
  await withClaude(async (env) => {
    const center = begin(['start', '--headless', '--port', '0', '--no-open'], env);
    await vi.waitFor(() => expect(center.out()).toContain('token='), { timeout: 30_000 });
    const running = begin(['run', '--repo', repo.path, '--on-ask', 'wait', '--prompt', 'scenario:question'], env);
    await vi.waitFor(() => expect(running.out()).toMatch(/Which port shall it use\?[^]*2 {2}8080: The other one[^]*acc permissions reply per_/), {
      timeout: 60_000,
    });
    const listed = await run(['permissions']);
    expect(listed.out).toContain('1  80: The usual one');
    const id = /per_\w+/.exec(listed.out)?.[0] ?? '';
    expect((await run(['permissions', 'reply', id])).code).toBe(2);
    expect(await run(['permissions', 'allow', id])).toMatchObject({ code: 1, err: expect.stringContaining('QUESTION_NEEDS_REPLY') });
    expect((await run(['permissions', 'reply', id, '2'])).code).toBe(0);
    expect(await running.done).toMatchObject({ code: 0, out: expect.stringContaining('8080') });

    const asking = begin(['run', '--repo', repo.path, '--on-ask', 'wait', '--prompt', 'scenario:bash cmd=touch+made.txt times=2'], env);
    const waiting = async (): Promise<string> =>
      vi.waitFor(
        async () => {
          const [request] = (await run(['permissions', '--json'])).lines;
          expect(request).toBeDefined();
          return String(request?.['id']);
        },
        { timeout: 60_000, interval: 200 },
      );
    const first = await waiting();
    const sessionId = String((await run(['sessions', '--json'])).lines.find((session) => session['status'] === 'waiting')?.['id']);
    expect((await run(['sessions', 'send', sessionId, 'scenario:recall', 'and hurry'])).code).toBe(0);
    expect(await run(['permissions', 'allow', first, '--always', 'no rule(('])).toMatchObject({ code: 1, err: expect.stringContaining('RULE_INVALID') });
    // Allowed for the session: the second time the same command asks nobody.
    expect((await run(['permissions', 'allow', first, '--session'])).code).toBe(0);
    expect(await asking.done).toMatchObject({ code: 0 });
    expect(asking.out().match(/asks:/g)).toHaveLength(1);
    center.child.kill('SIGTERM');
    await center.done;
  });
});

test('a folder outside git is worked on in place', async () => {
  const folder = sandbox.folder('plain', { 'notes.txt': 'one\n' });
  const { code } = await run([
    'run',
    '--repo',
    folder,
    '--agent',
    'command',
    '--prompt',
    'add',
    '--',
    ...node('require("fs").appendFileSync("notes.txt", "two\\n")'),
  ]);
  expect(code).toBe(0);
  const [change] = (await run(['review', '--json'])).lines;
  expect(change).toMatchObject({ mode: 'in-place', added: 1 });
  expect((await run(['review', 'approve', String(change?.['id'])])).out).toContain('kept');
});

test('a reader that has read enough is no failure', async () => {
  const code = await new Promise<number | null>((resolve) => {
    const child = spawn(process.execPath, [acc, 'completion', 'bash'], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.destroy();
    child.once('exit', resolve);
  });
  expect(code).toBe(0);
});

test('a host that stands alone says where it listens and ends when asked', async () => {
  const tokenFile = path.join(sandbox.root, 'token');
  writeFileSync(tokenFile, 't'.repeat(40));
  expect((await run(['host', '--listen', '127.0.0.1:0'])).code).toBe(2);
  const host = begin(['host', '--listen', '127.0.0.1:0', '--token-file', tokenFile, '--json']);
  await vi.waitFor(() => expect(host.out()).toContain('"listening"'), { timeout: 30_000 });
  host.child.kill('SIGTERM');
  expect(await host.done).toMatchObject({ code: 0 });
});
