/** Alert rules, what they did, and where they are told. */
import { fail, unwrap } from '#shared/lib/fault.ts';
import type { Os } from '../os.ts';
import type { Services } from '../services.ts';

const missing = (): never => unwrap(fail('ALERTS_MISSING', 'This version has no alerts yet.'));

export const alertHandlers = (os: Os, _services: Services) => ({
  rules: os.analytics.rules.handler(() => ({ rules: [] })),
  saveRule: os.analytics.saveRule.handler(missing),
  removeRule: os.analytics.removeRule.handler(missing),
  testRule: os.analytics.testRule.handler(missing),
  alerts: os.analytics.alerts.handler(() => ({ alerts: [], more: false })),
  acknowledge: os.analytics.acknowledge.handler(missing),
  channels: os.analytics.channels.handler(() => ({ channels: [] })),
  saveChannel: os.analytics.saveChannel.handler(missing),
  removeChannel: os.analytics.removeChannel.handler(missing),
  testChannel: os.analytics.testChannel.handler(missing),
});
