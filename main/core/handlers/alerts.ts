/** Alert rules, what they did, and where they are told. */
import { unwrap } from '#shared/lib/fault.ts';
import type { LateOs } from '../late-os.ts';
import { record } from '../record.ts';
import type { Services } from '../services.ts';

export const alertHandlers = (os: LateOs, services: Services) => {
  const { alerting } = services;
  return {
    rules: os.analytics.rules.handler(async () => ({ rules: (await alerting.get()).rules() })),
    saveRule: os.analytics.saveRule.handler(async ({ input, context }) => {
      const rule = unwrap((await alerting.get()).saveRule(input));
      record(
        services,
        context,
        'alert-rule.save',
        'alert-rule',
        rule.id,
        `${rule.name}: ${rule.metric} ${rule.op} ${rule.threshold}${rule.enabled ? '' : ', off'}`,
      );
      return rule;
    }),
    removeRule: os.analytics.removeRule.handler(async ({ input, context }) => {
      const { id, name } = unwrap((await alerting.get()).removeRule(input.id));
      record(services, context, 'alert-rule.remove', 'alert-rule', id, name);
      return {};
    }),
    testRule: os.analytics.testRule.handler(async ({ input, context }) => {
      const alert = unwrap(await (await alerting.get()).testRule(input.id));
      record(services, context, 'alert-rule.test', 'alert-rule', input.id, alert.ruleName);
      return alert;
    }),
    alerts: os.analytics.alerts.handler(async ({ input: { before, limit } }) =>
      (await alerting.get()).page({ limit, ...(before === undefined ? {} : { before }) }),
    ),
    acknowledge: os.analytics.acknowledge.handler(async ({ input, context }) => {
      const alert = unwrap((await alerting.get()).acknowledge(input.id, context.actor));
      record(services, context, 'alert.acknowledge', 'alert', alert.id, alert.ruleName);
      return alert;
    }),
    channels: os.analytics.channels.handler(async () => ({ channels: (await alerting.get()).channels() })),
    saveChannel: os.analytics.saveChannel.handler(async ({ input, context }) => {
      const channel = unwrap((await alerting.get()).saveChannel(input.channel, input.secret));
      record(services, context, 'alert-channel.save', 'alert-channel', channel.id, `${channel.name} (${channel.kind})`);
      return channel;
    }),
    removeChannel: os.analytics.removeChannel.handler(async ({ input, context }) => {
      const { id, name } = unwrap((await alerting.get()).removeChannel(input.id));
      record(services, context, 'alert-channel.remove', 'alert-channel', id, name);
      return {};
    }),
    testChannel: os.analytics.testChannel.handler(async ({ input, context }) => {
      const tried = unwrap(await (await alerting.get()).testChannel(input.id));
      record(services, context, 'alert-channel.test', 'alert-channel', input.id, tried.ok ? 'taken' : tried.detail);
      return tried;
    }),
  };
};
