/** The tour: a sample repository of the app's own and a command agent that needs no key and no network. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git } from '#host/workspace/git.ts';
import { NewTask } from '#shared/domain/session.ts';
import { RepositorySettings, type Repository } from '#shared/domain/repository.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import type { Services } from './services.ts';
import { tourAgent, tourFiles } from './tour-files.ts';

const BRANCH = 'main';
const GIT_MS = 20_000;
/** The sample's commits are nobody's work: they carry the app's name. */
const AUTHOR = { name: 'Automatic Claude Code', email: 'tour@localhost' };
const IDENTITY = { GIT_AUTHOR_NAME: AUTHOR.name, GIT_AUTHOR_EMAIL: AUTHOR.email, GIT_COMMITTER_NAME: AUTHOR.name, GIT_COMMITTER_EMAIL: AUTHOR.email };

/** Makes the sample repository if it is not there, and starts a task on it. */
export async function startTour(services: Services): Promise<Result<{ repositoryId: string; taskId: string; sessionId: string }>> {
  const sample = path.join(services.dataDir, 'sample');
  const made = await makeRepository(sample);
  if (!made.ok) return made;
  const agent = path.join(services.dataDir, 'tour-agent.mjs');
  await writeFile(agent, tourAgent);
  const repository = register(services, sample);
  const created = services.fleet.tasks.create(
    NewTask.parse({
      repositoryId: repository.id,
      title: 'Say goodbye too',
      text: 'Add a function that says goodbye, beside the one that greets. Test it and name it in the README.',
      acceptance: 'goodbye("Ada") answers "Goodbye, Ada."',
      agent: { kind: 'command', command: [process.execPath, agent] },
    }),
  );
  if (!created.ok) return created;
  return ok({ repositoryId: repository.id, taskId: created.value.task.id, sessionId: created.value.sessionId });
}

async function makeRepository(folder: string): Promise<Result<void>> {
  try {
    if (await exists(path.join(folder, '.git', 'refs', 'heads', BRANCH))) return ok(undefined);
    for (const [name, text] of Object.entries(tourFiles)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
  } catch (error) {
    return fail('TOUR_NOT_MADE', 'The sample repository could not be written.', {
      why: error instanceof Error ? error.message : String(error),
      fix: 'Check the data folder in Diagnostics.',
    });
  }
  const steps = [
    ['init', '--quiet', `--initial-branch=${BRANCH}`],
    // So that a person's merge works in the sample, whoever they are to git.
    ['config', 'user.name', AUTHOR.name],
    ['config', 'user.email', AUTHOR.email],
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'A small program that greets'],
  ];
  for (const step of steps) {
    const done = await git({ cwd: folder }, step, { env: IDENTITY, timeoutMs: GIT_MS });
    if (!done.ok) return done;
  }
  return ok(undefined);
}

function register({ store, now }: Services, folder: string): Repository {
  return store.transaction(() => {
    const known = store.repositories.byPath(folder);
    if (known) return store.repositories.patch(known.id, { archivedAt: null, present: true }) ?? known;
    return store.repositories.insert({
      id: newId('rep', now()),
      path: folder,
      name: 'Sample (tour)',
      vcs: 'git',
      settings: RepositorySettings.parse({ checks: [{ name: 'No stray blanks', command: ['git', 'diff', '--check', BRANCH], timeoutSeconds: 60 }] }),
      present: true,
      addedAt: now(),
      archivedAt: null,
    });
  });
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
