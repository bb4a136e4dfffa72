/** The work that the pictures show. Everything goes through the contract, as a person's clicks do, and is carried out by real agents. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '#shared/contract/index.ts';
import type { Repository } from '#shared/domain/repository.ts';
import type { NewTask } from '#shared/domain/session.ts';
import { until } from '#test/support/ui.ts';
import type { World } from './world.ts';
import { parcels, tariffs } from './sample.ts';

/** How long the person who allows something looks at it, milliseconds. */
const THINKING_MS = 3000;

/** What a picture is of. */
export type Work = { readonly waiting: string; readonly helped: string; readonly reviewed: string; readonly repository: string };

type Wish = Partial<NewTask> & Pick<NewTask, 'title' | 'text'>;

const claude: NewTask['agent'] = { kind: 'claude-code', name: '', command: [], model: '' };
const program = (...command: string[]): NewTask['agent'] => ({ kind: 'command', name: '', command, model: '' });
/** What these tasks may do unasked. */
const allow = ['Edit(**)', 'Bash(npm test:*)'];

/** Registers the repositories and plays everything up to the moment of the pictures. */
export async function doWork(world: World): Promise<Work> {
  const { client } = world.ui;
  const service = await add(client, world, 'parcels', parcels);
  const prices = await add(client, world, 'tariffs', tariffs);
  const settings = await client.system.settings({});
  await client.system.saveSettings({ ...settings, tourDone: true, budget: { perDayUsd: 25 }, retry: { ...settings.retry, attempts: 1 } });

  // Two at a time: each is merged before a later one changes the same files.
  await all([
    merged(client, service, { title: 'Bound the cache', text: 'The cache grows without end. Keep at most 10,000 parcels.' }),
    merged(client, prices, { title: 'Round prices to cents', text: 'Prices have cents that are not there: 3 kg inland cost 3.3000000000000003.' }),
  ]);
  await all([
    merged(client, service, { title: 'Dates in the time zone of the depot', text: 'Due dates are a day off for parcels that arrive around midnight.' }),
    mergedAfterAsking(client, prices, { title: 'Refuse unknown zones', text: 'A zone that is not in the table gives NaN. Make it an error.' }),
  ]);
  await merged(client, prices, {
    title: 'Prices of bulky parcels',
    text: 'Bulky parcels cost half as much again. Add the surcharge.',
    then: [{ title: 'Say it in the README', text: 'Describe the surcharge of bulky parcels in the README.' }],
  });
  await all([
    mergedAtSecondTry(client, service),
    ended(client, service, { title: 'Regenerate the carrier client', text: 'Run the generator.', agent: program('npm', 'run', 'generate') }, 'failed'),
  ]);
  await all([
    ended(client, service, { title: 'A guide for every module', text: 'Write a guide for every module.', limits: { maxUsd: 0.2 } }, 'limited'),
    ended(client, prices, { title: 'List outdated packages', text: 'Look for outdated packages.', agent: program('npm', 'ls', '--all') }, 'finished'),
  ]);

  const reviewed = await changeOf(
    client,
    await start(client, service, {
      title: 'Answer 304 when a parcel has not moved',
      text: 'Clients ask for the same parcel every few seconds and get the same body. Send an ETag and answer 304.',
      acceptance: 'A second request with the tag of the first gets 304 and no body.',
      limits: { maxTurns: 40, maxUsd: 5 },
    }),
  );
  await client.review.runChecks({ id: reviewed });
  await until('the checks', async () => {
    const { checks } = await client.review.get({ id: reviewed });
    return checks.length > 0 && checks.every((check) => check.status !== 'running');
  });

  await start(client, service, { title: 'Soak test of the server', text: 'Run until stopped.', agent: program('node', 'scripts/soak.js') });
  const profile = await start(client, service, {
    title: 'Find where a request waits',
    text: 'Where does a request spend its time? Change nothing; answer with the three slowest places.',
  });
  const waiting = await start(client, service, {
    title: 'Retry failed carrier calls',
    text: 'Carriers answer 503 for a second or two when they deploy. Try again before giving up.',
    acceptance: 'A 503 is tried again, a 404 is not. Tests for both.',
    limits: { maxTurns: 60, maxUsd: 5 },
  });
  const header = await start(client, service, { title: 'Honour Retry-After', text: 'Follow RFC 9110 for Retry-After in answers of carriers.' });
  for (const sessionId of [waiting, header]) await inStatus(client, sessionId, 'waiting');
  await inStatus(client, profile, 'running');
  return { waiting, helped: profile, reviewed, repository: service.id };
}

async function add(client: Client, world: World, name: string, files: Readonly<Record<string, string>>): Promise<Repository> {
  return client.repositories.add({
    path: world.repository(name, files).path,
    name,
    settings: {
      protectedBranches: ['release/*'],
      checks: [
        { name: 'Tests', command: ['npm', 'test'], timeoutSeconds: 120 },
        { name: 'No stray blanks', command: ['git', 'diff', '--check', 'main'], timeoutSeconds: 30 },
      ],
    },
  });
}

async function start(client: Client, repository: Repository, wish: Wish): Promise<string> {
  const { sessionId } = await client.tasks.create({ repositoryId: repository.id, agent: claude, allow, ...wish });
  return sessionId;
}

const inStatus = (client: Client, sessionId: string, wanted: string): Promise<true> =>
  until(`${sessionId} to be ${wanted}`, async () => (await client.sessions.get({ id: sessionId })).session.status === wanted);

async function ended(client: Client, repository: Repository, wish: Wish, status: string): Promise<void> {
  await inStatus(client, await start(client, repository, wish), status);
}

/** The change of the session's task: a later step of the task may be the one that makes it. */
async function changeOf(client: Client, sessionId: string, rounds = 0): Promise<string> {
  const { taskId } = (await client.sessions.get({ id: sessionId })).session;
  return until('the change', async () => {
    const { changes } = await client.review.list({ waiting: true });
    return changes.find((change) => change.taskId === taskId && change.status === 'waiting' && change.rounds === rounds)?.id;
  });
}

async function approve(client: Client, id: string): Promise<void> {
  await client.review.runChecks({ id });
  await until('the checks', async () => (await client.review.get({ id })).checks.every((check) => check.status !== 'running'));
  const change = await client.review.approve({ id });
  if (change.status !== 'merged') throw new Error(`"${change.title}" was not merged: ${change.status} ${change.conflicts.join(', ')}`);
}

async function merged(client: Client, repository: Repository, wish: Wish): Promise<void> {
  await approve(client, await changeOf(client, await start(client, repository, wish)));
}

/** A person allows the command that no rule allows. */
async function mergedAfterAsking(client: Client, repository: Repository, wish: Wish): Promise<void> {
  const sessionId = await start(client, repository, { ...wish, allow: ['Edit(**)'] });
  const id = await until('the request', async () => (await client.permissions.list({})).permissions.find((each) => each.sessionId === sessionId)?.id);
  await sleep(THINKING_MS);
  await client.permissions.answer({ id, answer: { kind: 'allow-once' } });
  await approve(client, await changeOf(client, sessionId));
}

async function mergedAtSecondTry(client: Client, repository: Repository): Promise<void> {
  const sessionId = await start(client, repository, { title: 'Say which carriers there are', text: 'An unknown carrier is answered with two words.' });
  const id = await changeOf(client, sessionId);
  await client.review.askForChanges({ id, note: 'Say it as a sentence for the customer, please.' });
  await approve(client, await changeOf(client, sessionId, 1));
}

async function all(work: readonly Promise<void>[]): Promise<void> {
  await Promise.all(work);
}
