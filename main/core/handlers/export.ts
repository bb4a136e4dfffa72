/** The export of the app's own metrics to a collector: how it goes, what it is set to, a test. */
import { unwrap } from '#shared/lib/fault.ts';
import type { LateOs } from '../late-os.ts';
import { record } from '../record.ts';
import type { Services } from '../services.ts';

export const exportHandlers = (os: LateOs, services: Services) => {
  const { store, metricsExport } = services;
  return {
    exportState: os.analytics.exportState.handler(() => metricsExport.state()),
    saveExport: os.analytics.saveExport.handler(({ input: { settings, headers }, context }) => {
      const kept = headers ?? (metricsExport.isKnown(settings.endpoint) ? undefined : '');
      if (kept !== undefined) unwrap(metricsExport.headers.keep(kept));
      store.settings.save({ ...store.settings.get(), export: settings });
      record(services, context, 'export.save', 'settings', 'export', settings.enabled ? settings.endpoint : '');
      metricsExport.configure();
      return store.settings.get().export;
    }),
    testExport: os.analytics.testExport.handler(async ({ input: { headers, ...to } }) => unwrap(await metricsExport.test(to, headers))),
  };
};
