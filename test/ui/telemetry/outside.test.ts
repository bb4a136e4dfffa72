/** Sessions outside the app: the lines of each host, what came in the last hour, and the app's hand in Claude Code's settings after a look at the change. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { metricsRequest, point, sum } from '../../support/otlp/requests.ts';
import { startRemoteHost, type RemoteHost } from '../../support/ui-hosts.ts';
import { axeProblems, startUi, until, type Ui } from '../../support/ui.ts';

let ui: Ui;
const remotes: RemoteHost[] = [];
const home = mkdtempSync(path.join(tmpdir(), 'acc-outside-'));
const file = path.join(home, 'settings.json');
const before = '{\n  "env": { "EDITOR": "vi" },\n  "model": "opus"\n}\n';

beforeAll(async () => {
  process.env['CLAUDE_CONFIG_DIR'] = home;
  writeFileSync(file, before);
  ui = await startUi();
});
afterAll(async () => {
  delete process.env['CLAUDE_CONFIG_DIR'];
  await ui?.close();
  for (const remote of remotes) await remote.close();
  rmSync(home, { recursive: true, force: true });
});

const dialogOf = (page: Page): Locator => page.getByRole('dialog', { name: 'Outside sessions' });
const focused = (page: Page): Promise<unknown> => page.evaluate('document.activeElement?.textContent');

/** Sends what the lines say, as a session would that has them. */
async function send(lines: string, metrics: readonly Parameters<typeof metricsRequest>[0][number][]): Promise<void> {
  const endpoint = /ENDPOINT='([^']+)'/.exec(lines)?.[1] ?? '';
  const token = /Bearer ([^']+)'/.exec(lines)?.[1] ?? '';
  await until('the receiver to take it', async () => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return (await fetch(`${endpoint}/v1/metrics`, { method: 'POST', headers, body: JSON.stringify(metricsRequest(metrics)) })).status === 200;
  });
}

test('the lines are asked for when the dialog opens; what they bring is counted with what was refused and why', async () => {
  const page = await ui.open('/analytics');
  await page.getByRole('tab', { name: 'Dashboards' }).waitFor();
  await page.keyboard.press('Shift+O');
  const dialog = dialogOf(page);
  await dialog.getByText('Nothing received yet.', { exact: false }).waitFor();
  const lines = (await dialog.getByLabel('Lines to set', { exact: true }).last().textContent()) ?? '';
  expect(lines).toContain("export CLAUDE_CODE_ENABLE_TELEMETRY='1'");
  const now = Date.now();
  const tokens = (value: number, at: number) => point(value, at, { type: 'input', model: 'opus', 'session.id': 'outside' });
  await send(lines, [sum('claude_code.token.usage', [tokens(100, now), tokens(40, now + 1), tokens(-1, now + 2), tokens(5, now - 40 * 86_400_000)])]);
  await dialog.getByText('2 points taken, 2 refused').waitFor();
  await dialog.getByText('Refused: negative counter').waitFor();
  await dialog.getByText('Refused: too old').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await page.content()).not.toContain('Bearer');

  // Its host is tagged by its id, as in what the app measures itself, and shown by its name.
  const range = { kind: 'last', ms: 3_600_000 } as const;
  const { values } = await ui.client.analytics.tagValues({ metric: 'telemetry_points', tag: 'host', range });
  expect(values).toEqual([LOCAL_HOST]);
  const app = await ui.open('/analytics/dashboards/this-app');
  const tile = app.getByRole('region', { name: 'Telemetry points', exact: true });
  await tile.scrollIntoViewIfNeeded();
  await tile
    .getByRole('rowheader', { name: /This machine/ })
    .first()
    .waitFor();
  await app.context().close();
  await page.context().close();
});

