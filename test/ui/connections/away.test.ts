/** A host whose cable is pulled: its sessions say how old their last event is, it needs a person, and back again everything goes on; removing one names what is lost. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { startRemoteHost, type RemoteHost } from '../../support/ui-hosts.ts';
import { addRepository, programs, startCommand, whenStatus } from '../../support/ui-seed.ts';
import { startUi, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
let remote: RemoteHost;
let hostId: string;
let sessionId: string;
let repositoryId: string;
const timeout = 180_000;

beforeAll(async () => {
  sandbox = makeSandbox();
  ui = await startUi();
  remote = await startRemoteHost('build-1');
  hostId = (await ui.client.connections.add({ name: 'build-1', url: remote.url, token: remote.token })).id;
  const repository = await addRepository(ui.client, sandbox, 'api');
  repositoryId = repository.id;
  const there = { hosts: [{ hostId, path: repository.path }], onThisMachine: false };
  await ui.client.repositories.save({ id: repository.id, name: repository.name, settings: { ...repository.settings, ...there } });
  sessionId = await startCommand(ui.client, repository.id, 'Watch the build', programs.work());
  await whenStatus(ui.client, sessionId, 'running');
}, timeout);
afterAll(async () => {
  await ui?.close();
  await remote?.close();
  sandbox.close();
});

test('with more than one host a session says which it is on, in its head, in the list and in the room', { timeout }, async () => {
  const page = await ui.open(`/agents/${sessionId}`);
  await page
    .getByRole('banner')
    .getByText(/on build-1/)
    .waitFor();
  await page.goto(`${ui.url}/#/agents`);
  await page.getByRole('row', { name: /Watch the build api, on build-1/ }).waitFor();
  await page.goto(`${ui.url}/#/connections/hosts/${hostId}`);
  await page.getByRole('complementary', { name: 'Facts of the host' }).getByRole('link', { name: 'Watch the build' }).waitFor();
  await page.context().close();
});

test('while the host is silent its sessions say so with the age of the last event, and it needs a person; then it is back', { timeout }, async () => {
  const page = await ui.open(`/agents/${sessionId}`);
  remote.freeze();
  await page.getByRole('link', { name: /^reconnecting, last event \d+ (s|min) ago$/ }).waitFor();
  await page.goto(`${ui.url}/#/agents`);
  await page.getByRole('row', { name: /reconnecting, last event/ }).waitFor();
  await page.goto(`${ui.url}/#/`);
  await page
    .getByRole('grid', { name: 'Needs you' })
    .getByRole('row', { name: /build-1 cannot be reached 1 session there/ })
    .waitFor();
  await page.keyboard.press('a');
  await page.waitForURL(/#\/connections\/hosts\/hst_/);
  await page
    .getByRole('grid', { name: 'Agent hosts' })
    .getByRole('row', { name: /build-1/ })
    .getByText('reconnecting')
    .waitFor();
  remote.thaw();
  await page
    .getByRole('grid', { name: 'Agent hosts' })
    .getByRole('row', { name: /build-1/ })
    .getByText('ready')
    .waitFor();
  await page.goto(`${ui.url}/#/`);
  await page.getByText('Nothing waits for you.').waitFor();
  expect((await ui.client.sessions.get({ id: sessionId })).session.status).toBe('running');
  await page.context().close();
});

test('the status line leads to the room, and the palette to a host', { timeout }, async () => {
  const page = await ui.open('/agents');
  await page
    .getByRole('contentinfo')
    .getByRole('link', { name: /of 2 hosts/ })
    .click();
  await page.waitForURL(/#\/connections$/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('build-1 agent host');
  await page
    .getByRole('option', { name: /^build-1/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/connections\/hosts\/hst_/);
  await page.context().close();
});

test('a repository names its places on other hosts; one that is not complete, or not there, cannot be saved', { timeout }, async () => {
  const page = await ui.open(`/repositories/${repositoryId}`);
  const place = page.getByRole('group', { name: 'Place 1' });
  await place.getByLabel('Path there').fill('');
  await page.getByText('Not saved yet.').waitFor();
  expect(await page.getByRole('button', { name: /Save settings/ }).isDisabled()).toBe(true);
  await place.getByLabel('Path there').fill('/srv/elsewhere');
  await page.getByRole('button', { name: /Save settings/ }).click();
  await page.getByRole('status', { name: 'Messages' }).getByText('There is nothing at /srv/elsewhere.').waitFor();
  const { path: copy } = sandbox.repo({ name: 'api-there', files: { 'README.md': '# api\n' } });
  await place.getByLabel('Path there').fill(copy);
  await page.getByText('Sessions may run on this machine too').click();
  await page.getByRole('button', { name: /Save settings/ }).click();
  await page.getByRole('status', { name: 'Messages' }).getByText('Saved the settings of api.').waitFor();
  await page.reload();
  expect(await page.getByRole('group', { name: 'Place 1' }).getByLabel('Path there').inputValue()).toBe(copy);
  expect(await page.getByRole('checkbox', { name: 'Sessions may run on this machine too' }).isChecked()).toBe(true);
  await page.context().close();
});

test('removing a host names the sessions that would be lost with it, and removes it when that is meant', { timeout }, async () => {
  const page = await ui.open(`/connections/hosts/${hostId}`);
  await page.getByRole('button', { name: 'Remove host…' }).waitFor();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('dialog', { name: 'Remove build-1' });
  await dialog.getByRole('listitem').getByText('Watch the build').waitFor();
  await dialog.getByRole('button', { name: 'Remove host and lose 1 session' }).click();
  await page.getByRole('status', { name: 'Messages' }).getByText('Removed build-1.').waitFor();
  expect((await ui.client.connections.list({})).hosts.map((one) => one.id)).toEqual(['local']);
  await page.getByRole('region', { name: 'Add another machine' }).waitFor();
  await page.context().close();
});
