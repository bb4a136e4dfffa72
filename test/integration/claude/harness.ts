/** Runs the real CLI through the driver on the scripted model, in a scratch home and a scratch git repository, and lets a test wait for facts. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claudeDriver } from '#host/claude/driver.ts';
import type { DriverRun, DriverStart } from '#host/driver.ts';
import type { LivePart, SessionEvent, SessionEventOf } from '#shared/domain/session-event.ts';
import { findClaude, offlineEnv } from '#test/support/claude-cli.ts';
import { startModel, type Model } from '#test/support/model/server.ts';

export const cli = findClaude();
/** Long enough for two slow cores that others use too. */
export const DEADLINE_MS = 60_000;

export const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** What a program needs that stands in for the CLI. */
export const fakeEnv = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8' });

export class Session {
  readonly events: SessionEvent[] = [];
  readonly parts: LivePart[] = [];
  readonly times: number[] = [];
  run: DriverRun | null = null;
  #wake: () => void = () => undefined;

  emit(event: SessionEvent): void {
    this.events.push(event);
    this.times.push(performance.now());
    this.#wake();
  }

  live(part: LivePart): void {
    this.parts.push(part);
    this.#wake();
  }

  of<K extends SessionEvent['kind']>(kind: K): SessionEventOf<K>[] {
    return this.events.filter((event): event is SessionEventOf<K> => event.kind === kind);
  }

  /** Waits until `find` gives something; fails with all events when it never does. */
  async until<T>(what: string, find: () => T | null | undefined | false): Promise<T> {
    const end = performance.now() + DEADLINE_MS;
    for (;;) {
      const found = find();
      if (found !== undefined && found !== null && found !== false) return found;
      const left = end - performance.now();
      if (left <= 0) throw new Error(`waited in vain for ${what}; events: ${JSON.stringify(this.events, null, 1).slice(0, 8000)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 500));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** The n-th event of a kind, counted from 0. */
  next<K extends SessionEvent['kind']>(kind: K, n = 0): Promise<SessionEventOf<K>> {
    return this.until(`${kind} ${n}`, () => this.of(kind)[n]);
  }

  /** Everything the agent said in words. */
  said(): string {
    return this.of('text')
      .map((event) => event.text)
      .join('\n');
  }

  async end(): Promise<void> {
    await this.run?.stop('stop', 'stopped', 2000);
  }
}

export class World {
  readonly root = mkdtempSync(join(tmpdir(), 'acc-claude-'));
  readonly home = join(this.root, 'home');
  readonly repo = join(this.root, 'repo');
  readonly #sessions: Session[] = [];
  readonly model: Model;

  private constructor(model: Model) {
    this.model = model;
    execFileSync('git', ['init', '-q', '-b', 'main', this.repo]);
    execFileSync('git', ['-C', this.repo, '-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '-q', '--allow-empty', '-m', 'first']);
  }

  static async open(): Promise<World> {
    return new World(await startModel());
  }

  /** Starts another program in the CLI's place. */
  startProgram(program: readonly string[], env: Record<string, string>): Promise<Session> {
    return this.#run('hello', { program, env });
  }

  /** Starts a session; every session of the world shares home and repository, as a resume needs it. */
  async start(prompt: string, more: Partial<DriverStart> & { env?: Record<string, string> } = {}): Promise<Session> {
    if (!cli.found) throw new Error(cli.skip);
    const { env, ...rest } = more;
    return this.#run(prompt, { program: [cli.path], ...rest, env: { ...offlineEnv(this.model.url, this.home), ...env } });
  }

  async #run(prompt: string, more: Partial<DriverStart> & Pick<DriverStart, 'program' | 'env'>): Promise<Session> {
    const session = new Session();
    this.#sessions.push(session);
    session.run = await claudeDriver({
      sessionId: 'ses_test',
      agent: { kind: 'claude-code', name: '', command: [], model: '' },
      cwd: this.repo,
      prompt,
      promptFrom: 'task',
      resume: null,
      limits: {},
      allow: [],
      emit: (event) => session.emit(event),
      live: (part) => session.live(part),
      ...more,
      env: { ...more.env, ACC_SESSION: `ses_${process.pid}_${this.#sessions.length}` },
    });
    return session;
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.end()));
    await this.model.close();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}
