/** What the review tests stand on: a repository, a session with a worktree, a review room on the real workspace functions. */
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createReview, type Review } from '#review/index.ts';
import type { Isolation } from '#shared/domain/agent.ts';
import { AgentChoice } from '#shared/domain/agent.ts';
import { RepositorySettings } from '#shared/domain/repository.ts';
import { NewTask } from '#shared/domain/session.ts';
import { ok, type Result } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import { noLog } from '#shared/lib/log.ts';
import type { Store } from '#store/index.ts';
import { inProcessHost, type InProcessHost } from '#test/support/in-process-host.ts';
import { makeSandbox, openRepo, type Sandbox, type TestRepo } from '#test/support/repos.ts';
import { numbered, scratchFolder, scratchStore, text } from '#test/support/store.ts';

export type Setting = {
  store: Store;
  readonly dir: string;
  review: Review;
  readonly host: InProcessHost;
  readonly sandbox: Sandbox;
  readonly repo: TestRepo;
  readonly repositoryId: string;
  readonly resumed: { sessionId: string; note: string }[];
  resume: (sessionId: string, note: string) => Result<unknown>;
  /** A finished session with a place of its own. */
  session(options?: { isolation?: Isolation; name?: string }): Promise<{ sessionId: string; work: TestRepo }>;
  /** The core ends without any clean-up of its own, and a new one starts on the same store. */
  restart(): void;
};

export function setting(options: { files?: Record<string, string>; settings?: Partial<RepositorySettings> } = {}): Setting {
  const sandbox = makeSandbox();
  onTestFinished(() => sandbox.close());
  const repo = sandbox.repo({ files: options.files ?? { 'README.md': '# A\n', 'src/a.txt': 'one\n' } });
  const dir = scratchFolder();
  const host = inProcessHost(sandbox.folder('tmp', {}));
  onTestFinished(() => host.close());
  const store = scratchStore({ dir });
  const repositoryId = newId('rep');
  store.repositories.insert({
    id: repositoryId,
    path: repo.path,
    name: 'repo',
    vcs: 'git',
    settings: RepositorySettings.parse(options.settings ?? {}),
    present: true,
    addedAt: 1,
    archivedAt: null,
  });
  const open = (on: Store): Review =>
    createReview({ store: on, host: () => host, resume: (sessionId, note) => here.resume(sessionId, note), now: Date.now, log: noLog });
  const here: Setting = {
    store,
    dir,
    review: open(store),
    host,
    sandbox,
    repo,
    repositoryId,
    resumed: [],
    resume: (sessionId, note) => ok(here.resumed.push({ sessionId, note })),
    session: async ({ isolation = { mode: 'worktree', base: '' }, name = 'work' } = {}) => {
      const sessionId = newId('ses');
      const agent = AgentChoice.parse({ kind: 'command', command: ['true'] });
      const cwd = isolation.mode === 'in-place' ? repo.path : path.join(sandbox.root, `tree-${name}`);
      const prepared = await host.prepare(
        isolation.mode === 'in-place'
          ? { mode: 'in-place', cwd, vcs: 'git', snapshots: path.join(sandbox.root, 'snapshots') }
          : {
              mode: 'worktree',
              repository: repo.path,
              cwd,
              branch: `acc/${name}`,
              base: isolation.mode === 'worktree' ? isolation.base : '',
              setupCommand: [],
              setupTimeoutSeconds: 10,
              copyPaths: [],
              linkPaths: [],
            },
      );
      const taskId = newId('tsk');
      const nodeId = newId('nod');
      here.store.tasks.insert(
        taskId,
        NewTask.parse({ repositoryId, title: `Task ${name}`, text: 'Do.', agent, isolation }),
        [{ id: nodeId, title: name, body: '', dependsOn: [] }],
        1,
      );
      here.store.sessions.insert({
        id: sessionId,
        taskId,
        nodeId,
        attemptId: newId('att'),
        repositoryId,
        title: `Task ${name}`,
        agent,
        limits: {},
        at: 1,
        patch: {
          cwd,
          place: prepared.place,
          base: prepared.base,
          branch: prepared.branch,
        },
      });
      here.store.sessions.move(sessionId, 'starting');
      here.store.events.append(sessionId, numbered('e1', [text('I changed the file.')]));
      here.store.sessions.move(sessionId, 'finished');
      return { sessionId, work: openRepo(cwd) };
    },
    restart: () => {
      here.store.close();
      here.store = scratchStore({ dir });
      here.review = open(here.store);
    },
  };
  return here;
}
