/**
 * SIGKILL of the core at random moments, over and over on one data folder: nothing is lost, nothing is done twice, nothing survives. Once
 * with the host of this machine, which ends with the core, and once with a host elsewhere, which works on while nobody listens.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { HOST_TOKEN, startHostProcess } from '#test/support/host-process.ts';
import { makeSandbox, openRepo, type TestRepo } from '#test/support/repos.ts';
import { until } from '#test/support/core/test-core.ts';

const ROUNDS = 8;
const TEST_MS = 600_000;
const box = makeSandbox();
const folders: string[] = [];
const started: ChildProcess[] = [];

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  box.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A small generator whose seed says it all. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

type Far = { readonly port: number; readonly clone: string };

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'acc-kill-'));
  folders.push(made);
  return made;
}

test('a core that is killed again and again loses nothing and repeats nothing', { timeout: TEST_MS }, async () => {
  await killOverAndOver(box.repo(), null);
});

test('nor does it when the work is on a host elsewhere that lives on', { timeout: TEST_MS }, async () => {
  const repo = box.repo();
  const home = folder();
  const clone = path.join(home, 'clone');
  repo.git(['clone', '-q', repo.path, clone]);
  const host = await startHostProcess(path.join(home, 'host'));
  started.push(host.child);
  await killOverAndOver(openRepo(clone), { port: host.port, clone }, repo.path);
  await host.stop();
});

async function killOverAndOver(repo: TestRepo, far: Far | null, registered = repo.path): Promise<void> {
  const dataDir = folder();
  const effects = path.join(dataDir, 'effects.log');
  const run = (mode: 'work' | 'settle'): Running => start(dataDir, registered, mode, effects, far);
  const seed = Number(process.env['ACC_SEED'] ?? Date.now() % 1_000_000);
  console.log(`seed ${seed} (ACC_SEED)`);
  const next = random(seed);
  for (let round = 0; round < ROUNDS; round++) {
    const core = run('work');
    // Some die while they still look after what the one before left, most in the middle of new work.
    await core.said(next() < 0.3 ? 'up' : 'working');
    await new Promise((resolve) => setTimeout(resolve, 50 + next() * 2000)); // the moment of the kill is the point of the test
    core.child.kill('SIGKILL');
    await core.exited;
  }
  const last = run('settle');
  await last.exited;
  expect(last.child.exitCode, last.errors()).toBe(0);

  const db = new Database(path.join(dataDir, 'acc.db'), { readonly: true });
  const all = <T>(sql: string): T[] => db.prepare<[], T>(sql).all();
  const count = (sql: string): number => all<{ n: number }>(`select count(*) as n from ${sql}`)[0]?.n ?? -1;
  const sessions = count('sessions');
  expect(sessions).toBeGreaterThan(ROUNDS);
  expect(count(`sessions where host_id ${far ? '<>' : '='} 'local'`)).toBe(sessions);
  expect(count("sessions where status in ('queued', 'starting', 'running', 'waiting')")).toBe(0);
  expect(count('runs where ended_at is null')).toBe(0);
  expect(count("permissions where status = 'waiting'")).toBe(0);
  expect(count("check_runs where status = 'running'")).toBe(0);
  // Every event once and in its place: no gap within a run, none within a session, and the counters agree.
  expect(all('select session_id, epoch, count(*) n, min(host_seq) a, max(host_seq) z from session_events group by 1, 2 having a <> 1 or z <> n')).toEqual([]);
  expect(all('select session_id, count(*) n, max(seq) z from session_events group by 1 having n <> z')).toEqual([]);
  expect(all('select id from sessions s where events <> (select count(*) from session_events where session_id = s.id)')).toEqual([]);
  expect(
    all(
      'select session_id, epoch from runs r where last_seq <> (select count(*) from session_events e where e.session_id = r.session_id and e.epoch = r.epoch)',
    ),
  ).toEqual([]);
  expect(all("select session_id, epoch from session_events where kind = 'exited' group by 1, 2 having count(*) > 1")).toEqual([]);
  // A plan is where its nodes are, and a node where its session is.
  expect(all("select p.id from plans p join nodes n on n.plan_id = p.id where (p.status = 'done') <> (n.status = 'done')")).toEqual([]);
  expect(all("select s.id from sessions s join nodes n on n.session_id = s.id where s.status = 'finished' and n.status <> 'done'")).toEqual([]);
  // A command is never started twice by itself.
  const lines = existsSync(effects) ? readFileSync(effects, 'utf8').trim().split('\n') : [];
  expect(lines.length).toBeGreaterThan(0);
  expect(new Set(lines).size).toBe(lines.length);
  // Work that ended is in review exactly once, and every merge that was acknowledged is in the repository.
  expect(all('select session_id from changes group by 1 having count(*) > 1')).toEqual([]);
  const merged = all<{ merged_sha: string }>("select merged_sha from changes where status = 'merged'").map((row) => row.merged_sha);
  const history = repo.git(['log', '--format=%H', 'main']).split('\n');
  for (const sha of merged) expect(history).toContain(sha);
  expect(history.length).toBe(merged.length + 1);
  db.close();
  await until('the end of every process', () => leftovers(dataDir).length === 0, 20_000).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${leftovers(dataDir).join(', ')}`);
  });
}

type Running = { child: ChildProcess; exited: Promise<unknown>; said(word: string): Promise<unknown>; errors(): string };

function start(dataDir: string, repo: string, mode: 'work' | 'settle', effects: string, far: Far | null): Running {
  const agent = path.resolve('test/support/agents/acp-agent.ts');
  const elsewhere = far ? [`ws://127.0.0.1:${far.port}`, HOST_TOKEN, far.clone] : [];
  const child = spawn(process.execPath, [path.resolve('test/faults/core/victim.ts'), dataDir, repo, mode, effects, agent, ...elsewhere], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  let errors = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (errors = (errors + text.toString()).slice(-20_000)));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  return {
    child,
    exited,
    errors: () => errors,
    said: (word) =>
      until(word, () => {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${errors}`);
        return said.includes(word);
      }),
  };
}

/** Processes that have to do with this test's data folder: hosts by their arguments, agents by the folder they work in. */
function leftovers(dataDir: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
      const dead = readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
      const about = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
      return !dead && about.includes(dataDir);
    } catch {
      return false;
    }
  });
}