test('by keyboard: the change is shown, written, and taken out again; the rest of the file stays', async () => {
  const page = await ui.open('/analytics');
  const button = page.getByRole('button', { name: /^Outside sessions…/ });
  await button.focus();
  await page.keyboard.press('Enter');
  const write = dialogOf(page).getByRole('button', { name: "Write into Claude Code's settings…" });
  await write.focus();
  await page.keyboard.press('Enter');
  const look = page.getByRole('dialog', { name: "Write into Claude Code's settings" });
  await look.getByText(file).waitFor();
  await look.getByText('+ "CLAUDE_CODE_ENABLE_TELEMETRY": "1"').waitFor();
  expect(readFileSync(file, 'utf8')).toBe(before);
  await page.keyboard.press('Escape');
  await until('the focus where it was', async () => (await focused(page)) === "Write into Claude Code's settings…");
  await page.keyboard.press('Enter');
  await until('the focus on the act', async () => (await focused(page)) === 'Write into settings');
  await page.keyboard.press('Enter');
  await dialogOf(page).getByText('The lines are in').waitFor();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ model: 'opus', env: { EDITOR: 'vi', OTEL_METRICS_EXPORTER: 'otlp' } });
  expect(existsSync(`${file}.acc-backup`)).toBe(true);
  await dialogOf(page).getByRole('button', { name: "Take out of Claude Code's settings…" }).click();
  await page.getByRole('button', { name: 'Take out of settings' }).click();
  await dialogOf(page).getByText('The lines are not in').waitFor();
  expect(readFileSync(file, 'utf8')).toBe(before);
  await page.keyboard.press('Escape');
  await until('the focus back on the button', async () => String(await focused(page)).startsWith('Outside sessions…'));
  await page.context().close();
});

test('settings that send it elsewhere are named and left alone', async () => {
  writeFileSync(file, '{"env":{"OTEL_EXPORTER_OTLP_ENDPOINT":"https://collector.example","OTEL_EXPORTER_OTLP_HEADERS":"x=secret"}}');
  const page = await ui.open('/analytics');
  await page.getByRole('button', { name: /^Outside sessions…/ }).click();
  await dialogOf(page).getByText('TELEMETRY_ELSEWHERE').waitFor();
  expect(
    await dialogOf(page)
      .getByRole('button', { name: /settings…/ })
      .count(),
  ).toBe(0);
  expect(await dialogOf(page).textContent()).not.toContain('x=secret');
  await page.context().close();
  writeFileSync(file, before);
});

test('a host elsewhere has lines of its own, and no file here', async () => {
  remotes.push(await startRemoteHost('Lab', ['--otlp', '127.0.0.1:0']), await startRemoteHost('Attic'));
  for (const { name, url, token } of remotes) await ui.client.connections.add({ name, url, token });
  await until(
    'the hosts',
    async () => (await ui.client.connections.view({})).hosts.filter(({ id, state }) => id !== 'local' && state === 'ready').length === 2,
  );
  const page = await ui.open('/analytics');
  await page.getByRole('button', { name: /^Outside sessions…/ }).click();
  const dialog = dialogOf(page);
  const local = (await dialog.getByLabel('Lines to set', { exact: true }).last().textContent()) ?? '';
  await dialog.getByRole('button', { name: /Started on the machine of/ }).click();
  await page.getByRole('option', { name: 'Lab' }).click();
  await dialog.getByText('on the machine of Lab').waitFor();
  const lines = (await dialog.getByLabel('Lines to set', { exact: true }).last().textContent()) ?? '';
  expect(lines).not.toBe(local);
  expect(await dialog.getByText("Claude Code's settings").count()).toBe(0);
  await dialog.getByText('Nothing received yet.', { exact: false }).waitFor();
  await send(lines, [sum('claude_code.commit.count', [point(3, Date.now())])]);
  await dialog.getByText('1 point taken, none refused').waitFor();
  await dialog.getByRole('button', { name: /Started on the machine of/ }).click();
  await page.getByRole('option', { name: 'Attic' }).click();
  await dialog.getByText('TELEMETRY_OFF').waitFor();
  await page.context().close();
});

test('a viewer has no button for what only an operator may ask', async () => {
  const page = await ui.openViewer('/analytics');
  await page.getByRole('tab', { name: 'Dashboards' }).waitFor();
  expect(await page.getByRole('button', { name: /^Outside sessions…/ }).count()).toBe(0);
  await page.context().close();
});

test.each(['light', 'dark'] as const)('axe finds nothing on the lines and on the change in %s', async (theme) => {
  const page = await ui.open('/analytics', { theme, reducedMotion: true });
  await page.getByRole('button', { name: /^Outside sessions…/ }).click();
  await dialogOf(page).getByText('points taken', { exact: false }).waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await dialogOf(page).getByRole('button', { name: "Write into Claude Code's settings…" }).click();
  await page.getByText('+ "CLAUDE_CODE_ENABLE_TELEMETRY": "1"').waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.context().close();
});

test('the pages print no problems', () => {
  expect(ui.problems).toEqual([]);
});
