/** Alerts and reports through the contract: who may act, what stands in the audit log, what the live stream and the desktop hear. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Attention } from '#desktop/attention.ts';
import type { LiveDelta } from '#shared/contract/live.ts';
import { weeklyReport } from '#shared/domain/report.ts';
import { receiver, ruleOf } from '#test/support/metrics/alerts.ts';
import { startTestCore, type TestCore } from '#test/support/core/test-core.ts';

let core: TestCore;
beforeEach(async () => {
  core = await startTestCore();
});
afterEach(() => core.remove());

test('an operator sets rules and channels, a viewer reads; every act is in the audit log', async () => {
  const { client } = core;
  const viewer = core.clientOf('viewer');
  const server = await receiver();
  const hook = await client.analytics.saveChannel({ channel: { id: '', name: 'Hook', kind: 'webhook', url: server.url, signed: true }, secret: 'key' });
  const inApp = await client.analytics.saveChannel({ channel: { id: '', name: 'Here', kind: 'in-app' } });
  const system = await client.analytics.saveChannel({ channel: { id: '', name: 'System', kind: 'os' } });
  const rule = await client.analytics.saveRule(ruleOf({ metric: 'session_error', channels: [hook.id, inApp.id, system.id] }));
  await expect(viewer.analytics.saveRule(ruleOf())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect((await viewer.analytics.rules({})).rules).toMatchObject([{ id: rule.id }]);
  expect(JSON.stringify(await viewer.analytics.channels({}))).not.toContain('key');
  const alert = await client.analytics.testRule({ id: rule.id });
  expect(alert.value).toBeNull();
  expect(alert.sentence).toContain('there is not enough data now (n = 0)');
  expect(new Map(alert.told.map(({ via, ok }) => [via, ok]))).toEqual(
    new Map([
      ['in-app', true],
      ['os', false],
      ['webhook', true],
    ]),
  );
  expect((await viewer.analytics.alerts({})).alerts).toMatchObject([{ id: alert.id, test: true }]);
  expect(await client.analytics.acknowledge({ id: alert.id })).toMatchObject({ acknowledgedBy: 'test operator' });
  expect((await client.analytics.testChannel({ id: hook.id })).ok).toBe(true);
  await client.analytics.removeChannel({ id: hook.id });
  expect((await client.analytics.rules({})).rules[0]?.channels).toEqual([inApp.id, system.id]);
  await client.analytics.removeRule({ id: rule.id });
  await expect(client.analytics.testRule({ id: rule.id })).rejects.toMatchObject({ code: 'ALERT_RULE_UNKNOWN' });
  const { decisions } = await client.insight.decisions({ limit: 50 });
  expect(decisions.map(({ action }) => action)).toEqual(
    expect.arrayContaining([
      'alert-rule.save',
      'alert-rule.test',
      'alert-rule.remove',
      'alert-channel.save',
      'alert-channel.test',
      'alert-channel.remove',
      'alert.acknowledge',
    ]),
  );
});

test('the live stream brings alerts, and the desktop tells what was told to the system, once', async () => {
  const { client } = core;
  const inApp = await client.analytics.saveChannel({ channel: { id: '', name: 'Here', kind: 'in-app' } });
  const rule = await client.analytics.saveRule(ruleOf({ metric: 'session_error', channels: [inApp.id] }));
  const abort = new AbortController();
  const stream = await client.live.watch({ since: 0 }, { signal: abort.signal });
  const deltas: LiveDelta[] = [(await stream.next()).value as LiveDelta];
  const alert = await client.analytics.testRule({ id: rule.id });
  while (!deltas.some(({ alerts }) => alerts?.some(({ id }) => id === alert.id))) deltas.push((await stream.next()).value as LiveDelta);
  abort.abort();
  const attention = new Attention(0);
  expect(deltas.flatMap((delta) => attention.take(delta))).toEqual([]);
  const delta = {
    rev: 9e9,
    reset: false,
    sentAt: 0,
    alerts: [{ ...alert, told: [{ channel: 'x', at: 1, ok: true, detail: '', what: 'fired', via: 'os' }] }],
  } satisfies LiveDelta;
  expect(attention.take(delta)).toEqual([{ kind: 'alert', title: 'Many errors', body: alert.sentence, view: '/analytics/alerts' }]);
  expect(attention.take(delta)).toEqual([]);
});

test('a report is made, read by a viewer, removed by an operator; the weekly one is one call', async () => {
  const { client } = core;
  const viewer = core.clientOf('viewer');
  const now = Date.now();
  const spec = { title: 'Now', from: now - 86_400_000, to: now, sections: weeklyReport.sections };
  const report = await client.reports.make({ spec, formats: ['html', 'pdf', 'md', 'csv', 'json'] });
  const file = await viewer.reports.file({ id: report.id, format: 'html' });
  expect(file).toMatchObject({ name: 'Now.html', type: 'text/html' });
  expect(Buffer.from(file.base64, 'base64').toString()).toContain('Not enough data in this period.');
  await expect(viewer.reports.make({ spec, formats: ['md'] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const schedule = await client.reports.saveSchedule(weeklyReport);
  expect(schedule.nextAt).toBeGreaterThan(now);
  expect(new Date(schedule.nextAt ?? 0).getDay()).toBe(1);
  await client.reports.remove({ id: report.id });
  expect(await viewer.reports.list({})).toMatchObject({ reports: [], schedules: [{ id: schedule.id, title: 'Weekly team report' }] });
  await client.reports.removeSchedule({ id: schedule.id });
  const { decisions } = await client.insight.decisions({ limit: 50 });
  expect(decisions.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['report.make', 'report.remove', 'report-schedule.save', 'report-schedule.remove']),
  );
});
